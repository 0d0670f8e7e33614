/**
 * The peer beside the switch: Node + Hono + PostgreSQL, what an engineer would build instead. This folder's
 * invariant: the same requests get the same answers after the same durable work, in a design that plays to
 * PostgreSQL's strengths. `server.ts` is the service, `schema.sql` the database, `cluster.ts` its server.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import postgres from 'postgres';
import { newId, randomBase32 } from '../../../src/kernel/index.ts';
import { merchantCode } from '../../../src/payments/codes.ts';
import { type City, eventually, openingBalance } from '../../load/city.ts';
import { portOf } from '../../load/program.ts';
import { postgresFolder, startCluster } from './cluster.ts';

const qrProvider = 'qr.tolom.kg';
/** How its payments are written: `pay.ts`. */
export type PeerStyle = 'statements' | 'function';

// The best of several, uniform and hot. Of a call each carries several without waiting; a transaction of several
// statements has its connection for itself.
const connections: Record<PeerStyle, string> = { statements: '24', function: '8' };

export interface Peer extends City {
  /** What it is, with the settings durability rests on as the server itself reports them. */
  readonly name: string;
}

/** Undefined when there is no PostgreSQL on this machine. */
export async function postgresPeer(
  style: PeerStyle,
  payers: number,
  merchants: number,
): Promise<Peer | undefined> {
  const programs = postgresFolder();
  if (!programs) return undefined;
  const cluster = await startCluster(programs);
  const sql = postgres({ host: cluster.host, username: cluster.user, database: 'postgres', max: 1 });
  try {
    await untilReady(sql);
    await sql.unsafe(readFileSync(join(import.meta.dirname, 'schema.sql'), 'utf8'));
    const { walletKey, accounts, codes } = await populate(sql, payers, merchants);
    const server = spawn(process.execPath, [join(import.meta.dirname, 'server.ts')], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: {
        ...process.env,
        NODE_ENV: 'production',
        PEER_HOST: cluster.host,
        PEER_USER: cluster.user,
        PEER_QR_PROVIDER: qrProvider,
        PEER_POOL: poolOf(style),
        PEER_STYLE: style,
      },
    });
    const url = `http://127.0.0.1:${await portOf(server)}`;
    return {
      name: await nameOf(sql, style),
      url,
      walletKey,
      payers: accounts,
      codes,
      audit: (payments, amountMinor) => audit(sql, accounts.length, payments, amountMinor),
      async close() {
        server.stdin.end();
        await sql.end();
        await cluster.stop();
      },
    };
  } catch (fault) {
    await sql.end();
    await cluster.stop();
    throw fault;
  }
}

type Sql = postgres.Sql;

/** The socket is there a moment before the server takes connections. */
async function untilReady(sql: Sql): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      await sql`SELECT 1`;
      return;
    } catch (fault) {
      if (tries >= 100) throw fault;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

async function populate(sql: Sql, payers: number, merchants: number) {
  const nowMs = Date.now();
  const issuer = newId('participant', nowMs);
  const walletKey = `tolom_par_${randomBase32(32)}`;
  const hash = createHash('sha256').update(walletKey).digest('base64url');
  await sql`INSERT INTO api_key VALUES (${hash}, ${issuer}, 'issuer', NULL)`;
  const account = (kind: string, owner: string) => ({
    id: newId('account', nowMs),
    kind,
    owner,
    currency: 'KGS',
  });
  const payerRows = Array.from({ length: payers }, () => ({
    ...account('payer', issuer),
    available: openingBalance,
    seq: 1,
  }));
  const shops = Array.from({ length: merchants }, (_, index) => {
    const id = newId('merchant', nowMs);
    const row = account('merchant', id);
    const facts = { id, account: row.id, name: `Merchant ${index}`, city: 'Bishkek', country: 'KG' };
    return { row, merchant: { ...facts, categoryCode: '5411', currency: 'KGS' } };
  });
  const funding = {
    ...account('funding', issuer),
    available: -openingBalance * payers,
    limit_minor: 2 ** 52,
  };
  await sql`INSERT INTO account ${sql(payerRows)}`;
  await sql`INSERT INTO account ${sql([funding])}`;
  await sql`INSERT INTO entry SELECT no, 1, now(), 'top_up', id, available, available FROM account WHERE kind = 'payer'`;
  await sql`INSERT INTO account ${sql(shops.map(({ row }) => row))}`;
  await sql`INSERT INTO merchant ${sql(
    shops.map(({ merchant: { categoryCode, ...facts } }) => ({ ...facts, category_code: categoryCode })),
  )}`;
  await sql.unsafe('VACUUM ANALYZE');
  const codeOf = (merchant: (typeof shops)[number]['merchant']) =>
    merchantCode({ qrProvider }, {
      ...merchant,
      legalName: null,
      status: 'active',
      createdAtMs: nowMs,
    } as unknown as Parameters<typeof merchantCode>[1]).payload;
  return {
    walletKey,
    accounts: payerRows.map(({ id }) => id),
    codes: shops.map(({ merchant }) => codeOf(merchant)),
  };
}

const poolOf = (style: PeerStyle): string => process.env.PEER_POOL || connections[style];

async function nameOf(sql: Sql, style: PeerStyle): Promise<string> {
  const [settings] = await sql`SELECT current_setting('server_version') AS version,
    current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS commits`;
  if (settings?.fsync !== 'on' || settings.commits !== 'on') throw new Error('the peer must write durably');
  return `Node ${process.versions.node} + Hono + PostgreSQL ${settings.version}, fsync on, synchronous_commit on, a payment is ${style === 'function' ? 'one call of a function' : 'a transaction of statements'}, ${poolOf(style)} connections`;
}

async function audit(sql: Sql, payers: number, payments: number, amountMinor: number): Promise<string[]> {
  const wrong: string[] = [];
  const reported = async () => {
    const [row] = await sql`SELECT count(*)::int AS rows, coalesce(sum(amount), 0)::text AS sum FROM report
      WHERE status = 'completed'`;
    return { rows: Number(row?.rows), sum: Number(row?.sum) };
  };
  const { rows, sum } = await eventually(reported, (now) => now.rows === payments);
  if (rows !== payments) wrong.push(`${rows} report rows of ${payments} payments`);
  if (sum !== amountMinor) wrong.push(`reports sum to ${sum}, payments to ${amountMinor}`);
  const [books] = await sql`SELECT (SELECT sum(available) FROM account)::text AS accounts,
    (SELECT count(*) FROM payment)::int AS payments, (SELECT count(*) FROM entry)::int AS entries,
    (SELECT count(*) FROM outbox)::int AS unsent`;
  if (books?.accounts !== '0') wrong.push(`the accounts add up to ${books?.accounts}`);
  if (books?.payments !== payments) wrong.push(`${books?.payments} payments stored of ${payments}`);
  const entries = 2 * payments + payers;
  if (books?.entries !== entries) wrong.push(`${books?.entries} entries instead of ${entries}`);
  if (books?.unsent !== 0) wrong.push(`${books?.unsent} outbox rows left`);
  return wrong;
}
