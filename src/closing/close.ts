/** Closing and reopening a day, and what has changed since. */
import type { Act, BusinessDayRow, Directory } from '../directory/index.ts';
import type { SwitchEvent } from '../events/index.ts';
import { isoTime } from '../http/index.ts';
import {
  businessZone,
  clockIn,
  dayAfter,
  eventId,
  newId,
  ok,
  type Result,
  refuse,
  startOfDayMs,
} from '../kernel/index.ts';
import type { DaySigner } from '../signing/index.ts';

/** Of one currency, participant, kind and outcome. */
export interface DaySum {
  readonly currency: string;
  readonly participant: string;
  readonly kind: string;
  readonly status: string;
  readonly count: number;
  /** Minor units, as decimal text. */
  readonly sum: string;
}

export interface ClosingParts {
  readonly directory: Directory;
  readonly signer: () => Promise<DaySigner>;
  /** Of everything that began in a time, in a fixed order. */
  readonly sums: (fromMs: number, beforeMs: number) => Promise<DaySum[]>;
  /** Ids of what began in a time and has not ended; with a time, also of what ended after it. */
  readonly stragglers: (fromMs: number, beforeMs: number, endedAfterMs: number | null) => Promise<string[]>;
  readonly trialBalance: () => Promise<{
    readonly balanced: boolean;
    readonly accounts: number;
    readonly currencies: readonly { readonly currency: string; readonly sum: { readonly amount: number } }[];
  }>;
  /** Until when the reports hold everything, in epoch milliseconds. */
  readonly completeUpTo: () => Promise<number>;
  readonly announce: (events: readonly SwitchEvent[]) => Promise<void>;
  /** Whether somebody was told already that a day is not closed; notes that they are now. */
  readonly firstTime: (day: string) => Promise<boolean>;
}

// Books whose clocks differ by less agree on which day it is.
const graceMs = 60_000;
// Payments of today go on while accounts are read: a sum that is off for a moment is read again.
const balanceTries = 3;
const balancePauseMs = 300;
const namedMax = 5;
// By six in the morning yesterday should be closed.
const expectedAfterMs = 6 * 3_600_000;
// What has been open for longer nobody has to be reminded of.
const daysWatched = 31;

export const spanOf = (day: string) => ({
  fromMs: startOfDayMs(day),
  beforeMs: startOfDayMs(dayAfter(day, 1)),
});

/** Closes a day; one that is closed is answered as it was. */
export async function closeDay(parts: ClosingParts, act: Act, day: string): Promise<Result<BusinessDayRow>> {
  const { directory } = parts;
  const last = await directory.businessDay(day);
  if (last?.status === 'closed') return ok(last);
  for await (const { code, detail } of obstaclesOf(parts, day)) return refuse(code, detail);
  const { fromMs, beforeMs } = spanOf(day);
  const signer = await parts.signer();
  const nowMs = Date.now();
  const version = (last?.version ?? 0) + 1;
  const totals = await parts.sums(fromMs, beforeMs);
  const text = JSON.stringify({
    day,
    time_zone: businessZone.name,
    from: isoTime(fromMs),
    before: isoTime(beforeMs),
    version,
    closed_at: isoTime(nowMs),
    totals,
  });
  const row = rowOf(act, day, version, nowMs, {
    status: 'closed',
    text,
    signature: await signer.sign(text),
    keyId: signer.keyId,
  });
  if (!(await directory.addBusinessDay(act, row))) return refuse('business_day.changed');
  await parts.announce([eventOf('day.closed', row, { day, version, closed_at: isoTime(nowMs), by: row.by })]);
  return ok(row);
}

export const obstacleCodes = [
  'business_day.not_over',
  'reports.behind',
  'business_day.open_transfers',
  'business_day.not_balanced',
] as const;

/** What keeps a day open. */
export interface Obstacle {
  readonly code: (typeof obstacleCodes)[number];
  readonly detail?: string;
  /** The first of those that have not ended. */
  readonly transfers: readonly string[];
}

/** What keeps a day open, in the order it is refused with; each is looked for once the one before was taken. */
export async function* obstaclesOf(parts: ClosingParts, day: string): AsyncGenerator<Obstacle> {
  const { fromMs, beforeMs } = spanOf(day);
  if (Date.now() < beforeMs + graceMs) {
    yield { code: 'business_day.not_over', transfers: [] };
    return;
  }
  const completeMs = await parts.completeUpTo();
  if (completeMs < beforeMs + graceMs) {
    yield { code: 'reports.behind', detail: `complete up to ${isoTime(completeMs)}`, transfers: [] };
  }
  const open = await parts.stragglers(fromMs, beforeMs, null);
  if (open.length > 0) {
    const transfers = open.slice(0, namedMax);
    yield { code: 'business_day.open_transfers', detail: transfers.join(', '), transfers };
  }
  const unbalanced = await imbalance(parts);
  if (unbalanced) yield { code: 'business_day.not_balanced', detail: unbalanced, transfers: [] };
}

