/** From entries to report rows. Pure: the same entries always give the same rows. */
import type { Run } from '../events/index.ts';
import type { DeclineBody, SettleBody, TransferDetails, VoidBody } from '../ledger/index.ts';

export interface TransferRow {
  id: string;
  kind: 'payment' | 'top_up';
  status: 'processing' | 'completed' | 'declined';
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
  order: string | null;
  orderReference: string | null;
  reference: string | null;
  scheme: string | null;
  refusal: string | null;
  createdAtMs: number;
  endedAtMs: number | null;
}

/** One row per transfer: what is known for certain wins over `processing`. */
export function transferRows(runs: readonly Run[]): TransferRow[] {
  const rows = new Map<string, TransferRow>();
  for (const { entries } of runs) {
    for (const entry of entries) {
      const body = JSON.parse(entry.body);
      if (entry.type === 'expire' || entry.type === 'cancel') continue;
      const earlier = rows.get(body.transfer.id);
      if (earlier && earlier.status !== 'processing') continue;
      if (entry.type === 'hold') {
        rows.set(body.transfer.id, rowOf(body.transfer, 'processing', null, null));
      } else if (entry.type === 'accept') {
        rows.set(body.transfer.id, rowOf(body.transfer, 'completed', entry.atMs, null));
      } else if (entry.type === 'settle') {
        const { transfer, acceptedAtMs }: SettleBody = body;
        rows.set(transfer.id, rowOf(transfer, 'completed', acceptedAtMs, null));
      } else {
        const { transfer, refusal }: VoidBody | DeclineBody = body;
        rows.set(transfer.id, rowOf(transfer, 'declined', entry.atMs, refusal.code));
      }
    }
  }
  return [...rows.values()];
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
  order: transfer.facts.order ?? null,
  orderReference: transfer.facts.orderReference ?? null,
  reference: transfer.facts.reference ?? null,
  scheme: transfer.facts.scheme ?? null,
  refusal,
  createdAtMs: transfer.heldAtMs,
  endedAtMs,
});
