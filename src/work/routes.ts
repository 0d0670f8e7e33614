import { z } from '@hono/zod-openapi';
import type { DeadLetterRow, Directory, Who } from '../directory/index.ts';
import {
  cursorOf,
  idSchema,
  isoTime,
  listOf,
  moneySchema,
  pageQuery,
  type Shell,
  textSchema,
  timeSchema,
} from '../http/index.ts';
import { ok, refuse, timeOfId } from '../kernel/index.ts';
import { type DeadLetterParts, tryAgain } from './dead-letters.ts';
import { askNow, decide, decisions, type Stuck, type StuckParts, stepOf, stuckTransfers } from './stuck.ts';

const readers: readonly Who[] = ['staff:admin', 'staff:officer', 'staff:analyst', 'staff:support'];
/** Who may try again and put aside: no money moves by it. */
const unblockers: readonly Who[] = ['staff:admin', 'staff:officer', 'staff:support'];
const deciders: readonly Who[] = ['staff:admin', 'staff:officer'];
const path = '/v1/centre/work';

/** A callback that was given up. */
export interface ParkedCallback {
  readonly event: string;
  readonly type: string;
  readonly endpoint: string;
  readonly owner: string;
  readonly lastStatus: number | null;
  readonly lastError: string | null;
}

/** What differs between a partner's file and the switch. */
export interface OpenDifference {
  readonly id: string;
  readonly type: string;
  readonly participant: string;
  readonly status: string;
  readonly createdAtMs: number;
}

export interface WorkParts extends StuckParts, DeadLetterParts {
  readonly callbacks: {
    /** Oldest first. */
    parked(limit: number): Promise<readonly ParkedCallback[]>;
    /** At most 10,000. */
    count(): Promise<number>;
    /** Begins anew; false when it is not parked. */
    send(event: string, endpoint: string): Promise<boolean>;
    /** Is never tried again; false when it is not parked. */
    drop(event: string, endpoint: string): Promise<boolean>;
  };
  readonly differences: {
    /** Open and proposed ones, oldest first. */
    open(limit: number): Promise<readonly OpenDifference[]>;
    /** At most 10,000. */
    count(): Promise<number>;
  };
}

// Most transfers end within seconds: one that has not by then is looked at.
const stuckAfterMs = 5 * 60_000;
const itemsShown = 50;
const stuckShown = 200;

export const workKinds = ['transfer', 'callback', 'difference', 'dead_letter'] as const;

const itemSchema = z
  .object({
    kind: z.enum(workKinds),
    id: z.string().openapi({ description: 'Of the transfer, event, difference or dead letter' }),
    since: timeSchema,
    about: z.string().openapi({ description: 'The participant or merchant it is about, or `switch`' }),
    about_name: z.string().nullable().openapi({ description: 'What that one is called' }),
    what: z.string().openapi({ description: 'What it is, in a word of the API: the kind or type of it' }),
    endpoint: z.string().nullable().openapi({ description: 'Of a callback' }),
  })
  .openapi('WorkItem');

const workSchema = z
  .object({
    counts: z.object({
      transfer: z.int(),
      callback: z.int(),
      difference: z.int(),
      dead_letter: z.int(),
    }),
    data: z.array(itemSchema).openapi({ description: `The oldest ${itemsShown}, oldest first` }),
  })
  .openapi('Work');

const stuckSchema = z
  .object({
    id: z.string(),
    kind: z.enum(['payment', 'top_up', 'refund', 'gather']),
    since: timeSchema,
    amount: moneySchema,
    debtor: z.string().openapi({ description: 'The debited account' }),
    creditor: z.string(),
    merchant: z.string().nullable(),
    reference: z.string().nullable(),
    waits_for: z.enum(['partner', 'switch']).openapi({
      description:
        'partner: the participant’s own system; switch: the credited account, asked until it answers',
    }),
    participant: z.string().nullable().openapi({ description: 'Whose answer it waits for' }),
    participant_name: z.string().nullable(),
    part: z
      .enum(['debit', 'credit', 'refund'])
      .nullable()
      .openapi({ description: 'What that one has to do' }),
    asked: z.enum(['perform', 'enquire', 'reverse']).nullable(),
    tries: z.int().openapi({ description: 'Without a certain answer' }),
    next_at: timeSchema.nullable(),
    refusal: z
      .string()
      .nullable()
      .openapi({ description: 'Why it is being taken back; null: it goes forward' }),
    voided: z.boolean().openapi({
      description: 'The payer has the money back here, and the participant has still to undo its part',
    }),
    step: z.string().openapi({ description: 'Name it when you decide' }),
    decisions: z.array(z.enum(decisions)).openapi({
      description:
        'What you may say the participant has told you. done, not_done: whether it has done its part; undone: it ' +
        'has taken it back, or never did it; stands: it cannot take it back',
    }),
  })
  .openapi('StuckTransfer');

