/**
 * What the model cannot know from documentation, measured with the switch's own code on this machine: what a
 * payment takes of a book's thread, what an entry takes of the report database, and how much both keep.
 */
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { directoryOf, ownAct } from '../../src/directory/index.ts';
import { amountMinorMax } from '../../src/kernel/index.ts';
import { DatabaseFile } from '../growth/database.ts';
import { fill } from '../growth/fill.ts';
import { randomFrom } from '../load/chance.ts';

const payers = 1_000;
const payments = 20_000;
const issuer = 'par_00000000000000000000';
const merchant = {
  id: 'mch_00000000000000000000',
  name: 'Дордой базар',
  account: 'acc_00000000000000000000',
};

export interface Measured {
  /** One payment within a book: decisions, hashes, rows, without the disk. */
  readonly paymentMs: number;
  /** One entry on its way into the report database. */
  readonly reportMsPerEntry: number;
  readonly bookBytesPerPayment: number;
  readonly reportBytesPerPayment: number;
}

export async function measure(): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), 'tolom-scale-'));
  try {
    const files = {
      directory: await migrated(folder, 'directory'),
      reports: await migrated(folder, 'reports'),
      book: (number: number) => join(folder, `book-${number}.sqlite`),
    };
    await addAccounts(files.directory);
    const plan = { issuer, merchant, payers, payerBooks: [0], payments };
    const spent = await fill(files, plan, randomFrom(1));
    const size = async (path: string) => (await stat(path)).size / spent.transfers;
    return {
      paymentMs: spent.ledgerMs / spent.transfers,
      reportMsPerEntry: spent.reportsMs / spent.entries,
      bookBytesPerPayment: await size(files.book(0)),
      reportBytesPerPayment: await size(files.reports),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A new database with the switch's tables. */
async function migrated(folder: string, name: 'directory' | 'reports'): Promise<string> {
  const migrations = join(import.meta.dirname, '..', '..', 'migrations', name);
  const path = join(folder, `${name}.sqlite`);
  const database = new DatabaseSync(path);
  database.exec('PRAGMA journal_mode = WAL');
  for (const file of (await readdir(migrations)).filter((one) => one.endsWith('.sql')).sort()) {
    database.exec(
      (await readFile(join(migrations, file), 'utf8')).replaceAll('--> statement-breakpoint', ''),
    );
  }
  database.close();
  return path;
}

/** The merchant's account and the one that top-ups come from. */
async function addAccounts(path: string): Promise<void> {
  const file = new DatabaseFile(path);
  file.begin();
  const directory = directoryOf(file.d1);
  const row = {
    currency: 'KGS',
    label: null,
    books: [0],
    status: 'active',
    version: 1,
    createdAtMs: 0,
  } as const;
  const accounts = [
    { id: merchant.account, kind: 'merchant', owner: merchant.id, limitMinor: '0' },
    { id: 'acc_00000000000000000001', kind: 'funding', owner: issuer, limitMinor: amountMinorMax.toString() },
  ] as const;
  for (const account of accounts) {
    await directory.add(ownAct('bench'), directory.tables.accounts, {
      ...row,
      books: [...row.books],
      ...account,
    });
  }
  file.close();
}
