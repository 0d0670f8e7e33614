/** Who guesses codes or passwords is soon told to wait, and so is a good code that comes from the same key then. */

import { createExecutionContext } from 'cloudflare:test';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { switchOf } from '../../src/app.ts';
import { freshKey, migrate, testEnv } from '../support/switch.ts';
import { type Issuer, newIssuer, newPayer, newShop, newTill, type Shop } from '../support/town.ts';
import { showCode } from './counter.ts';

let issuer: Issuer;
let shop: Shop;
beforeAll(async () => {
  await migrate();
  issuer = await newIssuer();
  shop = await newShop();
});
// The clock stands still unless a test moves it.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A switch of its own, with the limit that a deployment has unless it says otherwise. */
function limitedSwitch() {
  const { fetch } = switchOf({ ...testEnv, TOLOM_LIMITS: 'register=1000000,guess=1' });
  return async (path: string, body: object, key = shop.key) => {
    const headers = {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      'idempotency-key': freshKey(),
    };
    const text = JSON.stringify({ amount: 100, currency: 'KGS', ...body });
    const url = `https://switch.test/v1/merchants/${shop.id}/${path}`;
    const answer = await fetch(
      new Request(url, { method: 'POST', headers, body: text }) as Request,
      createExecutionContext(),
    );
    return ((await answer.json()) as { code?: string; status?: string }).code ?? 'paid';
  };
}
const times = (count: number, code: string) => Array<string>(count).fill(code);

describe.each([
  ['codes', 'presented-payments', 'code.unknown', (at: number) => ({ code: String(at).padStart(20, '0') })],
  [
    'passwords',
    'password-payments',
    'password.refused',
    (at: number) => ({ phone: '+996700999999', password: String(at).padStart(6, '0') }),
  ],
] as const)('%s', (_, path, refused, guess) => {
  test('ten wrong ones at once, then one a second', async () => {
    const ask = limitedSwitch();
    const seen: string[] = [];
    for (let at = 0; at < 12; at++) seen.push(await ask(path, guess(at)));
    expect(seen).toEqual([...times(10, refused), ...times(2, 'rate.exceeded')]);
    vi.setSystemTime(Date.now() + 1_000);
    expect([await ask(path, guess(12)), await ask(path, guess(13))]).toEqual([refused, 'rate.exceeded']);
  });
});

test('a key that guessed is not believed with a good code either, another key of the shop is', async () => {
  const ask = limitedSwitch();
  const wallet = { issuer, ...(await newPayer(issuer)) };
  const { code } = await showCode(wallet);
  for (let at = 0; at < 10; at++) await ask('presented-payments', { code: String(at).padStart(20, '0') });
  expect(await ask('presented-payments', { code })).toBe('rate.exceeded');
  const another = await newTill(shop);
  expect(await ask('presented-payments', { code }, another.key)).toBe('paid');
});

test('good ones are counted as none', async () => {
  const ask = limitedSwitch();
  const wallet = { issuer, ...(await newPayer(issuer)) };
  for (let count = 0; count < 15; count++) {
    const { code } = await showCode(wallet);
    expect(await ask('presented-payments', { code })).toBe('paid');
    vi.setSystemTime(Date.now() + 1_000);
  }
});
