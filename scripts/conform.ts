/** `npm run conform -- --register URL`: whether a callback endpoint does what callbacks need of it. */
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { callbackSigner } from '../src/signing/index.ts';
import { serveKeys } from './conform/keys.ts';
import { registerChecks } from './conform/register.ts';
import { print, run } from './conform/report.ts';
import { senderOf } from './conform/sender.ts';

const usage = `npm run conform -- --register URL [--secret SECRET] [--serve-keys PORT] [--json]

Sends genuine and forged callbacks to an endpoint and judges its answers. Exit code 0 when all are right, 1 when one
is not, 2 when the command is.

  --register URL     your endpoint, as you would register it
  --secret SECRET    the secret it verifies with (whsec_…), also from TOLOM_CALLBACK_SECRET
  --serve-keys PORT  for endpoints that verify v1a: its public key is served here, under /.well-known/jwks.json,
                     instead of by the switch; it follows from the secret
  --json             print JSON only`;

const { values } = options();
if (values.help) {
  console.log(usage);
  process.exit(0);
}
const secret = values.secret ?? process.env.TOLOM_CALLBACK_SECRET;
const url = URL.canParse(values.register ?? '') ? new URL(values.register ?? '') : undefined;
if (!url || !/^https?:$/.test(url.protocol)) fail('--register must be an http or https address');
if (!secret || !/^whsec_[A-Za-z0-9+/]{32,}={0,2}$/.test(secret)) {
  fail(
    `--secret must be the one your endpoint verifies with; a new one: whsec_${randomBytes(32).toString('base64')}`,
  );
}

const signer = await callbackSigner(secret);
const keys =
  values['serve-keys'] === undefined ? undefined : await serveKeys(Number(values['serve-keys']), signer);
if (keys && !values.json) console.log(`Its public key is at ${keys.url}.`);
const outcomes = await run(
  registerChecks(senderOf(url.href, secret, signer)),
  values.json ? undefined : print,
);
keys?.close();
const failed = outcomes.filter(({ problem }) => problem !== undefined);
if (values.json)
  console.log(JSON.stringify({ url: url.href, conforms: failed.length === 0, checks: outcomes }));
else if (failed.length === 0)
  console.log(`\n${url.href} conforms: ${outcomes.length} of ${outcomes.length} are right.`);
else console.log(`\n${url.href} does not conform: ${failed.length} of ${outcomes.length} are wrong.`);
process.exitCode = failed.length === 0 ? 0 : 1;

function options() {
  try {
    return parseArgs({
      options: {
        register: { type: 'string' },
        secret: { type: 'string' },
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
