/** Passwords that payers read out beside their phone number: good once, guessed by nobody, telling nobody who is known. */
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { freshKey, migrate, post } from '../support/switch.ts';
import { type Issuer, newIssuer, newPayer, newShop, type Shop } from '../support/town.ts';
import { askPassword, balanceOf, takePassword, type Wallet } from './counter.ts';

let issuer: Issuer;
let shop: Shop;
beforeAll(async () => {
  await migrate();
  issuer = await newIssuer();
  shop = await newShop();
});
afterEach(() => {
  vi.useRealTimers();
});
const later = (ms: number) => vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + ms });

let counter = 0;
const newPhone = () => `+996700${String(++counter).padStart(6, '0')}`;
async function newWallet(phone: string, currency = 'KGS', of = issuer): Promise<Wallet> {
  const wallet = { issuer: of, ...(await newPayer(of, 50_000, currency)) };
  await post(`/v1/accounts/${wallet.account}/holder`, of.key, { phone });
  return wallet;
}
/** Another password than this one, a different one for each `step`. */
const not = (password: string, step = 1) => String((Number(password) + step) % 1_000_000).padStart(6, '0');
const wrongTimes = async (count: number, phone: string, password: string) => {
  for (let step = 1; step <= count; step++)
    await takePassword(shop, { phone, password: not(password, step) });
};

describe('a payer reads out a password', () => {
  test('the register sends it with phone number and amount: the payer is debited', async () => {
    const phone = newPhone();
    const wallet = await newWallet(phone);
    const password = await askPassword(wallet);
    expect(password).toMatch(/^\d{6}$/);
    const written = phone.replace(/(\d{3})(\d{3})(\d{6})$/, ' $1 ($2) $3');
    const paid = await takePassword(shop, { phone: written, password, reference: 'R-9' });
    expect(paid).toMatchObject({
      status: 201,
      body: { status: 'completed', presentation: 'password', account: null, order_reference: 'R-9' },
    });
    expect(JSON.stringify(paid.body)).not.toContain(phone);
    expect(await balanceOf(wallet.account)).toBe(45_000);
  });

  test('it is good once, whichever of two registers comes first', async () => {
    const phone = newPhone();
    const wallet = await newWallet(phone);
    const password = await askPassword(wallet);
    const other = await newShop();
    const answers = await Promise.all([shop, other].map((one) => takePassword(one, { phone, password })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 422]);
    expect((await takePassword(shop, { phone, password })).body).toMatchObject({ code: 'password.refused' });
    expect(await balanceOf(wallet.account)).toBe(45_000);
  });

  test('a register that lost the answer gets it again, also after the password’s time', async () => {
    const phone = newPhone();
    const wallet = await newWallet(phone);
    const body = { phone, password: await askPassword(wallet) };
    const key = freshKey();
    const first = await takePassword(shop, body, key);
    later(3_600_000);
    const again = await takePassword(shop, body, key);
    expect(again).toMatchObject({ status: 200, body: first.body });
    expect(await balanceOf(wallet.account)).toBe(45_000);
  });

  test('of two accounts under one number, that one pays whose password it is', async () => {
    const phone = newPhone();
    const elsewhere = await newIssuer('Another Wallet');
    const [one, other] = [await newWallet(phone), await newWallet(phone, 'KGS', elsewhere)];
    await askPassword(one);
    const paid = await takePassword(shop, { phone, password: await askPassword(other) });
    expect(paid.body).toMatchObject({ status: 'completed', participant: elsewhere.id });
    expect(await balanceOf(one.account)).toBe(50_000);
    expect(await balanceOf(other.account)).toBe(45_000);
  });
});

