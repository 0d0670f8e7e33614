/** After the chaos: every rule, checked over the API against what the clients were told. */
import { isDeepStrictEqual } from 'node:util';
import { type Api, apiOf, type Json } from '../sandbox/api.ts';
import type { Attempt } from './attempts.ts';
import { type City, openingBalance } from './city.ts';
import { allOf, each } from './pages.ts';

export interface Books {
  /** Acknowledged payments that are not found as they were acknowledged. */
  missing: number;
  /** Payments nobody asked for, keys or orders paid twice. */
  duplicated: number;
  /** Transfers still under way. */
  open: number;
  /** What is between accounts, in minor units. */
  clearing: number;
}

/** Every payment of every payer, by id, as the accounts have it. */
export async function paymentsOf(city: City, wallet: Api): Promise<Map<string, Json>> {
  const payments = new Map<string, Json>();
  await each(city.payers, async (account) => {
    for (const payment of await allOf(wallet, `/v1/accounts/${account}/payments`)) {
      payments.set(payment.id, payment);
    }
  });
  return payments;
}

export async function verifyBooks(
  url: string,
  adminKey: string,
  city: City,
  attempts: readonly Attempt[],
  payments: ReadonlyMap<string, Json>,
  problems: string[],
): Promise<Books> {
  const wallet = apiOf(url, city.walletKey);
  const admin = apiOf(url, adminKey);
  const books: Books = { missing: 0, duplicated: 0, open: 0, clearing: 0 };
  const paying = attempts.filter(({ kind, answer }) => kind === 'payment' && answer !== undefined);

  await each(paying, async ({ answer, of, key }) => {
    const path = `/v1/accounts/${of}/payments/${answer.id}`;
    const found = await wallet.get(path).catch(() => undefined);
    if (isDeepStrictEqual(found, answer) && isDeepStrictEqual(payments.get(answer.id), answer)) return;
    books.missing++;
    problems.push(`payment ${answer.id} (${key}) is not found as it was acknowledged`);
  });

  const twice = (what: string, values: readonly string[]) => {
    const seen = new Set<string>();
    for (const value of values) {
      if (seen.has(value)) {
        books.duplicated++;
        problems.push(`${what} ${value} is there twice`);
      }
      seen.add(value);
    }
  };
  const all = [...payments.values()];
  const completed = all.filter(({ status }) => status === 'completed');
  twice(
    'the payment of key',
    all.map(({ reference }) => reference),
  );
  twice(
    'the payment of order',
    completed.flatMap(({ order }) => order ?? []),
  );
  const asked = new Set(paying.map(({ answer }) => answer.id));
  for (const { id } of all) {
    if (asked.has(id)) continue;
    books.duplicated++;
    problems.push(`payment ${id} was asked for by nobody`);
  }

  await verifyBalances(city, wallet, admin, attempts, problems);
  await verifyOrders(city, admin, completed, attempts, problems);
  const trial = await admin.get('/v1/centre/trial-balance');
  for (const { sum, held, open_transfers, currency } of trial.currencies) {
    books.open += open_transfers;
    books.clearing += Math.abs(sum.amount);
    if (held.amount !== 0) problems.push(`${held.amount} ${currency} are still held`);
  }
  return books;
}

/** Against what the clients were told: no som more and no som less. */
async function verifyBalances(
  city: City,
  wallet: Api,
  admin: Api,
  attempts: readonly Attempt[],
  problems: string[],
): Promise<void> {
  const expected = new Map<string, number>(city.payers.map((account) => [account, openingBalance]));
  const add = (of: string, amount: number) => expected.set(of, (expected.get(of) ?? 0) + amount);
  for (const { kind, of, answer } of attempts) {
    if (answer?.status !== 'completed') continue;
    if (kind === 'top_up') add(of, answer.amount.amount);
    if (kind !== 'payment') continue;
    add(of, -answer.amount.amount);
    add(answer.merchant.id, answer.amount.amount);
  }
  const compare = (of: string, balance: number) => {
    const should = expected.get(of) ?? 0;
    if (balance !== should) problems.push(`${of} has ${balance}, should have ${should}`);
  };
  await each(city.payers, async (account) => {
    compare(account, (await wallet.get(`/v1/accounts/${account}`)).balance.amount);
  });
  await each(city.merchants, async ({ id }) => {
    compare(id, (await admin.get(`/v1/merchants/${id}`)).balance.amount);
  });
}

/** An order that is paid has its one payment, any other has none. */
async function verifyOrders(
  city: City,
  admin: Api,
  completed: readonly Json[],
  attempts: readonly Attempt[],
  problems: string[],
): Promise<void> {
  const paidBy = new Map<string, string>(
    completed.flatMap(({ order, id }) => (order === null ? [] : [[order, id] as const])),
  );
  const status = new Map<string, string>();
  await each(city.merchants, async (merchant) => {
    for (const order of await allOf(admin, `/v1/merchants/${merchant.id}/orders`)) {
      status.set(order.id, order.status);
      if ((order.payment?.id ?? null) === (paidBy.get(order.id) ?? null)) continue;
      problems.push(`order ${order.id} is ${order.status}, its payment ${paidBy.get(order.id)}`);
    }
  });
  for (const { kind, answer } of attempts) {
    if (kind === 'order' && answer && !status.has(answer.id))
      problems.push(`order ${answer.id} is not found`);
    if (kind === 'cancel' && answer && status.get(answer.id) !== 'cancelled') {
      problems.push(`order ${answer.id} was cancelled, now it is ${status.get(answer.id)}`);
    }
  }
}
