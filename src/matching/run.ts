/** Matching, step by step. Each step looks at one page of one side, and is written down before the next. */
import type { Directory } from '../directory/index.ts';
import { earliestTransferId, logFault } from '../kernel/index.ts';
import {
  type Difference,
  differencesOf,
  isCompleted,
  matchAmounts,
  matchKeys,
  matchReferences,
  missingThere,
  type Ours,
  type Pair,
  strange,
} from './match.ts';
import { type Counters, type Progress, type Stretch, type Sums, withStretch, withSum } from './model.ts';
import { type MatchingStore, openRowsMax, type PartnerFileRow } from './store.ts';

/** A transfer as the reports have it. */
export interface ReportedTransfer {
  readonly id: string;
  readonly kind: string;
  readonly status: string;
  readonly amount: number;
  readonly currency: string;
  readonly participant: string;
  readonly reference: string | null;
  readonly orderReference: string | null;
  readonly createdAtMs: number;
  readonly endedAtMs: number | null;
  readonly debtor: string;
  readonly creditor: string;
}

/** What concerns one partner, page by page; of one kind, oldest first. */
export type PartnerWalk = (walk: {
  readonly participant: string;
  readonly accounts: readonly string[];
  readonly afterId: string;
  readonly beforeId: string;
  readonly limit: number;
}) => Promise<readonly ReportedTransfer[]>;

export interface MatchingParts {
  readonly directory: Directory;
  readonly store: MatchingStore;
  readonly ofPartner: PartnerWalk;
  /** Those of some transfers that have a row. */
  readonly reported: (ids: readonly string[]) => Promise<ReadonlyMap<string, ReportedTransfer>>;
  /** Until when the reports hold everything, in epoch milliseconds. */
  readonly completeUpTo: () => Promise<number>;
}

// A page of either side, and what it is compared with, is all that is in memory.
const perStep = 2_000;
// Payments come first: between two steps the switch is left alone for about so long.
const pauseMs = 5;
const filesAtOnce = 10;

interface Step extends Partial<Pick<Counters, 'theirs'>> {
  /** Undefined when the file is done. */
  readonly next: Progress | undefined;
  readonly pairs?: readonly Pair[];
  readonly found?: readonly Difference[];
  /** Ours that were seen for the first time. */
  readonly seen?: readonly Ours[];
}

/** Goes on with what is under way, for about so long. */
export async function continueMatching(parts: MatchingParts, forMs: number): Promise<void> {
  const untilMs = Date.now() + forMs;
  for (const file of await parts.store.unfinished(filesAtOnce)) {
    try {
      await continueFile(parts, file, untilMs - Date.now());
    } catch (fault) {
      // The others have their turn; this one is tried again.
      logFault('matching: a step failed', fault, { run: file.id });
    }
  }
}

