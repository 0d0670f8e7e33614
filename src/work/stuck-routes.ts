import { z } from '@hono/zod-openapi';
import type { Directory } from '../directory/index.ts';
import { idSchema, isoTime, moneySchema, type Shell, textSchema, timeSchema } from '../http/index.ts';
import { ok } from '../kernel/index.ts';
import { deciders, path, readers, reason, stuckAfterMs, unblockers, type WorkParts } from './common.ts';
import { askNow, decide, decisions, type Stuck, stepOf, stuckTransfers } from './stuck.ts';

const stuckShown = 200;

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

export type StuckTransfer = z.output<typeof stuckSchema>;
export type StuckTransferAfter = z.output<typeof afterSchema>;

const transferParams = z.object({
  transfer: z.union([idSchema('payment'), idSchema('topUp'), idSchema('refund'), idSchema('gather')]),
});

export function stuckRoutes(shell: Shell, parts: WorkParts): void {
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
