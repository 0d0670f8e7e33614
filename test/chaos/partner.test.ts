/**
 * A remote issuer in a process of its own, killed and stalled at random while payments are made through it, and
 * the switch killed as well: in the end the issuer's books and the switch's say the same of every transfer.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ChaosSwitch, newSwitch } from '../../scripts/chaos/switch.ts';
import { booksIn } from '../../scripts/issuer/books.ts';
import { type Api, apiOf, type Json } from '../../scripts/sandbox/api.ts';
import { registrationText } from '../../src/signing/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'tolom-issuer-'));
const books = join(folder, 'books.jsonl');
const payers = 6;
const clients = 6;
const loadMs = 12_000;
const settledWithinMs = 100_000;

let home: ChaosSwitch;
let remote: RemoteIssuer;

interface RemoteIssuer {
  readonly port: number;
  start(): Promise<void>;
  kill(): Promise<void>;
  stall(): void;
  goOn(): void;
}

beforeAll(async () => {
  home = await newSwitch();
  await home.start();
});

afterAll(async () => {
  await remote?.kill();
  await home?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A process that comes back on the port it had. */
async function newRemote(environment: Record<string, string>): Promise<RemoteIssuer> {
  let child: ChildProcess | undefined;
  let port = 0;
  const start = async () => {
    const started = spawn(process.execPath, [join(import.meta.dirname, '../../scripts/issuer.ts')], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, ...environment, PORT: String(port) },
    });
    child = started;
    port = await new Promise<number>((resolve, reject) => {
      started.once('exit', () => reject(new Error('the issuer did not start')));
      started.stdout.setEncoding('utf8').on('data', (text: string) => {
        const listens = /127\.0\.0\.1:(\d+)/.exec(text)?.[1];
        if (listens) resolve(Number(listens));
      });
    });
  };
  const signal = (name: NodeJS.Signals) => child?.kill(name);
  await start();
  return {
    port,
    start,
    async kill() {
      const gone = new Promise((resolve) => child?.once('exit', resolve));
      if (child?.exitCode === null && child.signalCode === null && signal('SIGKILL')) await gone;
    },
    stall: () => void signal('SIGSTOP'),
    goOn: () => void signal('SIGCONT'),
  };
}

interface Town {
  readonly issuer: string;
  readonly issuerKey: string;
  readonly merchant: string;
  readonly merchantKey: string;
  readonly qr: string;
  readonly accounts: string[];
  readonly position: string;
}

const centre = (): Api => apiOf(home.url() ?? '', home.adminKey);

async function settleIn(): Promise<Town> {
  const url = home.url() ?? '';
  const api = centre();
  const issuer = await api.post('/v1/centre/participants', {
    name: 'Far Bank',
    role: 'issuer',
    country: 'KG',
  });
  const { api_key: issuerKey } = await api.post('/v1/centre/keys', { owner: issuer.id });
  const pair = (await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])) as CryptoKeyPair;
  const jwk = (await crypto.subtle.exportKey('jwk', pair.privateKey)) as JsonWebKey;
  const text = new TextEncoder().encode(registrationText(url, issuer.id, jwk.x ?? ''));
  const proof = Buffer.from(await crypto.subtle.sign('Ed25519', pair.privateKey, text)).toString('base64url');
  const keys = `/v1/participants/${issuer.id}/signing-keys`;
  const { id: keyId } = await api.post(keys, { public_key: jwk.x, proof });
  remote = await newRemote({
    ISSUER_BOOKS: books,
    ISSUER_KEY_ID: keyId,
    ISSUER_KEY: JSON.stringify(jwk),
    SWITCH_KEYS: await (await fetch(`${url}/.well-known/jwks.json`)).text(),
  });
  const connection = await api.post('/v1/centre/connections', {
    participant: issuer.id,
    adapter: 'http',
    url: `http://127.0.0.1:${remote.port}`,
    deadline_ms: 1_500,
  });
  const position = await api.post('/v1/centre/positions', {
    participant: issuer.id,
    currency: 'KGS',
    cap: 1_000_000_000,
    stripes: 2,
  });
  await api.post('/v1/centre/routing', {
    based_on: 0,
    reason: 'a remote issuer',
    payers: [{ participant: issuer.id, connection: connection.id }],
    merchants: [],
  });
  const merchant = await api.post('/v1/centre/merchants', {
    name: 'Bazaar',
    city: 'Osh',
    category_code: '5411',
    currency: 'KGS',
  });
  const { api_key: merchantKey } = await api.post('/v1/centre/keys', { owner: merchant.id, role: 'owner' });
  const { qr } = await api.get(`/v1/merchants/${merchant.id}`);
  const bank = apiOf(url, issuerKey);
  const accounts: string[] = [];
  for (let count = 0; count < payers; count++) {
    accounts.push((await bank.post('/v1/accounts', { currency: 'KGS', reference: `far ${count}` })).id);
  }
  const { id: issuerId } = issuer;
  const place = { issuer: issuerId, issuerKey, accounts, position: position.account };
  return { ...place, merchant: merchant.id, merchantKey, qr: qr.payload };
}