/** Takes steps with one file for about so long, at least one; answers how far it has come. */
export async function continueFile(
  parts: MatchingParts,
  begun: PartnerFileRow,
  forMs: number,
): Promise<PartnerFileRow> {
  const untilMs = Date.now() + forMs;
  let file = begun;
  const accounts = await positionsOf(parts, file.participant);
  while (file.status === 'matching') {
    const step = await stepOf(parts, file, accounts);
    const after = stepped(file, step);
    const writes = {
      matched: (step.pairs ?? []).map(({ row, ours }) => ({
        line: row.line,
        transfer: ours.id,
        kind: ours.kind,
      })),
      found: foundIn(step),
    };
    if (!(await parts.store.step(file, after, writes))) return (await parts.store.file(file.id)) ?? file;
    file = { ...file, ...after, steps: file.steps + 1 };
    if (Date.now() >= untilMs) break;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  return file;
}

/** What an acquirer outside credits passes over its positions. */
async function positionsOf({ directory }: MatchingParts, participant: string): Promise<string[]> {
  const row = await directory.participant(participant);
  if (row?.role !== 'acquirer') return [];
  const { rows } = await directory.accounts({ limit: 100 }, { owner: participant, kinds: ['position'] });
  return rows.map(({ id }) => id);
}

const foundIn = ({ pairs = [], found = [] }: Step): Difference[] => [
  ...pairs.flatMap(differencesOf),
  ...found,
];

function stepped(file: PartnerFileRow, step: Step): Partial<PartnerFileRow> {
  const { next, pairs = [], seen = [] } = step;
  const { counters } = file;
  const matched = { ...counters.matched };
  for (const { by } of pairs) matched[by]++;
  const differences = { ...counters.differences };
  for (const { type } of foundIn(step)) differences[type]++;
  const ours = seen
    .filter(isCompleted)
    .reduce<Sums>(
      (sums, { currency, kind, amount }) => withSum(sums, `${currency} ${kind}`, 1, BigInt(amount)),
      counters.ours,
    );
  const after = { counters: { matched, differences, ours, theirs: step.theirs ?? counters.theirs } };
  return next ? { ...after, progress: next } : { ...after, status: 'finished', finishedAtMs: Date.now() };
}

async function stepOf(
  parts: MatchingParts,
  file: PartnerFileRow,
  accounts: readonly string[],
): Promise<Step> {
  const { progress } = file;
  if (progress.phase === 'ours') return walkOurs(parts, file, accounts, progress);
  if (progress.phase === 'references' || progress.phase === 'amounts')
    return lookAgain(parts, file, accounts, progress);
  if (progress.phase === 'theirs') return walkTheirs(parts, file, accounts, progress.after);
  return { next: undefined, theirs: await parts.store.theirSums(file.id) };
}

async function walkOurs(
  { store, ofPartner }: MatchingParts,
  file: PartnerFileRow,
  accounts: readonly string[],
  { kind, after, left: before }: Extract<Progress, { phase: 'ours' }>,
): Promise<Step> {
  const afterId = after || earliestTransferId(kind, file.fromMs);
  const page = await ofPartner({
    participant: file.participant,
    accounts,
    afterId,
    beforeId: earliestTransferId(kind, file.beforeMs),
    limit: perStep,
  });
  const seen = page.map(oursOf);
  const rows = await store.withKeys(
    file.id,
    seen.flatMap(({ id, references }) => [id, ...references]),
  );
  const { pairs, left: over } = matchKeys(seen, rows);
  const upTo = page.at(-1)?.id ?? afterId;
  // What did not complete the partner need not have: it is found from its side, if it has it.
  const left = over.some(isCompleted) ? withStretch(before, { after: afterId, upTo }) : before;
  const more = page.length === perStep;
  if (!more && kind === 'refund') {
    // Where no row says more than its amount and time, there is nothing to look for by reference.
    const phase = left.length > 0 && (await store.hasOpenKeys(file.id)) ? 'references' : 'amounts';
    return { next: { phase, after: '', left }, pairs, seen };
  }
  const next: Progress = more
    ? { phase: 'ours', kind, after: upTo, left }
    : { phase: 'ours', kind: 'refund', after: '', left };
  return { next, pairs, seen };
}

/** Ours that were not found by all they say, once more with less of it. */
async function lookAgain(
  { store, ofPartner }: MatchingParts,
  file: PartnerFileRow,
  accounts: readonly string[],
  { phase, after, left }: Extract<Progress, { phase: 'references' | 'amounts' }>,
): Promise<Step> {
  const stretch = left.find(({ upTo }) => upTo > after);
  if (!stretch) {
    return {
      next: phase === 'references' ? { phase: 'amounts', after: '', left } : { phase: 'theirs', after: 0 },
    };
  }
  const page = await pageOf(ofPartner, file, accounts, stretch, after);
  const matched = await store.matchedBy(
    file.id,
    page.flatMap(({ id, references }) => [id, ...references]),
  );
  const open = page.filter((one) => isCompleted(one) && !matched.has(one.id));
  const upTo = page.at(-1)?.id ?? stretch.upTo;
  if (phase === 'amounts') return byAmount(store, file, open, { after: upTo, left });
  const keys = open.flatMap(({ references }) => references);
  const { pairs } = matchReferences(open, await store.withKeys(file.id, keys));
  return { next: { phase, after: upTo, left }, pairs };
}

async function pageOf(
  ofPartner: PartnerWalk,
  { participant }: PartnerFileRow,
  accounts: readonly string[],
  stretch: Stretch,
  after: string,
): Promise<Ours[]> {
  const afterId = after > stretch.after ? after : stretch.after;
  const page = await ofPartner({
    participant,
    accounts,
    afterId,
    beforeId: `${stretch.upTo}~`,
    limit: perStep,
  });
  return page.map(oursOf);
}

/** The last that can be tried: what is not found by amount and time is not there. */
async function byAmount(
  store: MatchingStore,
  file: PartnerFileRow,
  open: readonly Ours[],
  { after, left }: { readonly after: string; readonly left: readonly Stretch[] },
): Promise<Step> {
  const rows = await openRowsFor(store, file, open);
  if (rows.length === openRowsMax && open.length > 1) {
    // Too many for all of them: the first half sees all of its own.
    const half = open.slice(0, Math.floor(open.length / 2));
    return byAmount(store, file, half, { after: half.at(-1)?.id ?? after, left });
  }
  const { pairs, left: missing } = matchAmounts(open, rows);
  return { next: { phase: 'amounts', after, left }, pairs, found: missing.map(missingThere) };
}

async function openRowsFor(store: MatchingStore, file: PartnerFileRow, left: readonly Ours[]) {
  const times = left.flatMap(({ createdAtMs, endedAtMs }) => [createdAtMs, endedAtMs ?? createdAtMs]);
  if (times.length === 0) return [];
  const amounts = left.map(({ amount }) => amount);
  return store.withAmounts(file.id, amounts, Math.min(...times), Math.max(...times));
}

/** Rows that are left: ours of another day, the same once more, or nothing we know. */
async function walkTheirs(
  { store, reported }: MatchingParts,
  file: PartnerFileRow,
  accounts: readonly string[],
  after: number,
): Promise<Step> {
  const rows = await store.openRows(file.id, after, perStep);
  const last = rows.length === perStep ? rows.at(-1) : undefined;
  const keys = rows.flatMap(({ key }) => key ?? []);
  const matched = await store.matchedKeys(file.id, keys);
  const known = await reported(keys.filter((key) => !matched.has(key)));
  const pairs: Pair[] = [];
  const found: Difference[] = [];
  for (const row of rows) {
    const transfer = row.key === null ? undefined : known.get(row.key);
    const isTwice = row.key !== null && matched.has(row.key);
    if (transfer && !isTwice && concerns(transfer, file.participant, accounts)) {
      matched.add(transfer.id);
      pairs.push({ row, ours: oursOf(transfer), by: 'id' });
    } else found.push(...strange(row, isTwice));
  }
  return { next: last ? { phase: 'theirs', after: last.line } : { phase: 'totals' }, pairs, found };
}

const concerns = (
  { participant, debtor, creditor, kind }: ReportedTransfer,
  partner: string,
  accounts: readonly string[],
): boolean =>
  (kind === 'payment' || kind === 'refund') &&
  (participant === partner || accounts.includes(debtor) || accounts.includes(creditor));

const oursOf = (row: ReportedTransfer): Ours => ({
  id: row.id,
  kind: row.kind === 'refund' ? 'refund' : 'payment',
  status: row.status,
  amount: row.amount,
  currency: row.currency,
  references: [row.reference, row.orderReference].filter((text) => text !== null),
  createdAtMs: row.createdAtMs,
  endedAtMs: row.endedAtMs,
});
