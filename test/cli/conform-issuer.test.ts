/** The conformance kit for partners: passes the sandbox issuer, and says of each bad bank exactly what is bad. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { keysOf } from '../../scripts/issuer/keys.ts';
import { listen, type PartnerServer } from '../../scripts/issuer/server.ts';
import { verifierOf } from '../../scripts/issuer/verifier.ts';
import { type Adapter, type Movement, type Order, Silence } from '../../src/issuers/index.ts';
import { ok } from '../../src/kernel/index.ts';

const scripts = join(import.meta.dirname, '../../scripts');
const folder = mkdtempSync(join(tmpdir(), 'tolom-conform-'));
const balance = 100_000;

interface Report {
  status: number;
  out: string;
  err: string;
}

const conform = (...args: string[]): Promise<Report> =>
  new Promise((resolve) => {
    const all = [join(scripts, 'conform.ts'), ...args, '--key', join(folder, 'kit', 'key')];
    execFile(process.execPath, all, (error, out, err) =>
      resolve({ status: Number(error?.code ?? 0), out, err }),
    );
  });

const wrongIn = ({ out }: Report): string[] => [...out.matchAll(/^✗ (.+)$/gm)].map(([, name = '']) => name);

async function newKeyPair() {
  const pair = (await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])) as CryptoKeyPair;
  const { x = '' } = (await crypto.subtle.exportKey('jwk', pair.publicKey)) as JsonWebKey;
  return { publicKey: x, privateKey: pair.privateKey };
}

const partner = await newKeyPair();
let trusted: string;
let sandbox: ChildProcess | undefined;
const banks: PartnerServer[] = [];

beforeAll(async () => {
  trusted = (await conform('--jwks')).out;
});
afterEach(async () => {
  sandbox?.kill('SIGKILL');
  sandbox = undefined;
  for (const bank of banks.splice(0)) await bank.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** `npm run issuer`, with one payer and one shop. */
async function sandboxIssuer(): Promise<string> {
  const child = spawn(process.execPath, [join(scripts, 'issuer.ts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      PORT: '0',
      ISSUER_BOOKS: join(folder, 'books.jsonl'),
      ISSUER_ACCOUNTS: 'KG-1:KGS,shop:KGS',
      ISSUER_KEY_ID: 'sgk_sandbox',
      ISSUER_KEY: JSON.stringify(await crypto.subtle.exportKey('jwk', partner.privateKey)),
      SWITCH_KEYS: trusted,
    },
  });
  sandbox = child;
  return new Promise((resolve, reject) => {
    child.once('exit', () => reject(new Error('the issuer did not start')));
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(text) ?? [];
      if (url) resolve(url);
    });
  });
}

interface Sins {
  /** An order that comes again is booked again. */
  readonly booksAgain?: true;
  /** It says that it has undone an order, and has not. */
  readonly forgetsReversals?: true;
  readonly believesEverybody?: true;
  /** Any account, any currency, any amount, and another amount under an id it knows. */
  readonly takesAnything?: true;
  readonly signsWithAnother?: true;
  /** It does as asked, but the first answer about an amount of 1 never comes. */
  readonly losesAnAnswer?: true;
}

interface Booked {
  readonly order: Order;
  readonly reference: string;
  readonly state: 'approved' | 'reversed';
}

/** A bank with one account; good but for its sins. */
function bankOf({ booksAgain, forgetsReversals, takesAnything, losesAnAnswer }: Sins): Adapter {
  const booked = new Map<string, Booked>();
  let [holdsMinor, references] = [balance, 0];
  let mute = losesAnAnswer;
  const answerOf = ({ order: { amountMinor, currency }, reference, state }: Booked) =>
    state === 'approved' ? { state, amountMinor, currency, reference } : { state };
  const problemOf = (movement: Movement, { account, currency, amountMinor }: Order) => {
    if (takesAnything) return undefined;
    if (account !== 'KG-1') return 'account.not_found';
    if (currency !== 'KGS') return 'payment.currency_mismatch';
    return movement === 'debit' && amountMinor > holdsMinor ? 'payment.insufficient_funds' : undefined;
  };
  return {
    can: { refund: true, credit: false, limits: true, holds: false },
    async perform(movement, order) {
      const before = booked.get(order.id);
      if (before?.state === 'reversed') return { state: 'refused', refusal: { code: 'issuer.declined' } };
      if (before && !booksAgain && !(takesAnything && before.order.amountMinor !== order.amountMinor)) {
        return answerOf(before);
      }
      const code = problemOf(movement, order);
      if (code) return { state: 'refused', refusal: { code } };
      holdsMinor += movement === 'debit' ? -order.amountMinor : order.amountMinor;
      const now = { order, reference: `B${++references}`, state: 'approved' } as const;
      booked.set(order.id, now);
      if (mute && order.amountMinor === 1) {
        mute = undefined;
        throw new Silence();
      }
      return answerOf(now);
    },
    async status(_, { id }) {
      const before = booked.get(id);
      return before ? answerOf(before) : { state: 'absent' };
    },
    async reverse(movement, order) {
      const before = booked.get(order.id);
      if (forgetsReversals || before?.state === 'reversed') return { state: 'reversed' };
      const backMinor = before?.order.amountMinor ?? 0;
      holdsMinor += movement === 'debit' ? backMinor : -backMinor;
      booked.set(order.id, { order, reference: '', state: 'reversed' });
      return { state: 'reversed' };
    },
  };
}

