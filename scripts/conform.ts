/**
 * `npm run conform`: whether a callback endpoint does what callbacks need of it (`--register URL`), or a partner
 * what the Tolom issuer protocol asks of it (`--issuer URL`).
 */
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { type Movement, movements, pathOf } from '../src/issuers/index.ts';
import { newTransferId } from '../src/kernel/index.ts';
import { callbackSigner, importPublicKey, type PublicKey, publicKeyProblem } from '../src/signing/index.ts';
import { issuerChecks } from './conform/issuer.ts';
import { serveKeys } from './conform/keys.ts';
import { kitKeyIn } from './conform/kit-key.ts';
import { lineTo } from './conform/line.ts';
import { ordersOver } from './conform/orders.ts';
import { registerChecks } from './conform/register.ts';
import { type Check, print, run } from './conform/report.ts';
import { senderOf } from './conform/sender.ts';

const usage = `npm run conform -- --register URL [--secret SECRET] [--serve-keys PORT] [--json]
npm run conform -- --issuer URL --partner-key KEY --account ACCOUNT [options] [--json]
npm run conform -- --jwks [--key FILE]

Sends what is genuine and what is forged to an endpoint and judges its answers. Exit code 0 when all are right, 1 when
one is not, 2 when the command is or nobody is there.

  --register URL       your callback endpoint, as you would register it
  --secret SECRET      the secret it verifies with (whsec_…), also from TOLOM_CALLBACK_SECRET

  --issuer URL         your end of the Tolom issuer protocol, as the centre would connect it; a test system, whose
                       money moves: what is approved is undone afterwards
  --partner-key KEY    the public key it signs its answers with: 32 bytes, base64url, as you would register it
  --account ACCOUNT    a payer's account there with money on it, at least 100,000 minor units
  --merchant ACCOUNT   a merchant's account, for credits; without it, the payer's
  --currency CODE      what both are kept in; KGS
  --serves LIST        what it serves, of debit, refund and credit; debit,refund
  --refused-amount N   an amount, in minor units, that a debit of the account is refused for; 2^53 - 1
  --balance N          what the account holds now: shows by the money that nothing is booked twice
  --deadline-ms N      how long it may take to answer; 5000
  --key FILE           where the key is kept that the kit signs with in the switch's place, made when there is
                       none; .tolom/conform.key
  --jwks               prints its public key as a JWK set, for your endpoint to trust, and ends

  --serve-keys PORT    the kit's public key is served here, under /.well-known/jwks.json, as the switch serves its own
                       (of callbacks, for endpoints that verify v1a)
  --json               print JSON only`;

interface Command {
  readonly url: string;
  readonly checks: Check[];
  /** What the kit signs with. */
  readonly publicKey: PublicKey;
  /** Whether anybody is there, where it makes no sense to begin otherwise. */
  readonly answers?: () => Promise<boolean>;
}

const { values } = options();
if (values.help) {
  console.log(usage);
  process.exit(0);
}
if (values.jwks) {
  console.log(JSON.stringify({ keys: [(await kitKeyIn(values.key)).publicKey] }));
  process.exit(0);
}
const { url, checks, publicKey, answers } = values.issuer === undefined ? await register() : await issuer();
const port = values['serve-keys'];
const keys = port === undefined ? undefined : await serveKeys(Number(port), publicKey);
if (keys && !values.json) console.log(`Its public key is at ${keys.url}.`);
if (answers && !(await answers())) fail(`nobody answers at ${url}`);
const outcomes = await run(checks, values.json ? undefined : print);
keys?.close();
const failed = outcomes.filter(({ problem }) => problem !== undefined);
if (values.json) console.log(JSON.stringify({ url, conforms: failed.length === 0, checks: outcomes }));
else if (failed.length === 0)
  console.log(`\n${url} conforms: ${outcomes.length} of ${outcomes.length} are right.`);
else console.log(`\n${url} does not conform: ${failed.length} of ${outcomes.length} are wrong.`);
process.exitCode = failed.length === 0 ? 0 : 1;

async function register(): Promise<Command> {
  const url = addressOf('--register', values.register);
  const secret = values.secret ?? process.env.TOLOM_CALLBACK_SECRET;
  if (!secret || !/^whsec_[A-Za-z0-9+/]{32,}={0,2}$/.test(secret)) {
    fail(
      `--secret must be the one your endpoint verifies with; a new one: whsec_${randomBytes(32).toString('base64')}`,
    );
  }
  const signer = await callbackSigner(secret);
  return { url, checks: registerChecks(senderOf(url, secret, signer)), publicKey: signer.publicKey };
}

async function issuer(): Promise<Command> {
  if (values.register !== undefined) fail('--register and --issuer are two commands');
  const url = addressOf('--issuer', values.issuer);
  const { account, merchant = account, currency, 'partner-key': partnerKey = '' } = values;
  const keyProblem = publicKeyProblem(partnerKey);
  if (keyProblem) fail(`--partner-key must be the public key that answers are signed with: ${keyProblem}`);
  if (!account || !merchant) fail('--account must be a payer’s account with money on it');
  const serves = values.serves.split(',').map(movementIn);
  const balance = values.balance;
  const { signer, publicKey } = await kitKeyIn(values.key);
  const deadlineMs = wholeIn('--deadline-ms', values['deadline-ms'], 100);
  const line = lineTo({ url, signer, partnerKey: await importPublicKey(partnerKey), deadlineMs });
  const orders = ordersOver(line, { payer: account, merchant, currency });
  const checks = issuerChecks({
    orders,
    serves,
    refusedMinor: wholeIn('--refused-amount', values['refused-amount'], 1),
    ...(balance !== undefined && { balanceMinor: wholeIn('--balance', balance, 100_000) }),
  });
  const anyOrder = `${pathOf[serves[0] ?? 'debit']}/${newTransferId('payment', Date.now(), 0)}`;
  const answers = async () => (await line.send(await line.signed('GET', anyOrder))).status !== null;
  return { url, checks, publicKey, answers };
}

function addressOf(option: string, text = ''): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) fail(`${option} must be an http or https address`);
  return url.href;
}

function movementIn(text: string): Movement {
  return movements.find((it) => it === text) ?? fail(`--serves must be some of ${movements.join(', ')}`);
}

function wholeIn(option: string, text: string, least: number): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < least) {
    fail(`${option} must be a whole number, ${least} or more`);
  }
  return number;
}

function options() {
  try {
    return parseArgs({
      options: {
        register: { type: 'string' },
        secret: { type: 'string' },
        issuer: { type: 'string' },
        'partner-key': { type: 'string' },
        account: { type: 'string' },
        merchant: { type: 'string' },
        currency: { type: 'string', default: 'KGS' },
        serves: { type: 'string', default: 'debit,refund' },
        'refused-amount': { type: 'string', default: String(Number.MAX_SAFE_INTEGER) },
        balance: { type: 'string' },
        'deadline-ms': { type: 'string', default: '5000' },
        key: { type: 'string', default: '.tolom/conform.key' },
        jwks: { type: 'boolean', default: false },
        'serve-keys': { type: 'string' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}

function fail(problem: string): never {
  console.error(`${problem}\n\n${usage}`);
  process.exit(2);
}
