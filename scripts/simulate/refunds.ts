/** Refunds: what merchants ask for, whole, in parts and too much; and what must be true of what is given back. */
import type { BookEntry, RefundCommand, TransferDetails } from '../../src/ledger/index.ts';
import { payments } from '../../src/reports/tables/payments.ts';
import type { Histories } from './rest.ts';
import type { Account, Town } from './town.ts';
import { Violation } from './world.ts';

export const isRefund = (id: string): boolean => id.startsWith('ref_');

/** Several at once of a payment that somebody was told is completed; some on the word of a cashier. */
export function randomRefund(town: Town): void {
  const { world } = town;
  const paid = town.sent.flatMap(({ from, answer }) => {
    const shop = town.shops.find(({ id }) => id === answer?.transfer.creditor);
    return shop && answer?.state === 'completed' ? [{ payer: from, shop, transfer: answer.transfer }] : [];
  });
  if (paid.length === 0) return;
  const { payer, shop, transfer } = world.pick(paid.slice(-8));
  for (let times = world.random(3); times >= 0; times--) {
    const amount = world.random(3) === 0 ? null : BigInt(1 + world.random(transfer.amountMinor + 5));
    const totalMax = world.random(3) === 0 ? BigInt(world.random(40)) : null;
    town.sendNew(shop, town.refund(transfer.id, payer, amount, totalMax), transfer.creditorStripe);
  }
}

/** Of what is no payment of this merchant: a top-up, another's payment, another refund. */
export function refundOfNothing(town: Town): void {
  const { world, sent } = town;
  const shop = world.pick(town.shops);
  const others = sent.flatMap(({ answer }) => {
    const transfer = answer?.transfer;
    return transfer && transfer.creditor !== shop.id ? [transfer.id] : [];
  });
  if (others.length === 0) return;
  const what = town.refund(world.pick(others), world.pick(town.payers), null, null);
  town.ask(
    () => town.ledger.stripe(shop, world.random(shop.books.length)).refund(what),
    (answer) => {
      if (answer.ok || answer.refusal.code !== 'payment.not_found') {
        throw new Violation(`${what.payment} of somebody else was given back`);
      }
    },
  );
}

/** What refunds took of one payment. */
interface Taken {
  readonly transfer: TransferDetails;
  readonly shop: Account;
  refundedMinor: number;
  /** Whether any refund of it was ever tried. */
  asked: boolean;
}

/** At no moment more than was paid, from who was paid to who had paid; the same figure on both sides and in the reports. */
export async function checkRefunds(town: Town, { byBook }: Histories): Promise<void> {
  const taken = new Map<string, Taken>();
  for (const entries of byBook) takenInBook(town, entries, taken);
  const rows = new Map(
    (await town.reports.rows(payments, { kind: 'payment' })).map((row) => [row.id, row.amount_refunded]),
  );
  for (const [id, { transfer, shop, refundedMinor, asked }] of taken) {
    if (!asked && !rows.get(id)) continue;
    const credit = await town.ledger.stripe(shop, transfer.creditorStripe).credit(id);
    const payer = [...town.payers, town.far].find(({ id: account }) => account === transfer.debtor);
    const debit = payer && (await town.ledger.stripe(payer).transferOf(id));
    const shown = debit?.ok ? (debit.value.refundedMinor ?? 0) : undefined;
    const figures = { merchant: credit?.refundedMinor, payer: shown, reports: rows.get(id) };
    for (const [side, figure] of Object.entries(figures)) {
      if (figure === refundedMinor) continue;
      throw new Violation(`of ${id} ${refundedMinor} was given back, but the ${side} says ${figure}`);
    }
  }
}

function takenInBook(town: Town, entries: readonly BookEntry[], taken: Map<string, Taken>): void {
  const caps = capsOf(town);
  for (const { facts, entry } of entries) {
    const { type, subject, body } = entry;
    const { transfer, refusal }: { transfer: TransferDetails; refusal?: { code: string } } = JSON.parse(body);
    const shop = town.shops.find(({ id }) => id === facts.account);
    if (type === 'accept' && shop) taken.set(subject, { transfer, shop, refundedMinor: 0, asked: false });
    if (!isRefund(subject) || !shop || type === 'settle') continue;
    const payment = taken.get(transfer.refundOf ?? '');
    const { debtor, creditorStripe, amountMinor } = payment?.transfer ?? {};
    if (
      !payment ||
      payment.shop !== shop ||
      creditorStripe !== facts.stripe ||
      debtor !== transfer.creditor
    ) {
      throw new Violation(`${subject} gives back what was not paid here`);
    }
    payment.asked = true;
    if (type === 'void') payment.refundedMinor -= transfer.amountMinor;
    if (type === 'hold' || type === 'debit') payment.refundedMinor += transfer.amountMinor;
    const most = Math.min(amountMinor ?? 0, caps.get(subject) ?? Number.MAX_SAFE_INTEGER);
    if ((type === 'hold' || type === 'debit') && payment.refundedMinor > most) {
      throw new Violation(`${subject}: ${payment.refundedMinor} given back, ${most} was the most`);
    }
    if (type === 'void' && refusal?.code === 'account.frozen') {
      throw new Violation(`${subject} was kept from a frozen payer`);
    }
  }
}

/** How much of its payment each refund was allowed to bring together. */
const capsOf = (town: Town): ReadonlyMap<string, number> =>
  new Map(
    town.sent.flatMap(({ what, answer }) => {
      const { totalMaxMinor = null } = what as Partial<RefundCommand>;
      return answer && totalMaxMinor !== null ? [[answer.transfer.id, Number(totalMaxMinor)]] : [];
    }),
  );
