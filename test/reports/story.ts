/** Half a year of payments, as entries tell it. */
import { randomOf } from '../../scripts/chaos/random.ts';
import type { Run } from '../../src/events/index.ts';
import { newTransferId, startOfDayMs } from '../../src/kernel/index.ts';
import type { BookEntry, EntryType, TransferDetails } from '../../src/ledger/index.ts';

const dayMs = 86_400_000;
const fromMs = Date.parse('2026-06-20T00:00:00Z');
const merchants = ['mch_a', 'mch_b', 'mch_c'];
const participants = ['par_x', 'par_y'];

export interface Story {
  readonly entries: readonly BookEntry[];
  readonly payments: readonly string[];
}

/** Payments of half a year, refunds weeks later, some of it under way: in one book, in the order of their times. */
export function story(seed: number, count = 130): Story {
  const { below: random, pick } = randomOf(seed);
  const told: { atMs: number; type: EntryType; body: object }[] = [];
  const ids: string[] = [];
  const borders = ['2026-06-30', '2026-09-30', '2026-10-31', '2026-11-30'].map(
    (day) => startOfDayMs(day) + dayMs,
  );
  for (let index = 0; index < count; index++) {
    // Every third within seconds of a border.
    const heldAtMs = random(3) === 0 ? pick(borders) - 5_000 + random(10_000) : fromMs + random(190 * dayMs);
    const transfer: TransferDetails = {
      id: newTransferId('payment', heldAtMs, index + 1),
      ...{ kind: 'payment', amountMinor: 100 + random(10_000), currency: pick(['KGS', 'THB']), heldAtMs },
      ...{ debtor: 'acc_payer', creditor: 'acc_shop', creditorStripe: 0, creditorBook: 0 },
      facts: {
        ...{
          payerParticipant: pick(participants),
          merchant: pick(merchants),
          merchantName: `shop ${random(2)}`,
        },
        ...{ tipMinor: random(20), reference: `inv-${random(12)}`, code: pick(['cod_1', 'cod_2']) },
      } as TransferDetails['facts'],
    };
    ids.push(transfer.id);
    told.push({ atMs: heldAtMs, type: 'hold', body: { transfer } });
    const endedAtMs = heldAtMs + random(2) * random(20_000) + random(2) * random(3 * dayMs);
    const ending = random(10);
    if (ending === 0) continue;
    if (ending === 1) {
      const refusal = { code: pick(['account.insufficient_funds', 'account.frozen']) };
      told.push({ atMs: endedAtMs, type: 'void', body: { holdSeq: 1, transfer, refusal } });
      continue;
    }
    told.push({ atMs: endedAtMs, type: 'accept', body: { transfer } });
    for (let back = random(3); back > 0; back--) {
      const backAtMs = endedAtMs + random(60 * dayMs);
      const refund: TransferDetails = {
        ...transfer,
        id: newTransferId('refund', backAtMs, 1_000 + told.length),
        ...{
          kind: 'refund',
          refundOf: transfer.id,
          heldAtMs: backAtMs,
          debtor: 'acc_shop',
          creditor: 'acc_payer',
        },
        amountMinor: Math.ceil(transfer.amountMinor / 3),
      };
      told.push({ atMs: backAtMs, type: 'hold', body: { transfer: refund } });
      told.push({ atMs: backAtMs + random(9_000), type: 'accept', body: { transfer: refund } });
    }
  }
  const entries = told
    .sort((left, right) => left.atMs - right.atMs)
    .map(({ atMs, type, body }, index) => ({
      position: index + 1,
      account: { account: 'acc_shop', stripe: 0 },
      entry: { seq: index + 1, atMs, type, body: JSON.stringify(body), subject: '', hash: '' },
    }));
  return { entries: entries as unknown as BookEntry[], payments: ids };
}

export const runsOf = (entries: readonly BookEntry[], size: number): Run[] =>
  Array.from({ length: Math.ceil(entries.length / size) }, (_, index) => ({
    book: 0,
    entries: entries.slice(index * size, (index + 1) * size),
  }));
