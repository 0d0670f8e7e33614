/** The receipt itself: made from the payment alone, so that it is the same whoever asks for it, and whenever. */
import { isoTime } from '../http/index.ts';
import type { TransferDetails } from '../ledger/index.ts';
import type { ReceiptSigner } from '../signing/index.ts';

// Enough to tell one sale of the day from another, and nobody's number.
const referenceLength = 4;

/** Of a payment that has completed. */
export async function signedReceipt(
  { sign }: ReceiptSigner,
  { id, amountMinor, currency, facts }: TransferDetails,
  completedAtMs: number,
): Promise<string> {
  return sign({
    payment: id,
    merchant: facts.merchant ?? '',
    amount: { amount: amountMinor, currency },
    completed_at: isoTime(completedAtMs),
    reference: lastOf(facts.orderReference ?? ''),
  });
}

const lastOf = (reference: string): string =>
  reference.replaceAll(/[^0-9A-Za-z]/g, '').slice(-referenceLength);