async function bank(sins: Sins): Promise<string> {
  const { privateKey } = sins.signsWithAnother ? await newKeyPair() : partner;
  const verify = verifierOf(await keysOf(JSON.parse(trusted)));
  const server = await listen(
    {
      adapter: bankOf(sins),
      signer: { keyId: 'sgk_bank', privateKey },
      verify: sins.believesEverybody ? async () => ok(undefined) : verify,
    },
    0,
  );
  banks.push(server);
  return server.url;
}

// Good banks are quick, but this machine may not be.
const patient = ['--deadline-ms', '30000'];
const judged = (url: string, ...args: string[]): Promise<Report> =>
  conform('--issuer', url, '--partner-key', partner.publicKey, '--account', 'KG-1', ...patient, ...args);
const withMoney = ['--balance', String(balance)];

test('the sandbox issuer conforms in everything it serves', async () => {
  const all = ['--serves', 'debit,refund,credit', '--merchant', 'shop', '--refused-amount', '66601'];
  const report = await judged(await sandboxIssuer(), ...all);
  expect(wrongIn(report)).toEqual([]);
  expect(report.out).toContain('conforms: 51 of 51 are right');
  expect(report).toMatchObject({ status: 0, err: '' });
});

test('a bank that does everything right conforms, and has all its money in the end', async () => {
  const url = await bank({});
  for (const time of ['first', 'second']) {
    const report = await judged(url, ...withMoney, '--json');
    const { conforms, checks } = JSON.parse(report.out);
    expect(
      checks.filter(({ problem }: { problem?: string }) => problem),
      time,
    ).toEqual([]);
    expect({ conforms, status: report.status }).toEqual({ conforms: true, status: 0 });
  }
});

test.each<[string, Sins, string[], string[]]>([
  [
    'books a repeated order again',
    { booksAgain: true },
    withMoney,
    [
      'answers a repeated debit as it did the first time',
      'carries out two copies of a debit that arrive at the same moment as one',
      'does not take a debit again with another amount',
      'carries a debit out once although the caller hangs up',
      'answers a repeated refund as it did the first time',
      'carries out two copies of a refund that arrive at the same moment as one',
      'does not take a refund again with another amount',
      'carries a refund out once although the caller hangs up',
      'books a repeated debit once',
    ],
  ],
  [
    'forgets reversals',
    { forgetsReversals: true },
    withMoney,
    [
      'undoes a debit, and says so however often it is asked',
      'does not carry out a debit again that was undone',
      'refuses a debit that comes after its own reversal',
      'undoes a refund, and says so however often it is asked',
      'does not carry out a refund again that was undone',
      'refuses a refund that comes after its own reversal',
      'gives back the money of a debit that is undone',
    ],
  ],
  [
    'does not check signatures',
    { believesEverybody: true },
    withMoney,
    [
      'refuses an order that is not signed',
      'refuses an order signed by somebody else',
      'refuses an order signed with a key it does not know',
      'refuses a changed body',
      'refuses a changed body with a digest of its own',
      'refuses a body without content-digest',
      'refuses a content-digest that is not signed',
      'refuses a signature for another address',
      'refuses an order signed ten minutes ago',
      'refuses an order signed ten minutes ahead',
      'refuses the same signed order a second time',
    ],
  ],
  [
    'takes any order',
    { takesAnything: true },
    [],
    [
      'does not take a debit again with another amount',
      'does not take a refund again with another amount',
      'refuses a debit of an account it does not have',
      'refuses a debit in a currency the account is not kept in',
      'refuses a debit of more than the payer may spend, again and again',
    ],
  ],
  ['signs with a key that is not its own', { signsWithAnother: true }, withMoney, ['signs every answer']],
  ['loses an answer', { losesAnAnswer: true }, ['--deadline-ms', '5000'], ['answers every question in time']],
])('one that %s is told exactly that', async (_, sins, more, wrong) => {
  const report = await judged(await bank(sins), ...more);
  expect(wrongIn(report)).toEqual(wrong);
  expect(report).toMatchObject({ status: 1, err: '' });
});

test('where nobody is, nothing is judged', async () => {
  expect(await judged('http://127.0.0.1:1')).toMatchObject({
    status: 2,
    err: expect.stringContaining('nobody answers at'),
  });
});

test.each([
  [['--issuer', 'nowhere'], '--issuer must be an http or https address'],
  [['--issuer', 'https://bank.example', '--partner-key', 'short'], '--partner-key must be'],
  [['--issuer', 'https://bank.example', '--partner-key', partner.publicKey], '--account must be'],
  [['--issuer', 'https://bank.example', '--register', 'https://shop.example'], 'are two commands'],
])('%j is no command', async (args, words) => {
  const report = await conform(...args);
  expect(report.status).toBe(2);
  expect(report.err).toContain(words);
});