const afterSchema = z
  .object({
    ended: z.boolean(),
    transfer: stuckSchema.nullable().openapi({ description: 'As it stands now; null when it has ended' }),
  })
  .openapi('StuckTransferAfter');

const letterSchema = z
  .object({
    id: z.string(),
    book: z.int(),
    position: z.int().openapi({ description: 'The last entry that could not be taken' }),
    recorded: z.int().openapi({ description: 'How far the reports have this book' }),
    times: z.int().openapi({ description: 'How often it was given up' }),
    fault: z.string(),
    status: z.enum(['open', 'resolved']),
    created_at: timeSchema,
    last_at: timeSchema,
  })
  .openapi('DeadLetter');

export type Work = z.output<typeof workSchema>;
export type WorkItem = z.output<typeof itemSchema>;
export type StuckTransfer = z.output<typeof stuckSchema>;
export type StuckTransferAfter = z.output<typeof afterSchema>;
export type DeadLetter = z.output<typeof letterSchema>;

const transferParams = z.object({
  transfer: z.union([idSchema('payment'), idSchema('topUp'), idSchema('refund'), idSchema('gather')]),
});
const callbackParams = z.object({ event: idSchema('event'), endpoint: idSchema('endpoint') });
const letterParams = z.object({ deadLetter: idSchema('deadLetter') });
const reason = textSchema(500).openapi({ description: 'Kept in the audit log' });

export function workRoutes(shell: Shell, parts: WorkParts): void {
  shell.endpoint(
    {
      method: 'get',
      path,
      tag: 'Work',
      summary: 'What waits for a person: how much of each kind, and the oldest',
      access: readers,
      query: z.object({
        kind: z.enum(workKinds).optional().openapi({ description: 'The oldest of this kind' }),
      }),
      answers: workSchema,
    },
    async ({ query }) => ok(await workJson(parts, query.kind)),
  );
  transferRoutes(shell, parts);
  callbackRoutes(shell, parts);
  letterRoutes(shell, parts);
}

async function workJson(parts: WorkParts, kind: (typeof workKinds)[number] | undefined) {
  const { callbacks, differences, directory } = parts;
  const [stuck, parked, parkedCount, differing, differenceCount, letters] = await Promise.all([
    stuckTransfers(parts, Date.now() - stuckAfterMs),
    callbacks.parked(itemsShown),
    callbacks.count(),
    differences.open(itemsShown),
    differences.count(),
    directory.deadLetters('open', itemsShown),
  ]);
  const items = [
    ...stuck.map((one) => ({
      kind: 'transfer' as const,
      id: one.transfer.id,
      sinceMs: one.sinceMs,
      about: one.participant ?? 'switch',
      what: one.transfer.kind,
    })),
    ...parked.map(({ event, type, endpoint, owner }) => ({
      kind: 'callback' as const,
      id: event,
      sinceMs: timeOfId(event),
      about: owner,
      what: type,
      endpoint,
    })),
    ...differing.map(({ id, type, participant, createdAtMs }) => ({
      kind: 'difference' as const,
      id,
      sinceMs: createdAtMs,
      about: participant,
      what: type,
    })),
    ...letters.map(({ id, createdAtMs }) => ({
      kind: 'dead_letter' as const,
      id,
      sinceMs: createdAtMs,
      about: 'switch',
      what: 'dead_letter',
    })),
  ];
  const shown = items
    .filter((item) => kind === undefined || item.kind === kind)
    .sort((left, right) => left.sinceMs - right.sinceMs)
    .slice(0, itemsShown);
  const names = await directory.namesOf(shown.map(({ about }) => about));
  return {
    counts: {
      transfer: stuck.length,
      callback: parkedCount,
      difference: differenceCount,
      dead_letter: letters.length,
    },
    data: shown.map(({ sinceMs, ...item }) => ({
      endpoint: null,
      ...item,
      about_name: names.get(item.about) ?? null,
      since: isoTime(sinceMs),
    })),
  };
}

