/** A switch of its own for a benchmark, with payers and merchants made over the API. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { apiOf } from '../../scripts/sandbox/api.ts';
import { launch } from '../../scripts/selfhost/index.ts';
import { readSettings } from '../../scripts/selfhost/settings.ts';
import { type City, eventually, openingBalance } from './city.ts';

// How many set-up requests are under way together.
const concurrency = 32;
const dayMs = 86_400_000;
// Checked as always, reached never: one issuer's key stands for all wallets here.
export const limits = 'participant=1000000,register=1000000,staff=1000000,poll=1000000';

export async function switchCity(payers: number, merchants: number, books: number): Promise<City> {
  const folder = await mkdtemp(join(tmpdir(), 'tolom-bench-'));
  const running = await launch({
    ...readSettings(
      { PORT: '0', TOLOM_STATE: folder, TOLOM_BOOKS: String(books), TOLOM_LIMITS: limits },
      process.cwd(),
    ),
    configPath: join(import.meta.dirname, '..', '..', 'wrangler.toml'),
    log: () => undefined,
  });
  const admin = apiOf(running.localUrl, running.adminKey);
  const issuer = await admin.post('/v1/centre/participants', {
    name: 'Bench',
    role: 'issuer',
    country: 'KG',
  });
  const { api_key: walletKey } = await admin.post('/v1/centre/keys', { owner: issuer.id });
  const accounts = await many(payers, async () => {
    const { id } = await admin.post('/v1/centre/accounts', { participant: issuer.id, currency: 'KGS' });
    await admin.post(`/v1/accounts/${id}/top-ups`, { amount: openingBalance, currency: 'KGS' }, id);
    return id;
  });
  const codes = await many(merchants, async (index) => {
    const { id } = await admin.post('/v1/centre/merchants', {
      name: `Merchant ${index}`,
      city: 'Bishkek',
      category_code: '5411',
      currency: 'KGS',
    });
    return (await admin.get(`/v1/merchants/${id}`)).qr.payload;
  });

  const reported = async (): Promise<{ rows: number; sum: number }> => {
    const day = (offset: number) => new Date(Date.now() + offset * dayMs).toISOString().slice(0, 10);
    const { data } = await admin.get(`/v1/centre/reports/daily?from=${day(-1)}&to=${day(1)}`);
    const add = (sum: number, of: (row: { count: number; sum: { amount: number } }) => number) =>
      data.reduce((total: number, row: { count: number; sum: { amount: number } }) => total + of(row), sum);
    return { rows: add(0, ({ count }) => count), sum: add(0, ({ sum }) => sum.amount) };
  };
  return {
    url: running.localUrl,
    walletKey,
    payers: accounts,
    codes,
    async audit(payments, amountMinor) {
      const wrong: string[] = [];
      const { rows, sum } = await eventually(reported, (now) => now.rows === payments);
      if (rows !== payments) wrong.push(`${rows} report rows of ${payments} payments`);
      if (sum !== amountMinor) wrong.push(`reports sum to ${sum}, payments to ${amountMinor}`);
      const trial = await admin.get('/v1/centre/trial-balance');
      if (!trial.balanced) wrong.push('the accounts do not add up to zero');
      return wrong;
    },
    async close() {
      await running.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function many<T>(count: number, make: (index: number) => Promise<T>): Promise<T[]> {
  const made: T[] = [];
  let next = 0;
  const worker = async () => {
    while (next < count) {
      const index = next++;
      made[index] = await make(index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, count) }, worker));
  return made;
}
