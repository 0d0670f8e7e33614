/** From entries to report rows. Pure: the same entries always give the same rows. */
import type { Run } from '../events/index.ts';
import {
  type AcceptBody,
  type AwaitBody,
  type DeclineBody,
  type Entry,
  type HoldBody,
  stateOfRefused,
  type TransferDetails,
  type TransferState,
  type VoidBody,
} from '../ledger/index.ts';

export interface TransferRow {
  id: string;
  kind: 'payment' | 'top_up' | 'refund' | 'gather';
  status: TransferState;
  amount: number;
  tip: number;
  currency: string;
  debtor: string;
  creditor: string;
  creditorStripe: number;
  participant: string;
  merchant: string | null;
  merchantName: string | null;
  store: string | null;
  till: string | null;
  /** Who of the merchant made its order, or the refund, signed in. */
  person: string | null;
  /** The merchant's printed code that was scanned, where it has several. */
  code: string | null;
  order: string | null;
  orderReference: string | null;
  reference: string | null;
  scheme: string | null;
  refusal: string | null;
  /** Of a refund: the payment it gives back. */
  payment: string | null;
  createdAtMs: number;
  endedAtMs: number | null;
}

/**
 * One row per transfer: what is known for certain wins over `processing`, and that over waiting for the payer. A
 * debit or a settle adds nothing to the accept that made the transfer final.
 */
export function transferRows(runs: readonly Run[]): TransferRow[] {
  const rows = new Map<string, TransferRow>();
  for (const { entry } of runs.flatMap(({ entries }) => entries)) {
    const row = rowFrom(entry);
    const earlier = row && rows.get(row.id);
    if (row && (!earlier || certaintyOf(earlier) < certaintyOf(row))) rows.set(row.id, row);
  }
  return [...rows.values()];
}

/** Rows only gain certainty: one replaces another that has less. */
export const certaintyOf = ({ status }: Pick<TransferRow, 'status'>): number =>
  status === 'requires_confirmation' ? 0 : status === 'processing' ? 1 : 2;

function rowFrom(entry: Entry): TransferRow | undefined {
  if (entry.type === 'await') {
    const { transfer }: AwaitBody = JSON.parse(entry.body);
    return rowOf(transfer, 'requires_confirmation', null, null);
  }
  if (entry.type === 'hold') {
    const { transfer }: HoldBody = JSON.parse(entry.body);
    return rowOf(transfer, 'processing', null, null);
  }
  if (entry.type === 'accept') {
    const { transfer }: AcceptBody = JSON.parse(entry.body);
    return rowOf(transfer, 'completed', entry.atMs, null);
  }
  if (entry.type === 'void' || entry.type === 'decline') {
    const { transfer, refusal }: VoidBody | DeclineBody = JSON.parse(entry.body);
    return rowOf(transfer, stateOfRefused(refusal), entry.atMs, refusal.code);
  }
  return undefined;
}

const rowOf = (
  transfer: TransferDetails,
  status: TransferRow['status'],
  endedAtMs: number | null,
  refusal: string | null,
): TransferRow => ({
  id: transfer.id,
  kind: transfer.kind,
  status,
  amount: transfer.amountMinor,
  tip: transfer.facts.tipMinor ?? 0,
  currency: transfer.currency,
  debtor: transfer.debtor,
  creditor: transfer.creditor,
  creditorStripe: transfer.creditorStripe,
  participant: transfer.facts.payerParticipant,
  merchant: transfer.facts.merchant ?? null,
  merchantName: transfer.facts.merchantName ?? null,
  store: transfer.facts.store ?? null,
  till: transfer.facts.till ?? null,
  person: transfer.facts.person ?? null,
  code: transfer.facts.code ?? null,
  order: transfer.facts.order ?? null,
  orderReference: transfer.facts.orderReference ?? null,
  reference: transfer.facts.reference ?? null,
  scheme: transfer.facts.scheme ?? null,
  refusal,
  payment: transfer.refundOf ?? null,
  createdAtMs: transfer.heldAtMs,
  endedAtMs,
});
