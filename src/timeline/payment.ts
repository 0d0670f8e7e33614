/** A payment as the centre explains it: what it is, both sides of it, what was given back, and whether reports have it. */
import { z } from '@hono/zod-openapi';
import type { AccountRow } from '../directory/index.ts';
import { isoTime, moneySchema, refusalJson, refusalOfSchema, timeSchema } from '../http/index.ts';
import type { Language } from '../kernel/index.ts';
import { type Trace, type TransferDetails, transferStates } from '../ledger/index.ts';
import { paymentJson, paymentSchema } from '../payments/index.ts';
import type { PaymentHistory, TimelineParts, TransferHistory } from './history.ts';
import { endOf } from './steps.ts';

const kinds = ['payer', 'merchant', 'funding', 'position', 'external'] as const;

const sideSchema = z
  .object({
    transfer: z.string().openapi({ description: 'The payment, or a refund of it' }),
    side: z.enum(['debit', 'credit']),
    account: z.string(),
    kind: z.enum(kinds).nullable().openapi({ description: 'position: a partner outside is behind it' }),
    label: z.string().nullable(),
    owner: z.string().openapi({ description: 'The participant or merchant' }),
    owner_name: z.string().nullable(),
    stripe: z.int(),
    book: z.int().nullable(),
    amount: moneySchema,
    moved: z.boolean().openapi({ description: 'Whether the account was debited, or credited, in the end' }),
    written: z.array(z.object({ type: z.string(), sequence: z.int(), at: timeSchema })),
  })
  .openapi('PaymentSide');

const whoSchema = z.object({ id: z.string(), name: z.string().nullable() });

const refundSchema = z
  .object({
    id: z.string(),
    status: z.enum(transferStates),
    amount: moneySchema,
    reason: z.string().nullable(),
    by_centre: z
      .object({ made_by: whoSchema, approved_by: whoSchema.nullable() })
      .nullable()
      .openapi({ description: 'Who proposed it and who approved it, where the centre decided on it' }),
    refusal: refusalOfSchema.nullable(),
    created_at: timeSchema,
  })
  .openapi('RefundOfPayment');

export const centrePaymentSchema = z
  .object({
    payment: paymentSchema,
    participant_name: z.string().nullable(),
    sides: z.array(sideSchema).openapi({ description: 'The payment’s, then those of its refunds' }),
    partners: z
      .array(
        z.object({
          does: z.enum(['debit', 'credit', 'refund']),
          participant: z.string(),
          account: z.string(),
        }),
      )
      .openapi({ description: 'What institutions outside do for it' }),
    refunds: z.array(refundSchema).openapi({ description: 'Oldest first' }),
    more_refunds: z.boolean().openapi({ description: 'There are older refunds, in the list of refunds' }),
    reported: z
      .enum(transferStates)
      .nullable()
      .openapi({ description: 'Its report row; null: there is none' }),
    complete_up_to: timeSchema.openapi({
      description: 'Everything that happened until then is in the reports',
    }),
  })
  .openapi('CentrePayment');

export async function centrePaymentJson(
  parts: Pick<TimelineParts, 'directory'>,
  { payment, refunds, more }: PaymentHistory,
  completeUpToMs: number,
  language: Language,
) {
  const { transfer } = payment;
  const all = [payment, ...refunds];
  const accounts = new Map(
    (
      await parts.directory.accountsIn(
        all.flatMap(({ transfer: { debtor, creditor } }) => [debtor, creditor]),
      )
    ).map((row) => [row.id, row]),
  );
  const names = await ownerNames(parts, [...accounts.values()], transfer);
  const people = await parts.directory.namesOf(
    refunds.flatMap(({ transfer: { facts } }) => [facts.centrePerson ?? '', facts.approvedBy ?? '']),
  );
  const end = endOf(payment);
  const accepted = payment.credited?.entries.find(({ entry }) => entry.type === 'accept');
  const facts = {
    transfer,
    state: end.status,
    refundedMinor: refunds
      .filter((refund) => endOf(refund).status === 'completed')
      .reduce((sum, refund) => sum + refund.transfer.amountMinor, 0),
    ...(end.refusal && { refusal: end.refusal }),
    ...(accepted && { endedAtMs: accepted.entry.atMs }),
  };
  return {
    payment: paymentJson(facts, language, 'centre'),
    participant_name: names.get(transfer.facts.payerParticipant) ?? null,
    sides: all.flatMap((one) => sidesOf(one, accounts, names)),
    partners: (transfer.legs ?? []).map(({ does, partner, account }) => ({
      does,
      participant: partner,
      account,
    })),
    refunds: refunds.map((refund) => refundJson(refund, people, language)),
    more_refunds: more,
    reported: payment.reported?.status ?? null,
    complete_up_to: isoTime(completeUpToMs),
  };
}

function refundJson(refund: TransferHistory, people: ReadonlyMap<string, string>, language: Language) {
  const { id, amountMinor: amount, currency, heldAtMs, facts } = refund.transfer;
  const { centrePerson, approvedBy } = facts;
  const { status, refusal } = endOf(refund);
  const person = (one: string) => ({ id: one, name: people.get(one) ?? null });
  return {
    ...{ id, status, amount: { amount, currency } },
    reason: facts.reason ?? null,
    by_centre:
      centrePerson === undefined
        ? null
        : {
            made_by: person(centrePerson),
            approved_by: approvedBy === undefined ? null : person(approvedBy),
          },
    refusal: refusal ? refusalJson(refusal, language) : null,
    created_at: isoTime(heldAtMs),
  };
}

/** The debited account and the credited one, with what each has written. */
function sidesOf(
  history: TransferHistory,
  accounts: ReadonlyMap<string, AccountRow>,
  names: ReadonlyMap<string, string>,
) {
  const { transfer, debited, credited } = history;
  const { id, currency, amountMinor: amount, debtor, creditor } = transfer;
  const isDone = endOf(history).status === 'completed';
  const side = (of: 'debit' | 'credit', account: string, trace: Trace | undefined, stripe: number) => {
    const row = accounts.get(account);
    const owner = row?.owner ?? trace?.facts.owner ?? '';
    return {
      ...{ transfer: id, side: of, account, owner, stripe, amount: { amount, currency }, moved: isDone },
      kind: row?.kind ?? null,
      label: row?.label ?? null,
      owner_name: names.get(owner) ?? null,
      book: trace?.facts.book ?? null,
      written: (trace?.entries ?? []).map(({ entry: { type, seq, atMs } }) => ({
        ...{ type, sequence: seq, at: isoTime(atMs) },
      })),
    };
  };
  return [
    side('debit', debtor, debited, debited.facts.stripe),
    side('credit', creditor, credited, transfer.creditorStripe),
  ];
}

/** Of participants and merchants. */
async function ownerNames(
  { directory }: Pick<TimelineParts, 'directory'>,
  accounts: readonly AccountRow[],
  { facts }: TransferDetails,
): Promise<Map<string, string>> {
  const owners = [...new Set([facts.payerParticipant, ...accounts.map(({ owner }) => owner)])];
  const found = await Promise.all(
    owners.map(async (id) => {
      const row = id.startsWith('mch_')
        ? await directory.cachedMerchant(id)
        : await directory.participant(id);
      return row ? ([[id, row.name]] as const) : [];
    }),
  );
  return new Map(found.flat());
}

export type CentrePayment = z.infer<typeof centrePaymentSchema>;