/** Pays, and now and then gives back, until the time is over. Whatever fails is left as it is. */
async function client(
  { issuerKey, merchantKey, merchant, accounts, qr }: Town,
  number: number,
  untilMs: number,
) {
  for (let count = 0; Date.now() < untilMs; count++) {
    const url = home.url();
    const account = accounts[(number + count) % accounts.length];
    const key = `${number} ${count}`;
    const amount = 100 + number * 1_000 + count;
    try {
      const paid = await apiOf(url ?? '', issuerKey).post(
        `/v1/accounts/${account}/payments`,
        { payload: qr, amount },
        key,
      );
      if (paid.status === 'completed' && count % 4 === 0) {
        const path = `/v1/merchants/${merchant}/payments/${paid.id}/refunds`;
        await apiOf(url ?? '', merchantKey).post(path, { amount: 50 }, key);
      }
    } catch {
      // The switch or the issuer is down, or the circuit is open.
      await delay(100);
    }
  }
}

async function disturb(untilMs: number): Promise<void> {
  for (let count = 0; Date.now() < untilMs - 2_500; count++) {
    await delay(400 + Math.random() * 800);
    if (count % 2 === 0) {
      remote.stall();
      await delay(300 + Math.random() * 2_500);
      remote.goOn();
    } else {
      await remote.kill();
      await delay(200 + Math.random() * 800);
      await remote.start();
    }
    if (count === 2) {
      await home.kill();
      await home.start();
    }
  }
}

/** Every payment of the issuer's accounts, as the switch has them. */
async function paymentsOf({ issuerKey, accounts }: Town): Promise<Json[]> {
  const found: Json[] = [];
  for (const account of accounts) {
    for (let cursor = ''; ; ) {
      const query = cursor === '' ? '' : `&cursor=${cursor}`;
      const page = await apiOf(home.url() ?? '', issuerKey).get(
        `/v1/accounts/${account}/payments?limit=100${query}`,
      );
      found.push(...page.data);
      if (page.next_cursor === null) break;
      cursor = page.next_cursor;
    }
  }
  return found;
}

async function refundsOf({ merchantKey, merchant }: Town, payments: readonly Json[]): Promise<Json[]> {
  const found: Json[] = [];
  for (const { id, status } of payments) {
    if (status !== 'completed') continue;
    const path = `/v1/merchants/${merchant}/payments/${id}/refunds`;
    found.push(...(await apiOf(home.url() ?? '', merchantKey).get(path)).data);
  }
  return found;
}

describe('a remote issuer that is killed and stalled at random', () => {
  test('has in the end the same in its books as the switch', async () => {
    const town = await settleIn();
    const untilMs = Date.now() + loadMs;
    const load = Array.from({ length: clients }, (_, number) => client(town, number, untilMs));
    await Promise.all([...load, disturb(untilMs)]);

    const giveUpMs = Date.now() + settledWithinMs;
    let payments = await paymentsOf(town);
    let refunds = await refundsOf(town, payments);
    const open = () => [...payments, ...refunds].filter(({ status }) => status === 'processing');
    while (open().length > 0) {
      expect(Date.now(), `still open: ${JSON.stringify(open().slice(0, 3))}`).toBeLessThan(giveUpMs);
      await delay(1_000);
      payments = await paymentsOf(town);
      refunds = await refundsOf(town, payments);
    }

    const there = booksIn(books).records;
    const state = (key: string) => there.get(key)?.state ?? 'absent';
    for (const { id, status, amount } of payments) {
      const expected = status === 'completed' ? 'approved' : 'not approved';
      expect(state(`debit ${id}`) === 'approved' ? 'approved' : 'not approved', id).toBe(expected);
      if (status === 'completed') expect(there.get(`debit ${id}`)?.amountMinor, id).toBe(amount.amount);
    }
    for (const { id, status } of refunds) {
      expect(state(`refund ${id}`) === 'approved', id).toBe(status === 'completed');
    }
    const known = new Set([
      ...payments.map(({ id }) => `debit ${id}`),
      ...refunds.map(({ id }) => `refund ${id}`),
    ]);
    expect([...there.keys()].filter((key) => !known.has(key))).toEqual([]);

    const sum = (movement: string) =>
      [...there]
        .filter(([key, { state: at }]) => key.startsWith(movement) && at === 'approved')
        .reduce((total, [, { amountMinor }]) => total + amountMinor, 0);
    const [position] = (await centre().get(`/v1/participants/${town.issuer}/positions`)).data;
    expect(position.balance.amount).toBe(sum('refund') - sum('debit'));
    expect(position.available.amount).toBe(position.balance.amount);
    expect(payments.filter(({ status }) => status === 'completed').length).toBeGreaterThan(5);
  }, 240_000);
});
