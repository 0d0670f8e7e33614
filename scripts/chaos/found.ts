/** What the switch says of itself after the chaos, read over its API as clients, staff and auditors read it. */
import { type Api, apiOf, type Json } from '../sandbox/api.ts';
import type { Attempt } from './attempts.ts';
import type { City } from './city.ts';
import { allOf, each } from './pages.ts';
import type { Receiver } from './receiver.ts';

/** Everything that is judged: plain JSON, so that a run can be written down and judged again. */
export interface Found {
  readonly city: City;
  readonly attempts: readonly Attempt[];
  /** Contradictions that showed while clients and receivers were at work. */
  readonly problems: readonly string[];
  /** As the payers' accounts have them. */
  readonly payments: readonly Json[];
  /** As the merchants' accounts have them. */
  readonly refunds: readonly Json[];
  readonly orders: readonly Json[];
  /** Minor units by payer's account or merchant. */
  readonly balances: Readonly<Record<string, number>>;
  /** The trial balance. */
  readonly currencies: readonly Json[];
  /** The lines of each account's export. */
  readonly exports: readonly (readonly string[])[];
  /** What the switch's own reconciliation found. */
  readonly findings: readonly Json[];
  readonly reports: Reported;
  readonly callbacks: Called;
}

export interface Reported {
  readonly payments: readonly Json[];
  readonly refunds: readonly Json[];
}

export interface Called {
  /** `webhook-id`s by what was told to whom. */
  readonly received: Readonly<Record<string, readonly string[]>>;
  /** Deliveries that are given up, and those that are not yet. */
  readonly parked: readonly Json[];
  readonly retrying: readonly Json[];
}

/** The accounts: what they hold does not change any more once every request has its answer. */
export async function readBooks(
  url: string,
  adminKey: string,
  city: City,
  attempts: readonly Attempt[],
): Promise<Pick<Found, 'payments' | 'refunds' | 'orders' | 'balances' | 'currencies' | 'exports'>> {
  const wallet = apiOf(url, city.walletKey);
  const admin = apiOf(url, adminKey);
  const payments: Json[] = [];
  const refunds: Json[] = [];
  const orders: Json[] = [];
  const balances: Record<string, number> = {};
  await each(city.payers, async (account) => {
    payments.push(...(await allOf(wallet, `/v1/accounts/${account}/payments`)));
    balances[account] = (await wallet.get(`/v1/accounts/${account}`)).balance.amount;
  });
  // Of every payment somebody tried to give back; what others show as given back is judged against none.
  const tried = new Set(
    attempts.filter(({ kind }) => kind === 'refund').map(({ path }) => path.replace(/\/refunds$/, '')),
  );
  await each([...tried], async (path) => {
    refunds.push(...(await allOf(admin, `${path}/refunds`)));
  });
  await each(city.merchants, async ({ id }) => {
    orders.push(...(await allOf(admin, `/v1/merchants/${id}/orders`)));
    balances[id] = (await admin.get(`/v1/merchants/${id}`)).balance.amount;
  });
  const { currencies } = await admin.get('/v1/centre/trial-balance');
  const accounts = [...city.payers, ...city.merchants.map(({ account }) => account)];
  const exports = await Promise.all(accounts.map((account) => exported(url, adminKey, account)));
  return { payments, refunds, orders, balances, currencies, exports };
}

async function exported(url: string, adminKey: string, account: string): Promise<string[]> {
  const response = await fetch(`${url}/v1/accounts/${account}/export`, {
    headers: { authorization: `Bearer ${adminKey}` },
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`the export of ${account} answered ${response.status}: ${text}`);
  return text.trimEnd().split('\n');
}

export const readReports = async (admin: Api): Promise<Reported> => ({
  payments: await allOf(admin, '/v1/centre/reports/payments'),
  refunds: await allOf(admin, '/v1/centre/reports/payments?kind=refund'),
});

export async function readCallbacks(admin: Api, receiver: Receiver): Promise<Called> {
  const [parked, retrying] = await Promise.all([
    allOf(admin, '/v1/callback-deliveries?status=parked'),
    allOf(admin, '/v1/callback-deliveries?status=retrying'),
  ]);
  const received = Object.fromEntries([...receiver.received].map(([notice, ids]) => [notice, [...ids]]));
  return { parked, retrying, received };
}

/** Has the switch check itself, and gives what it found. */
export async function readFindings(admin: Api): Promise<Json[]> {
  let run = await admin.post('/v1/centre/reconciliations', {});
  while (run.status === 'running') {
    // Asked again it goes on where it was.
    run = await admin.post('/v1/centre/reconciliations', {});
  }
  return run.findings;
}
