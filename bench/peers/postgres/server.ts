/**
 * The peer: what an engineer would build instead of the switch. Node, Hono, PostgreSQL; the same checks in
 * the same order, one database transaction per payment, and an outbox worker beside it. The transaction is
 * written either way: as statements of the application, or as one call of a stored function.
 *
 * Lighter than the switch, in its own favour: no request ids, no security headers, no hash chain, a report
 * made inside the database, no dead letters.
 */
import { createHash } from 'node:crypto';
import { serve } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import postgres from 'postgres';
import { z } from 'zod';
import { currencyOf, decode } from '../../../src/emv/index.ts';
import { Cache, isId, newId } from '../../../src/kernel/index.ts';
import { addressIn } from '../../../src/payments/codes.ts';
import { price } from '../../../src/payments/price.ts';
import type { KeyRow, PeerAccount, PeerMerchant } from './model.ts';
import { payByFunction, payByStatements } from './pay.ts';

const {
  PEER_HOST = '',
  PEER_USER = '',
  PEER_QR_PROVIDER = '',
  PEER_POOL = '',
  PEER_STYLE = '',
} = process.env;
const cacheMs = 20_000;
const outboxBatch = 1_000;
// The same patience as the switch's outbox under load.
const outboxLingerMs = 250;

const connect = (max: number) =>
  postgres({ host: PEER_HOST, username: PEER_USER, database: 'postgres', fetch_types: false, max });
const sql = connect(Number(PEER_POOL));
const background = connect(1);
const pay = PEER_STYLE === 'function' ? payByFunction(sql) : payByStatements(sql);

const keys = new Cache<KeyRow | undefined>(cacheMs, 10_000);
const accounts = new Cache<PeerAccount | undefined>(cacheMs, 100_000);
const merchants = new Cache<PeerMerchant | undefined>(cacheMs, 100_000);

const bodySchema = z.strictObject({
  payload: z.string().min(1).max(8_192),
  amount: z.int().min(1).max(Number.MAX_SAFE_INTEGER).optional(),
  tip: z.int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
  reference: z.string().trim().min(1).max(64).optional(),
});

const app = new Hono();

app.post('/v1/accounts/:account/payments', async (c) => {
  const caller = await authenticate(c.req.header('authorization'));
  if (!caller) return refuse(c, 401, 'auth.invalid');
  if (caller.who !== 'issuer') return refuse(c, 403, 'auth.forbidden');
  const text = await c.req.text();
  const key = c.req.header('idempotency-key');
  if (!key || key.length > 255) return refuse(c, 400, 'idempotency.key_required');
  const parsed = bodySchema.safeParse(jsonOf(text));
  const id = c.req.param('account');
  if (!parsed.success || !isId('account', id)) return refuse(c, 422, 'request.invalid');
  const account = await accountOf(id);
  if (account?.owner !== caller.owner || account.kind !== 'payer') return refuse(c, 404, 'account.not_found');

  const code = decode(parsed.data.payload);
  if (!code.ok) return refuse(c, 422, 'qr.unreadable');
  const address = addressIn(code, PEER_QR_PROVIDER);
  if (!address) return refuse(c, 422, 'qr.scheme_not_routed');
  if (code.expiresAtMs !== null && code.expiresAtMs <= Date.now()) return refuse(c, 422, 'qr.expired');
  const merchant = isId('merchant', address.merchant) ? await merchantOf(address.merchant) : undefined;
  if (merchant?.status !== 'active') return refuse(c, 422, 'merchant.inactive');
  const currency = currencyOf(code.transactionCurrency ?? '')?.code;
  if (currency !== merchant.currency) return refuse(c, 422, 'qr.altered');
  if (currency !== account.currency) return refuse(c, 422, 'payment.currency_mismatch');
  const { amount, tip, reference } = parsed.data;
  const priced = price(
    { fixedMinor: code.amount?.minor ?? null, editable: code.amountEditable === true, tip: code.tip },
    {
      ...(amount !== undefined && { amountMinor: BigInt(amount) }),
      ...(tip !== undefined && { tipMinor: BigInt(tip) }),
    },
  );
  if (!priced.ok) return refuse(c, 422, priced.refusal.code);
  const amountMinor = Number(priced.value.totalMinor);
  const tipMinor = Number(priced.value.tipMinor);
  const facts = {
    payerParticipant: account.owner,
    merchant: merchant.id,
    merchantName: merchant.name,
    scheme: code.profile,
    ...(tipMinor > 0 && { tipMinor }),
    ...(reference !== undefined && { reference }),
  };
  const request = sha256(`POST\n${c.req.path}\n${text}`);
  const paid = await pay({
    id: newId('payment', Date.now()),
    debtor: account.no,
    creditor: merchant.accountNo,
    key: `${caller.owner} ${key}`,
    request,
    amountMinor,
    currency,
    facts: JSON.stringify(facts),
  });
  if (paid.request !== request) return refuse(c, 422, 'idempotency.key_reused');
  if (paid.replayed) c.header('Idempotency-Replayed', 'true');
  const told: typeof facts = paid.facts === null ? facts : JSON.parse(paid.facts);
  const at = paid.at.toISOString();
  return c.json(
    {
      id: paid.id,
      status: paid.status,
      account: id,
      participant: told.payerParticipant,
      merchant: { id: told.merchant, name: told.merchantName },
      store: null,
      till: null,
      order: null,
      order_reference: null,
      amount: { amount: amountMinor, currency },
      tip: told.tipMinor ? { amount: told.tipMinor, currency } : null,
      amount_refunded: { amount: 0, currency },
      reference: told.reference ?? null,
      scheme: told.scheme,
      answers: {},
      refusal: paid.refusal === null ? null : { code: paid.refusal },
      created_at: at,
      completed_at: paid.status === 'completed' ? at : null,
    },
    paid.replayed ? 200 : 201,
  );
});

app.onError((error, c) => {
  console.error('peer: request failed', String(error));
  return refuse(c, 500, 'switch.error');
});

const refuse = (c: Context, status: 400 | 401 | 403 | 404 | 422 | 500, code: string) =>
  c.json({ title: code, status, code }, status);

const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64url');

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function authenticate(header: string | undefined): Promise<KeyRow | undefined> {
  const secret = /^bearer (\S+)$/i.exec(header ?? '')?.[1];
  if (!secret) return undefined;
  const hash = sha256(secret);
  return keys.get(hash, async () => {
    const [row] = await sql<
      KeyRow[]
    >`SELECT owner, who FROM api_key WHERE hash = ${hash} AND revoked_at IS NULL`;
    return row;
  });
}

const accountOf = (id: string) =>
  accounts.get(id, async () => {
    const [row] = await sql<PeerAccount[]>`SELECT no, kind, owner, currency FROM account WHERE id = ${id}`;
    return row;
  });

const merchantOf = (id: string) =>
  merchants.get(id, async () => {
    const [row] = await sql<PeerMerchant[]>`SELECT m.id, m.name, m.currency, m.status, a.no AS "accountNo"
      FROM merchant m JOIN account a ON a.id = m.account WHERE m.id = ${id}`;
    return row;
  });

async function projectForEver(): Promise<void> {
  for (;;) {
    const [done] = await background<{ done: string }[]>`SELECT project(${outboxBatch}) AS done`;
    if (Number(done?.done) < outboxBatch) await new Promise((resolve) => setTimeout(resolve, outboxLingerMs));
  }
}

// The bench ends it by closing its standard input.
process.stdin.on('end', () => process.exit(0)).resume();
serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, ({ port }) => console.log(port));
void projectForEver();