function transferRoutes(shell: Shell, parts: WorkParts): void {
  const { directory } = parts;
  shell.endpoint(
    {
      method: 'get',
      path: `${path}/transfers`,
      tag: 'Work',
      summary: 'Transfers that have not ended, oldest first',
      description:
        `At most ${stuckShown}. Money is safe meanwhile: what is held is neither spent nor lost. A participant’s ` +
        'system is asked again and again by itself.',
      access: readers,
      query: z.object({
        older_than: z.coerce
          .number()
          .int()
          .min(0)
          .max(86_400)
          .default(stuckAfterMs / 1_000)
          .openapi({ description: 'In seconds since they began' }),
      }),
      answers: z.object({ data: z.array(stuckSchema) }).openapi('StuckTransfers'),
    },
    async ({ query }) => {
      const stuck = await stuckTransfers(parts, Date.now() - query.older_than * 1_000);
      return ok({ data: await stuckJson(directory, stuck.slice(0, stuckShown)) });
    },
  );

  shell.endpoint(
    {
      method: 'post',
      audit: 'change',
      path: `${path}/transfers/{transfer}/ask`,
      tag: 'Work',
      summary: 'Have whoever it waits for asked at once',
      access: unblockers,
      params: transferParams,
      refusals: ['transfer.not_stuck'],
      answers: afterSchema,
    },
    async ({ params: { transfer }, act }) => {
      await directory.record(act, transfer, { asked: true });
      const asked = await askNow(parts, transfer);
      return asked.ok ? ok(await afterJson(directory, asked.value)) : asked;
    },
  );

  shell.endpoint(
    {
      method: 'post',
      audit: 'change',
      path: `${path}/transfers/{transfer}/decide`,
      guarded: 'transfer.decide',
      tag: 'Work',
      summary: 'Say what the participant has told you about its part; the transfer goes on by it',
      description:
        'As if its system had answered so: ask them in writing first, because money moves by it. When its system ' +
        'answers something else later, the matching of its file finds the difference.',
      access: deciders,
      params: transferParams,
      body: z
        .strictObject({ step: textSchema(20), decision: z.enum(decisions), reason })
        .openapi('StuckTransferDecision'),
      refusals: ['transfer.not_stuck', 'transfer.gone_on'],
      answers: afterSchema,
    },
    async ({ params: { transfer }, body: { reason: why, ...body }, act }) => {
      await directory.record({ ...act, reason: why }, transfer, body);
      const decided = await decide(parts, transfer, body);
      return decided.ok ? ok(await afterJson(directory, decided.value)) : decided;
    },
  );
}

function callbackRoutes(shell: Shell, { directory, callbacks }: WorkParts): void {
  const one = `${path}/callbacks/{event}/{endpoint}`;
  const done = z.object({ event: z.string(), endpoint: z.string() }).openapi('CallbackDecided');

  shell.endpoint(
    {
      method: 'post',
      audit: 'change',
      path: `${one}/send`,
      tag: 'Work',
      summary: 'Try a callback again that was given up, with all its attempts anew',
      access: unblockers,
      params: callbackParams,
      refusals: ['callback.not_parked'],
      answers: done,
    },
    async ({ params: { event, endpoint }, act }) => {
      await directory.record(act, event, { sent: endpoint });
      const sent = await callbacks.send(event, endpoint);
      return sent ? ok({ event, endpoint }) : refuse('callback.not_parked');
    },
  );

  shell.endpoint(
    {
      method: 'post',
      audit: 'change',
      path: `${one}/drop`,
      tag: 'Work',
      summary: 'Never try it again: its receiver knows, or is no more',
      description: 'The event and its attempts stay to be read, and can be sent again by their owner.',
      access: unblockers,
      params: callbackParams,
      body: z.strictObject({ reason }).openapi('CallbackDropped'),
      refusals: ['callback.not_parked'],
      answers: done,
    },
    async ({ params: { event, endpoint }, body, act }) => {
      await directory.record({ ...act, reason: body.reason }, event, { dropped: endpoint });
      const dropped = await callbacks.drop(event, endpoint);
      return dropped ? ok({ event, endpoint }) : refuse('callback.not_parked');
    },
  );
}

