/** A switch of its own for a benchmark, with payers and merchants made over the API. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Api, apiOf } from '../../scripts/sandbox/api.ts';
import { launch } from '../../scripts/selfhost/index.ts';
import { readSettings } from '../../scripts/selfhost/settings.ts';

export interface City {
  readonly url: string;
  readonly walletKey: string;
  readonly payers: readonly string[];
  /** Static codes of the merchants. */
  readonly codes: readonly string[];
  readonly admin: Api;
  close(): Promise<void>;
}

const openingBalance = 1_000_000_000;
// How many set-up requests are under way together.
const concurrency = 32;

export async function buildCity(payers: number, merchants: number): Promise<City> {
  const folder = await mkdtemp(join(tmpdir(), 'tolom-bench-'));
  const running = await launch({
    ...readSettings({ PORT: '0', TOLOM_STATE: folder, TOLOM_BOOKS: process.env.TOLOM_BOOKS }, process.cwd()),
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
  return {
    url: running.localUrl,
    walletKey,
    payers: accounts,
    codes,
    admin,
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