describe('a register is told the same, whatever is wrong', () => {
  /** What a register sees of an answer, without what differs between any two. */
  const seen = ({ status, body }: { status: number; body: Record<string, unknown> }) => {
    const { request_id: _, ...rest } = body;
    return { status, body: rest };
  };
  let unknown: unknown;
  beforeAll(async () => {
    unknown = seen(await takePassword(shop, { phone: newPhone(), password: '123456' }));
  });

  test('nobody has the number', () => {
    expect(unknown).toMatchObject({ status: 422, body: { code: 'password.refused', actor: 'payer' } });
  });

  test('the password is wrong', async () => {
    const phone = newPhone();
    const password = await askPassword(await newWallet(phone));
    expect(seen(await takePassword(shop, { phone, password: not(password) }))).toEqual(unknown);
  });

  test('none was asked for', async () => {
    const phone = newPhone();
    await newWallet(phone);
    expect(seen(await takePassword(shop, { phone, password: '123456' }))).toEqual(unknown);
  });

  test('a newer one was asked for', async () => {
    const phone = newPhone();
    const wallet = await newWallet(phone);
    const former = await askPassword(wallet);
    const password = await askPassword(wallet);
    if (former !== password)
      expect(seen(await takePassword(shop, { phone, password: former }))).toEqual(unknown);
    expect((await takePassword(shop, { phone, password })).body).toMatchObject({ status: 'completed' });
  });

  test('its three minutes are over', async () => {
    const phone = newPhone();
    const password = await askPassword(await newWallet(phone));
    later(180_000);
    expect(seen(await takePassword(shop, { phone, password }))).toEqual(unknown);
  });

  test('the account is in another currency', async () => {
    const phone = newPhone();
    const password = await askPassword(await newWallet(phone, 'THB'));
    expect(seen(await takePassword(shop, { phone, password }))).toEqual(unknown);
  });

  test('the person was forgotten', async () => {
    const phone = newPhone();
    const wallet = await newWallet(phone);
    const password = await askPassword(wallet);
    await post(`/v1/accounts/${wallet.account}/holder`, issuer.key, {});
    expect(seen(await takePassword(shop, { phone, password }))).toEqual(unknown);
  });

  test('too many wrong ones came before', async () => {
    const phone = newPhone();
    const password = await askPassword(await newWallet(phone));
    await wrongTimes(5, phone, password);
    expect(seen(await takePassword(shop, { phone, password }))).toEqual(unknown);
  });
});

describe('five wrong ones', () => {
  test('are counted from one password to the next', async () => {
    const phone = newPhone();
    const wallet = await newWallet(phone);
    await wrongTimes(4, phone, await askPassword(wallet));
    await wrongTimes(1, phone, await askPassword(wallet));
    const path = `/v1/accounts/${wallet.account}/passwords`;
    expect((await post(path, issuer.key, {})).body).toMatchObject({ code: 'password.locked' });
  });

  test('are forgiven by a right one', async () => {
    const phone = newPhone();
    const wallet = await newWallet(phone);
    const password = await askPassword(wallet);
    await wrongTimes(4, phone, password);
    expect((await takePassword(shop, { phone, password })).body).toMatchObject({ status: 'completed' });
    const next = await askPassword(wallet);
    await wrongTimes(4, phone, next);
    expect((await takePassword(shop, { phone, password: next })).body).toMatchObject({ status: 'completed' });
  });

  test('lock nobody out who asked for none: there is nothing to guess', async () => {
    const phone = newPhone();
    const wallet = await newWallet(phone);
    await wrongTimes(8, phone, '000000');
    expect(await askPassword(wallet)).toMatch(/^\d{6}$/);
  });

  test('sent at once let no sixth guess through', async () => {
    const phone = newPhone();
    const password = await askPassword(await newWallet(phone));
    const guesses = Array.from({ length: 5 }, (_, step) => not(password, step + 1));
    await Promise.all(guesses.map((guess) => takePassword(shop, { phone, password: guess })));
    expect((await takePassword(shop, { phone, password })).body).toMatchObject({ code: 'password.refused' });
  });

  test('lock the account’s passwords for fifteen minutes, at whichever register they were tried', async () => {
    const phone = newPhone();
    const wallet = await newWallet(phone);
    const password = await askPassword(wallet);
    const other = await newShop();
    await wrongTimes(3, phone, password);
    for (const step of [4, 5]) await takePassword(other, { phone, password: not(password, step) });
    expect((await takePassword(shop, { phone, password })).body).toMatchObject({ code: 'password.refused' });
    const path = `/v1/accounts/${wallet.account}/passwords`;
    expect(await post(path, issuer.key, {})).toMatchObject({
      status: 422,
      body: { code: 'password.locked' },
    });
    later(14 * 60_000);
    expect((await post(path, issuer.key, {})).body).toMatchObject({ code: 'password.locked' });
    later(61_000);
    const fresh = await askPassword(wallet);
    expect((await takePassword(shop, { phone, password: fresh })).body).toMatchObject({
      status: 'completed',
    });
  });
});