function letterRoutes(shell: Shell, parts: WorkParts): void {
  const { directory, projector } = parts;
  const one = `${path}/dead-letters/{deadLetter}`;
  const recordedOf = async (rows: readonly DeadLetterRow[]) =>
    projector.projection.watermarks([...new Set(rows.map(({ book }) => book))]);
  const shown = async (row: DeadLetterRow) => letterJson(row, await recordedOf([row]));

  shell.endpoint(
    {
      method: 'get',
      path: `${path}/dead-letters`,
      tag: 'Work',
      summary: 'Entries the reports could not take; open ones oldest first, resolved ones newest first',
      description:
        'They are safe in their accounts and are sent again every minute; once the reports have them they are ' +
        'resolved by themselves.',
      access: readers,
      query: pageQuery.extend({ status: z.enum(['open', 'resolved']).default('open') }),
      answers: listOf(letterSchema),
    },
    async ({ query: { status, limit, cursor } }) => {
      const rows = await directory.deadLetters(status, limit + 1, cursor);
      const listed = rows.slice(0, limit);
      const marks = await recordedOf(listed);
      const next = rows.length > limit ? (listed.at(-1)?.id ?? null) : null;
      return ok({ data: listed.map((row) => letterJson(row, marks)), next_cursor: cursorOf(next) });
    },
  );

  shell.endpoint(
    {
      method: 'post',
      audit: 'change',
      path: `${one}/retry`,
      tag: 'Work',
      summary: 'Try again at once; answers what goes wrong, if it still does',
      access: unblockers,
      params: letterParams,
      refusals: ['dead_letter.resolved'],
      answers: letterSchema,
    },
    async ({ params: { deadLetter: id }, act }) => {
      const row = await directory.deadLetter(id);
      if (!row) return refuse('dead_letter.not_found');
      if (row.status === 'resolved') return refuse('dead_letter.resolved');
      await directory.record(act, id, { tried: row.book });
      const fault = await tryAgain(row.book, parts);
      const marks = await recordedOf([row]);
      if ((marks.get(row.book) ?? 0) >= row.position) {
        return ok(letterJson((await directory.resolveDeadLetter(act, id)) ?? row, marks));
      }
      return ok(letterJson(fault === undefined ? row : { ...row, fault }, marks));
    },
  );

  shell.endpoint(
    {
      method: 'post',
      path: `${one}/resolve`,
      tag: 'Work',
      audit: 'change',
      summary: 'Put it aside, with a reason; when it is given up once more, it is back',
      access: unblockers,
      params: letterParams,
      body: z.strictObject({ reason }).openapi('DeadLetterResolved'),
      refusals: ['dead_letter.resolved'],
      answers: letterSchema,
    },
    async ({ params: { deadLetter: id }, body, act }) => {
      const row = await directory.resolveDeadLetter({ ...act, reason: body.reason }, id);
      if (row) return ok(await shown(row));
      return refuse((await directory.deadLetter(id)) ? 'dead_letter.resolved' : 'dead_letter.not_found');
    },
  );
}

async function stuckJson(directory: Directory, all: readonly Stuck[]) {
  const names = await directory.namesOf(all.flatMap(({ participant }) => participant ?? []));
  return all.map((one) => ({
    ...transferJson(one),
    participant_name: (one.participant !== null && names.get(one.participant)) || null,
  }));
}

function transferJson(stuck: Stuck) {
  const { transfer, sinceMs, standing } = stuck;
  return {
    id: transfer.id,
    kind: transfer.kind,
    since: isoTime(sinceMs),
    amount: { amount: transfer.amountMinor, currency: transfer.currency },
    debtor: transfer.debtor,
    creditor: transfer.creditor,
    merchant: transfer.facts.merchant ?? null,
    reference: transfer.facts.reference ?? null,
    waits_for: standing ? ('partner' as const) : ('switch' as const),
    participant: stuck.participant,
    part: (standing && transfer.legs?.[standing.task.leg]?.does) ?? null,
    asked: standing?.task.does ?? null,
    tries: standing?.tries ?? 0,
    next_at: standing ? isoTime(standing.askAtMs) : null,
    refusal: standing?.refusal?.code ?? null,
    voided: standing?.voided ?? false,
    step: stepOf(stuck),
    decisions: [...stuck.decisions],
  };
}

const afterJson = async (directory: Directory, stuck: Stuck | null) => ({
  ended: stuck === null,
  transfer: stuck && ((await stuckJson(directory, [stuck]))[0] ?? null),
});

const letterJson = (row: DeadLetterRow, marks: ReadonlyMap<number, number>) => ({
  id: row.id,
  book: row.book,
  position: row.position,
  recorded: marks.get(row.book) ?? 0,
  times: row.times,
  fault: row.fault,
  status: row.status,
  created_at: isoTime(row.createdAtMs),
  last_at: isoTime(row.lastAtMs),
});
