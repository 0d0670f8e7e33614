/**
 * Cities of different age and size to pay in. All are copies of one state folder with an issuer and a
 * merchant, each filled in its own way.
 */
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type Api, apiOf } from '../../scripts/sandbox/api.ts';
import { launch, type RunningSwitch } from '../../scripts/selfhost/index.ts';
import { readSettings } from '../../scripts/selfhost/settings.ts';
import { limits } from '../load/switch.ts';
import type { FilledFiles, FillPlan } from './fill.ts';

const root = join(import.meta.dirname, '..', '..');

/** What every city has: who pays and who is paid. */
export interface Ground {
  readonly folder: string;
  readonly books: number;
  readonly walletKey: string;
  readonly issuer: string;
  readonly merchant: FillPlan['merchant'];
  /** The merchant's static code, and the book of its account. */
  readonly code: string;
  readonly merchantBook: number;
  readonly files: Omit<FilledFiles, 'book'> & { readonly books: readonly string[] };
}

export interface Serving {
  readonly running: RunningSwitch;
  readonly admin: Api;
  /** A route of the metered Worker. */
  bench(path: string): Promise<unknown>;
}

/** Paths are as seen from a state folder. */
export async function breakGround(books: number): Promise<Ground> {
  const folder = await mkdtemp(join(tmpdir(), 'tolom-growth-'));
  // wrangler.toml as it is, but for its entry, which is the metered one.
  const config = (await readFile(join(root, 'wrangler.toml'), 'utf8'))
    .replace('"src/index.ts"', JSON.stringify(join(root, 'bench/growth/worker.ts')))
    .replace('node scripts/', `node ${root}/scripts/`)
    .replace('"src/web"', JSON.stringify(join(root, 'src/web')))
    .replaceAll('"migrations/', `"${root}/migrations/`);
  await writeFile(join(folder, 'wrangler.toml'), config);
  const { running, admin, bench } = await serve(folder, join(folder, 'ground'), books);
  try {
    const issuer = await admin.post('/v1/centre/participants', {
      name: 'Bench',
      role: 'issuer',
      country: 'KG',
    });
    const { api_key: walletKey } = await admin.post('/v1/centre/keys', { owner: issuer.id });
    const made = await admin.post('/v1/centre/merchants', {
      ...{ name: 'Merchant', city: 'Bishkek', category_code: '5411', currency: 'KGS' },
    });
    const merchant = await admin.get(`/v1/merchants/${made.id}`);
    // The first top-up opens the participant's funding account.
    const first = await admin.post('/v1/centre/accounts', { participant: issuer.id, currency: 'KGS' });
    await admin.post(`/v1/accounts/${first.id}/top-ups`, { amount: 1, currency: 'KGS' }, first.id);
    const names = (await bench(`/bench/books?to=${books}`)) as string[];
    while ((await bench(`/bench/behind?to=${books}`)) !== 0);
    await running.stop();
    const files = await filesIn(join(folder, 'ground', 'data'), names);
    return {
      ...{ folder, books, walletKey, issuer: issuer.id, code: merchant.qr.payload, files },
      merchant: { id: made.id, name: 'Merchant', account: made.account },
      merchantBook: bookOf(join(folder, 'ground', 'data', files.directory), made.account),
    };
  } finally {
    await running.stop();
  }
}

export const clear = ({ folder }: Ground): Promise<void> => rm(folder, { recursive: true, force: true });

/** A new state folder with all the ground has. */
export async function settleOn(ground: Ground, name: string): Promise<string> {
  const folder = join(ground.folder, name);
  await cp(join(ground.folder, 'ground'), folder, { recursive: true });
  return folder;
}

export const filesOf = ({ files }: Ground, folder: string): FilledFiles => ({
  directory: join(folder, 'data', files.directory),
  reports: join(folder, 'data', files.reports),
  book: (number) => join(folder, 'data', files.books[number] ?? ''),
});

export async function serve(configFolder: string, stateFolder: string, books: number): Promise<Serving> {
  const running = await launch({
    ...readSettings(
      { PORT: '0', TOLOM_STATE: stateFolder, TOLOM_BOOKS: String(books), TOLOM_LIMITS: limits },
      root,
    ),
    configPath: join(configFolder, 'wrangler.toml'),
    log: () => undefined,
    // workerd warns of alarms that are due in the copied folders; a failure is told by what is asked.
    output: 'ignore',
  });
  const bench = async (path: string) => (await fetch(running.localUrl + path)).json();
  return { running, admin: apiOf(running.localUrl, running.adminKey), bench };
}

async function filesIn(dataFolder: string, books: readonly string[]): Promise<Ground['files']> {
  const paths = (await readdir(dataFolder, { recursive: true })).filter((path) => path.endsWith('.sqlite'));
  const fileWith = (table: string) => {
    const found = paths.find((path) => has(join(dataFolder, path), table));
    if (!found) throw new Error(`no file in ${dataFolder} has a table ${table}`);
    return found;
  };
  return {
    directory: fileWith('participant'),
    reports: fileWith('watermark'),
    books: books.map((id) => paths.find((path) => path.includes(id)) ?? ''),
  };
}

function has(path: string, table: string): boolean {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    return database.prepare('SELECT 1 FROM sqlite_master WHERE name = ?').get(table) !== undefined;
  } finally {
    database.close();
  }
}

function bookOf(directoryPath: string, account: string): number {
  const database = new DatabaseSync(directoryPath, { readOnly: true });
  try {
    const row = database.prepare('SELECT books FROM account WHERE id = ?').get(account);
    return JSON.parse(String(row?.books))[0];
  } finally {
    database.close();
  }
}
