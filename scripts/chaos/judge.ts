/**
 * After the chaos: every rule, checked on what the switch says against what its clients were told. Pure: the
 * same record is judged the same, and a record somebody meddled with shows what was done to it.
 */
import { isDeepStrictEqual } from 'node:util';
import { verifyExport } from '../export/verify.ts';
import type { Json } from '../sandbox/api.ts';
import { movesMoney } from './attempts.ts';
import { openingBalance } from './city.ts';
import type { Called, Found, Reported } from './found.ts';
import { noticeOf } from './receiver.ts';

export interface Verdict {
  /** Payments, refunds and top-ups that were acknowledged while the chaos lasted. */
  readonly acked: number;
  /** Acknowledged ones that are not found as they were acknowledged. */
  missing: number;
  /** Payments and refunds nobody asked for, keys or orders paid twice. */
  duplicated: number;
  /** Transfers still under way. */
  open: number;
  /** What is between accounts, in minor units. */
  clearing: number;
  readonly problems: string[];
}

type Books = Pick<Found, 'city' | 'payments' | 'refunds' | 'orders'>;

export const isSound = ({ problems, missing, duplicated, open, clearing, acked }: Verdict): boolean =>
  problems.length === 0 && missing + duplicated + open + clearing === 0 && acked > 0;

export function judge(found: Found): Verdict {
  const acked = found.attempts.filter((attempt) => {
    return attempt.acknowledged && attempt.answer && movesMoney(attempt);
  }).length;
  const verdict = { acked, missing: 0, duplicated: 0, open: 0, clearing: 0, problems: [...found.problems] };
  judgeAcknowledged(found, verdict);
  judgeRepeats(found, verdict);
  judgeRefunds(found, verdict);
  judgeOrders(found, verdict);
  judgeBalances(found, verdict);
  judgeHistories(found, verdict);
  verdict.problems.push(...wrongReports(found, found.reports), ...wrongCallbacks(found, found.callbacks));
  return verdict;
}

/** What was acknowledged is there, as it was acknowledged; only what is given back of it may have grown. */
function judgeAcknowledged(found: Found, verdict: Verdict): void {
  const stored = new Map([...found.payments, ...found.refunds].map((one) => [one.id, asFirstTold(one)]));
  for (const { kind, answer, key } of found.attempts) {
    if ((kind !== 'payment' && kind !== 'refund') || !answer) continue;
    if (isDeepStrictEqual(stored.get(answer.id), asFirstTold(answer))) continue;
    verdict.missing++;
    verdict.problems.push(`${kind} ${answer.id} (${key}) is not found as it was acknowledged`);
  }
}

// Merchants and payers see the same, but for whose account it is.
const asFirstTold = ({ amount_refunded: _1, account: _2, ...rest }: Json): Json => rest;

function judgeRepeats({ attempts, payments, refunds }: Found, verdict: Verdict): void {
  const twice = (what: string, values: readonly string[]) => {
    const seen = new Set<string>();
    for (const value of values) {
      if (seen.has(value)) {
        verdict.duplicated++;
        verdict.problems.push(`${what} ${value} is there twice`);
      }
      seen.add(value);
    }
  };
  const references = (all: readonly Json[]) => all.map(({ reference }) => reference);
  twice('the payment of key', references(payments));
  twice('the refund of key', references(refunds));
  const completed = payments.filter(({ status }) => status === 'completed');
  const orders = completed.flatMap(({ order }) => order ?? []);
  twice('the payment of order', orders);
  const asked = new Set(attempts.flatMap(({ answer }) => answer?.id ?? []));
  for (const { id } of [...payments, ...refunds]) {
    if (asked.has(id)) continue;
    verdict.duplicated++;
    verdict.problems.push(`${id} was asked for by nobody`);
  }
}

/** No more is given back than was paid, and everybody is told the same of it. */
function judgeRefunds({ payments, refunds }: Found, { problems }: Verdict): void {
  const back = sumOf(refunds);
  for (const { id, status, amount, amount_refunded: told } of payments) {
    const sum = back.get(id) ?? 0;
    const most = status === 'completed' ? amount.amount : 0;
    if (sum > most) problems.push(`of payment ${id} ${sum} is given back, ${most} was paid`);
    if (told.amount !== sum) problems.push(`of payment ${id} ${sum} is given back, it says ${told.amount}`);
    back.delete(id);
  }
  for (const id of back.keys()) problems.push(`payment ${id} was given back, but is not there`);
}

/** What completed refunds give back, by payment. */
function sumOf(refunds: readonly Json[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { status, payment, amount } of refunds) {
    if (status === 'completed') sums.set(payment, (sums.get(payment) ?? 0) + amount.amount);
  }
  return sums;
}

/** An order that is paid has its one payment, any other has none. */
function judgeOrders({ payments, orders, attempts }: Found, { problems }: Verdict): void {
  const paidBy = new Map<string, string>(
    payments.flatMap(({ order, id, status }) => (order && status === 'completed' ? [[order, id]] : [])),
  );
  const status = new Map<string, string>();
  for (const order of orders) {
    status.set(order.id, order.status);
    const payment = paidBy.get(order.id) ?? null;
    const isPaid = order.status === 'paid';
    if ((order.payment?.id ?? null) === payment && isPaid === (payment !== null)) continue;
    problems.push(`order ${order.id} is ${order.status}, its payment ${payment}`);
  }
  for (const { kind, answer } of attempts) {
    if (kind === 'order' && answer && !status.has(answer.id))
      problems.push(`order ${answer.id} is not found`);
    if (kind === 'cancel' && answer && status.get(answer.id) !== 'cancelled') {
      problems.push(`order ${answer.id} was cancelled, now it is ${status.get(answer.id)}`);
    }
  }
}