/** Opens a closed day again: never whoever closed it. */
export async function reopenDay(
  { directory }: ClosingParts,
  act: Act,
  day: string,
): Promise<Result<BusinessDayRow>> {
  const last = await directory.businessDay(day);
  if (!last) return refuse('business_day.not_found');
  if (last.status !== 'closed') return refuse('business_day.not_closed');
  if (last.by === personIn(act)) return refuse('business_day.own');
  const blank = { text: null, signature: null, keyId: null };
  const row = rowOf(act, day, last.version + 1, Date.now(), { status: 'reopened', ...blank });
  return (await directory.addBusinessDay(act, row)) ? ok(row) : refuse('business_day.changed');
}

const personIn = ({ by }: Act): string => by.person ?? by.owner;

const rowOf = (
  act: Act,
  day: string,
  version: number,
  nowMs: number,
  more: Pick<BusinessDayRow, 'status' | 'text' | 'signature' | 'keyId'>,
): BusinessDayRow => ({
  id: newId('businessDay', nowMs),
  day,
  version,
  by: personIn(act),
  reason: act.reason ?? null,
  createdAtMs: nowMs,
  ...more,
});

/** Which currencies are off; undefined when the accounts add up. */
async function imbalance({ trialBalance }: ClosingParts): Promise<string | undefined> {
  let off = '';
  for (let tries = 0; tries < balanceTries; tries++) {
    if (tries > 0) await new Promise((resolve) => setTimeout(resolve, balancePauseMs));
    const { balanced, currencies } = await trialBalance();
    if (balanced) return undefined;
    off = currencies
      .filter(({ sum }) => sum.amount !== 0)
      .map(({ currency, sum }) => `${currency} ${sum.amount}`)
      .join(', ');
  }
  return off;
}

/** A group whose count or sum is no longer what was frozen. */
export interface Exception {
  readonly frozen: DaySum | undefined;
  readonly now: DaySum | undefined;
}

/** What has changed in a closed day, and the transfers it is known of. */
export async function exceptionsOf(
  parts: ClosingParts,
  { day, text, createdAtMs }: BusinessDayRow,
): Promise<{ readonly groups: Exception[]; readonly transfers: string[] }> {
  const { fromMs, beforeMs } = spanOf(day);
  const frozen = new Map(totalsIn(text).map((sum) => [nameOf(sum), sum]));
  const now = new Map((await parts.sums(fromMs, beforeMs)).map((sum) => [nameOf(sum), sum]));
  const groups = [...new Set([...frozen.keys(), ...now.keys()])]
    .map((name) => ({ frozen: frozen.get(name), now: now.get(name) }))
    .filter(({ frozen: one, now: other }) => one?.count !== other?.count || one?.sum !== other?.sum);
  return { groups, transfers: await parts.stragglers(fromMs, beforeMs, createdAtMs) };
}

const nameOf = ({ currency, participant, kind, status }: DaySum) =>
  [currency, participant, kind, status].join(' ');

export const totalsIn = (text: string | null): DaySum[] => (text === null ? [] : JSON.parse(text).totals);

/**
 * Days that should be closed by a time and are not, oldest first. None from before the switch was at work, and none
 * older than a month.
 */
export async function unclosedDays(
  { directory }: Pick<ClosingParts, 'directory'>,
  nowMs: number,
): Promise<string[]> {
  const [firstRecord] = await directory.audit.after(0, 1);
  if (!firstRecord) return [];
  const due = lastDueDay(nowMs);
  const closed = new Set(await directory.closedDays(dayAfter(due, 1 - daysWatched), due));
  const beganOn = clockIn(businessZone.name, firstRecord.atMs).day;
  return Array.from({ length: daysWatched }, (_, index) => dayAfter(due, index + 1 - daysWatched)).filter(
    (day) => day >= beganOn && !closed.has(day),
  );
}

/** The last day that should be closed by a time. */
const lastDueDay = (nowMs: number): string =>
  dayAfter(clockIn(businessZone.name, nowMs - expectedAfterMs).day, -1);

/** Tells the centre, once, of a day that should be closed by now and is not. */
export async function tellUnclosed(parts: ClosingParts, nowMs = Date.now()): Promise<void> {
  const day = lastDueDay(nowMs);
  if (!(await unclosedDays(parts, nowMs)).includes(day) || !(await parts.firstTime(day))) return;
  const last = await parts.directory.businessDay(day);
  const event = { day, version: last?.version ?? 0, createdAtMs: nowMs };
  await parts.announce([eventOf('day.not_closed', event, { day, status: last?.status ?? 'open' })]);
}

const eventOf = (
  type: string,
  { day, version, createdAtMs }: Pick<BusinessDayRow, 'day' | 'version' | 'createdAtMs'>,
  data: object,
): SwitchEvent => ({
  id: eventId(createdAtMs, `${type} ${day} ${version}`),
  type,
  atMs: createdAtMs,
  owner: 'centre',
  sequence: version,
  data: { id: day, ...data },
});
