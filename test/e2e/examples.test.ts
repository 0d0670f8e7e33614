/**
 * The example registers, as they stand, against a real switch: each sells, is paid, gives back, and is told. Which of
 * them run depends on the machine; the names of the tests say so.
 */
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cleanUp, type Started, start, temporaryFolder } from '../selfhost/harness.ts';
import { launcher, pay, sandboxIn, type Wallet, walletsOf } from '../selfhost/wallets.ts';

const root = join(import.meta.dirname, '../..');
const inFolder = (...path: string[]) => join(root, 'examples', 'register', ...path);
const languages = [
  { language: 'JavaScript', command: [process.execPath, inFolder('javascript', 'register.mjs')] },
  { language: 'Python', command: ['python3', inFolder('python', 'register.py')] },
  { language: 'PHP', command: ['php', inFolder('php', 'register.php')] },
];
const isHere = ({ command: [program = ''] }: (typeof languages)[number]): boolean => {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};
const here = languages.filter(isHere);
for (const { language } of languages.filter((one) => !here.includes(one))) {
  console.warn(`The ${language} register was not run: this machine has no ${language}.`);
}

let tolom: Started;
let wallet: Wallet;
let environment: Record<string, string>;
const listeners: ChildProcess[] = [];
beforeAll(async () => {
  tolom = await start(join(temporaryFolder(), 'state'), {}, launcher);
  const sandbox = sandboxIn(tolom.state);
  const shop = sandbox.merchants.find(({ currency }) => currency === 'KGS')!;
  wallet = walletsOf(sandbox)[0]!;
  environment = { TOLOM_URL: tolom.url, TOLOM_KEY: shop.api_key, TOLOM_MERCHANT: shop.id };
}, 180_000);
afterAll(async () => {
  for (const child of listeners) child.kill('SIGKILL');
  await cleanUp();
});

interface Running {
  /** What a line says that fits, as soon as it is printed. */
  said(pattern: RegExp): Promise<string[]>;
  readonly ended: Promise<number | null>;
}

function running([program = '', ...args]: string[]): Running {
  const child = spawn(program, args, { env: { ...process.env, ...environment } });
  listeners.push(child);
  let text = '';
  let wake: (() => void)[] = [];
  const heard = () => {
    for (const one of wake) one();
    wake = [];
  };
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
      heard();
    });
  }
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  let isOver = false;
  void ended.then(() => {
    isOver = true;
    heard();
  });
  return {
    ended,
    async said(pattern) {
      for (;;) {
        const found = pattern.exec(text);
        if (found) return found;
        if (isOver) throw new Error(`ended without ${pattern}:\n${text}`);
        await new Promise<void>((resolve) => wake.push(resolve));
      }
    },
  };
}

describe.each(here)('the register in $language', ({ command }) => {
  test('sells, prints a receipt, is told, and gives back', async () => {
    const listener = running([...command, 'listen']);
    await listener.said(/^Listening on /m);
    const sale = running([...command, 'sell', '125.50', 'KGS']);
    const [, payload = ''] = await sale.said(/QR code: (\S+)/);
    const paid = await pay(tolom.url, wallet, payload, undefined, 12_550);
    expect(paid.answer).toMatchObject({ status: 'completed', amount: { amount: 12_550, currency: 'KGS' } });
    await sale.said(/^RECEIPT sale-\d+\nPaid 125\.50 KGS at 20/m);
    const [, payment = ''] = await sale.said(/^Payment (pay_\w+)\n/m);
    expect(payment).toBe(paid.answer.id);
    expect(await sale.ended).toBe(0);
    await listener.said(new RegExp(`^order\\.paid ${paid.answer.order}$`, 'm'));
    const refunding = running([...command, 'refund', payment, '25.50']);
    const [, refund] = await refunding.said(/^Refund (ref_\w+) completed: 25\.50 KGS$/m);
    await listener.said(new RegExp(`^refund\\.completed ${refund}$`, 'm'));
  });

  test('says why it is refused', async () => {
    const refused = running([...command, 'sell', '1.00', 'THB']);
    await refused.said(/payment\.currency_mismatch: /);
    expect(await refused.ended).not.toBe(0);
  });

  test('takes what is genuine and refuses what is not: it passes the conformance kit', async () => {
    const [, address = '', secret = ''] = await running([...command, 'listen']).said(
      /on (\S+) with (whsec_\S+)/,
    );
    const kit = [join(root, 'scripts', 'conform.ts'), '--register', address, '--secret', secret];
    const { stdout } = await promisify(execFile)(process.execPath, kit);
    expect(stdout).toContain('conforms: 22 of 22 are right');
  });
});
