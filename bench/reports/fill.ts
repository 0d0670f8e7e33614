/** Report rows of a month of payments, written into the database file of a switch that is not running. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { newId, newTransferId } from '../../src/kernel/index.ts';
import { randomFrom, uniform, zipf } from '../load/chance.ts';

export interface Month {
  readonly payments: number;
  readonly fromMs: number;
  readonly beforeMs: number;
  readonly merchants: readonly string[];
  /** Some of the payments. */
  readonly known: readonly string[];
}

const monthMs = 30 * 86_400_000;
const merchantsMax = 500;
const participants = 5;
const knownEvery = 1_000;
const refundEvery = 100;
const columns = [
  ...['id', 'kind', 'status', 'amount', 'tip', 'currency', 'debtor', 'creditor', 'creditor_stripe'],
  ...[
    'participant',
    'merchant',
    'merchant_name',
    'reference',
    'refusal',
    'payment',
    'created_at',
    'ended_at',
  ],
];

/** One in twenty is declined, one in a hundred given back; merchants by Zipf's law, each payment with a reference. */
export function fillMonth(path: string, payments: number): Month {
  const database = new DatabaseSync(path);
  // A fill that is cut short is thrown away as a whole.
  database.exec('PRAGMA synchronous = OFF; PRAGMA cache_size = -500000; BEGIN');
  const indexes = database
    .prepare(
      "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'transfer' AND sql IS NOT NULL",
    )
    .all() as unknown as { name: string; sql: string }[];
  for (const { name } of indexes) database.exec(`DROP INDEX ${name}`);
  const month = insert(database, payments);
  for (const { sql } of indexes) database.exec(sql);
  database.exec(`DELETE FROM rollup; ${summing()}; COMMIT; PRAGMA wal_checkpoint(TRUNCATE)`);
  database.close();
  return month;
}

function insert(database: DatabaseSync, payments: number): Month {
  const random = randomFrom(payments);
  const beforeMs = Math.floor(Date.now() / 3_600_000) * 3_600_000;
  const fromMs = beforeMs - monthMs;
  const merchants = Array.from({ length: merchantsMax }, () => newId('merchant', fromMs));
  const issuers = Array.from({ length: participants }, () => newId('participant', fromMs));
  const accounts = Array.from({ length: 1_000 }, () => newId('account', fromMs));
  const [merchant, issuer] = [zipf(merchants.length, 1, random), uniform(issuers.length, random)];
  const known: string[] = [];
  const statement = database.prepare(
    `INSERT INTO transfer (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
  );
  const put = (id: string, kind: string, payment: string | null, row: Row) =>
    statement.run(
      ...[
        id,
        kind,
        row.isDeclined ? 'declined' : 'completed',
        row.amount,
        0,
        'KGS',
        row.account,
        'acc_shop',
        0,
      ],
      ...[
        row.issuer,
        row.merchant,
        'Merchant',
        row.reference,
        row.isDeclined ? 'account.insufficient_funds' : null,
      ],
      ...[payment, row.atMs, row.atMs + 30],
    );
  for (let index = 0; index < payments; index++) {
    const atMs = fromMs + Math.floor((index * monthMs) / payments);
    const row: Row = {
      ...{ atMs, amount: 100 + Math.floor(random() * 100_000), reference: `inv-${index}` },
      ...{ isDeclined: index % 20 === 7, account: accounts[index % accounts.length] ?? '' },
      ...{ merchant: merchants[merchant()] ?? '', issuer: issuers[issuer()] ?? '' },
    };
    const id = newTransferId('payment', atMs, 1);
    if (index % knownEvery === 0) known.push(id);
    put(id, 'payment', null, row);
    if (index % refundEvery === 0) put(newTransferId('refund', atMs + 1_000, 1), 'refund', id, row);
  }
  return { payments, fromMs, beforeMs, merchants, known };
}

interface Row {
  readonly atMs: number;
  readonly amount: number;
  readonly reference: string;
  readonly isDeclined: boolean;
  readonly account: string;
  readonly merchant: string;
  readonly issuer: string;
}

/** As the migration sums the rows that were there before it. */
function summing(): string {
  const file = join(import.meta.dirname, '../../migrations/reports/0009_rollups.sql');
  const statement = readFileSync(file, 'utf8').split('--> statement-breakpoint')[1];
  if (!statement?.includes('INSERT INTO `rollup`')) throw new Error('the migration of the sums has changed');
  return statement.trim().replace(/;$/, '');
}