/** Against what the clients were told: no som more and no som less. */
function judgeBalances({ city, attempts, balances, currencies }: Found, verdict: Verdict): void {
  const expected = new Map<string, number>(city.payers.map((account) => [account, openingBalance]));
  const add = (of: string, amount: number) => expected.set(of, (expected.get(of) ?? 0) + amount);
  const payers = new Map(
    attempts.flatMap(({ kind, answer, of }) => (kind === 'payment' && answer ? [[answer.id, of]] : [])),
  );
  for (const { kind, of, answer } of attempts) {
    if (answer?.status !== 'completed' || kind === 'order' || kind === 'cancel') continue;
    const { amount } = answer.amount;
    if (kind === 'top_up') add(of, amount);
    else {
      const isRefund = kind === 'refund';
      add(answer.merchant.id, isRefund ? -amount : amount);
      add(isRefund ? (payers.get(answer.payment) ?? '') : of, isRefund ? amount : -amount);
    }
  }
  for (const of of new Set([...Object.keys(balances), ...expected.keys()])) {
    const should = expected.get(of) ?? 0;
    if (balances[of] !== should) verdict.problems.push(`${of} has ${balances[of]}, should have ${should}`);
  }
  for (const { sum, held, open_transfers, currency } of currencies) {
    verdict.open += open_transfers;
    verdict.clearing += Math.abs(sum.amount);
    if (sum.amount !== 0) verdict.problems.push(`${sum.amount} ${currency} are between accounts`);
    if (open_transfers !== 0) verdict.problems.push(`${open_transfers} transfers are still under way`);
    if (held.amount !== 0) verdict.problems.push(`${held.amount} ${currency} are still held`);
  }
}

/** Every entry follows from the one before it: by an auditor's own arithmetic, and by the switch's. */
function judgeHistories({ city, exports, balances, findings }: Found, { problems }: Verdict): void {
  const ownerOf = new Map(city.merchants.map(({ id, account }) => [account, id]));
  for (const lines of exports) {
    const { account, balance, problems: wrong } = verifyExport(lines);
    problems.push(...wrong.map((problem) => `${account}, ${problem}`));
    const told = balances[ownerOf.get(account) ?? account];
    if (Number(balance) !== told) problems.push(`${account} has ${told}, its entries make ${balance}`);
  }
  for (const { check, account, sequence, subject, problem } of findings) {
    const place = [account, sequence, subject].filter((part) => part !== null).join(' ');
    problems.push(`reconciliation, ${check} ${place}: ${problem}`);
  }
}

/** The report rows are the payments and refunds of the accounts: no more, no less, no different. */
export function wrongReports({ payments, refunds }: Books, reports: Reported): string[] {
  const wrong: string[] = [];
  const compare = (what: string, rows: readonly Json[], stored: readonly Json[]) => {
    const byId = new Map(rows.map((row) => [row.id, row]));
    if (rows.length !== stored.length) wrong.push(`${rows.length} report rows of ${stored.length} ${what}`);
    for (const one of stored) {
      const row = byId.get(one.id);
      if (row && isDeepStrictEqual(factsOfRow(row), factsOf(one))) continue;
      wrong.push(`the report row of ${one.id} is not what its account has`);
    }
  };
  compare('payments', reports.payments, payments);
  compare('refunds', reports.refunds, refunds);
  return wrong;
}

const factsOfRow = (row: Json) => ({
  ...factsOf({ ...row, merchant: { id: row.merchant }, refusal: row.refusal && { code: row.refusal } }),
  completed: row.status === 'completed' ? row.ended_at : null,
});

const factsOf = (one: Json) => ({
  status: one.status,
  amount: one.amount,
  refunded: one.amount_refunded?.amount ?? 0,
  of: one.payment ?? null,
  account: one.account,
  participant: one.participant,
  merchant: one.merchant.id,
  order: one.order,
  reference: one.reference,
  refusal: one.refusal?.code ?? null,
  created: one.created_at,
  completed: one.completed_at,
});

/** Every event reached everybody it concerns, under one id, or is parked for people to look at. */
export function wrongCallbacks({ city, payments, refunds, orders }: Books, callbacks: Called): string[] {
  const { received, parked, retrying } = callbacks;
  const wrong = retrying.map(({ type, owner }) => `${type} for ${owner} is still being tried`);
  const toBoth = (type: string, { id, merchant }: Json) => [
    noticeOf(city.issuer, type, id),
    noticeOf(merchant.id, type, id),
  ];
  const expected = [
    ...payments.flatMap((payment) => toBoth(`payment.${payment.status}`, payment)),
    ...refunds.flatMap((refund) => toBoth(`refund.${refund.status}`, refund)),
    ...orders.flatMap(({ id, status, merchant }) =>
      status === 'open' ? [] : [noticeOf(merchant, `order.${status}`, id)],
    ),
  ];
  // A parked one names its event, owner and type, not the object: each stands for one that did not come.
  const given = parked.map(({ owner, type }) => `${owner} ${type}`);
  for (const notice of expected) {
    if (received[notice]) continue;
    const at = given.indexOf(notice.split(' ').slice(0, 2).join(' '));
    if (at >= 0) given.splice(at, 1);
    else wrong.push(`${notice} did not come, and is not parked`);
  }
  for (const [notice, ids] of Object.entries(received)) {
    if (ids.length > 1) wrong.push(`${notice} came under ${ids.length} ids`);
  }
  return wrong;
}
