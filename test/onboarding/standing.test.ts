/** Suspend and resume, freeze, close and reopen: what still works, what does not, and from when. */
import { beforeAll, describe, expect, test } from 'vitest';
import { ensureFunding, pushFacts } from '../../src/accounts/index.ts';
import { directoryOf } from '../../src/directory/index.ts';
import { newId } from '../../src/kernel/index.ts';
import { ledgerOf } from '../../src/ledger/index.ts';
import { type Answer, adminKey, freshKey, get, migrate, post, testAct, testEnv } from '../support/switch.ts';
import { type Issuer, newIssuer, newOrder, newPayer, newShop, pay } from '../support/town.ts';

let issuer: Issuer;

beforeAll(async () => {
  await migrate();
  issuer = await newIssuer();
});

const stand = (path: string, verb: string, reason = 'suspected fraud') =>
  post(`/v1/centre/${path}/${verb}`, adminKey, { reason });
const said = ({ status, body }: Answer) => `${status} ${body.refusal?.code ?? body.code ?? body.status}`;
const statusOf = async (account: string) => (await get(`/v1/accounts/${account}`, adminKey)).body.status;

describe('an account', () => {
  test('frozen pays nothing; reopened it pays again', async () => {
    const [shop, payer] = [await newShop(), await newPayer(issuer, 1_000)];
    const buy = async () => pay(issuer, payer, { payload: (await newOrder(shop, 100)).qr.payload });
    expect(said(await stand(`accounts/${payer.account}`, 'freeze'))).toBe('200 frozen');
    expect(await statusOf(payer.account)).toBe('frozen');
    expect(said(await buy())).toBe('201 account.frozen');
    expect(said(await stand(`accounts/${payer.account}`, 'reopen'))).toBe('200 active');
    expect(said(await buy())).toBe('201 completed');
  });

  test('is closed when it is empty, and stays as it was when it is not', async () => {
    const payer = await newPayer(issuer, 1_000);
    expect(said(await stand(`accounts/${payer.account}`, 'close'))).toBe('409 account.not_empty');
    expect(await statusOf(payer.account)).toBe('active');
    await stand(`accounts/${payer.account}`, 'freeze');
    expect(said(await stand(`accounts/${payer.account}`, 'close'))).toBe('409 account.not_empty');
    expect(await statusOf(payer.account)).toBe('frozen');
    const empty = await newPayer(issuer, 0);
    expect(said(await stand(`accounts/${empty.account}`, 'close'))).toBe('200 closed');
    const top = { amount: 1, currency: 'KGS' };
    const answer = await post(`/v1/accounts/${empty.account}/top-ups`, adminKey, top, freshKey());
    expect(said(answer)).toBe('201 account.closed');
    expect(said(await stand(`accounts/${empty.account}`, 'reopen'))).toBe('200 active');
  });

  test('of several stripes is closed only when all of them are empty', async () => {
    const shop = await newShop({ stripes: 4 });
    const payer = await newPayer(issuer, 100);
    await pay(issuer, payer, { payload: (await newOrder(shop, 100)).qr.payload });
    expect(said(await stand(`accounts/${shop.account}`, 'close'))).toBe('409 account.not_empty');
    const rich = await newPayer(issuer, 500);
    for (let count = 0; count < 5; count++) {
      const again = await pay(issuer, rich, { payload: (await newOrder(shop, 100)).qr.payload });
      expect(said(again)).toBe('201 completed');
    }
  });

  test('a push that comes late never undoes a newer one', async () => {
    const [directory, ledger] = [directoryOf(testEnv.DIRECTORY), ledgerOf(testEnv.BOOKS)];
    const funding = await ensureFunding(testAct, directory, ledger, 1, issuer.id, 'KGS');
    expect(said(await stand(`accounts/${funding.id}`, 'freeze'))).toBe('200 frozen');
    await pushFacts(directory, ledger, funding);
    await newPayer(issuer, 1).catch((refused) => expect(String(refused)).toMatch(/account\.frozen/));
    expect(await statusOf(funding.id)).toBe('frozen');
    await stand(`accounts/${funding.id}`, 'reopen');
    expect(await newPayer(issuer, 1)).toMatchObject({ account: expect.any(String) });
  });
});

test('what is put back after a refused close is only what nobody changed meanwhile', async () => {
  const directory = directoryOf(testEnv.DIRECTORY);
  const { account } = await newPayer(issuer, 0);
  expect(await directory.changeAccount(testAct, account, { status: 'closed' })).toMatchObject({
    version: 2,
    status: 'closed',
  });
  expect(await directory.changeAccount(testAct, account, { status: 'frozen' })).toMatchObject({ version: 3 });
  expect(await directory.changeAccount(testAct, account, { status: 'active' }, 2)).toBeUndefined();
  expect(await directory.account(account)).toMatchObject({ version: 3, status: 'frozen' });
});

describe('a merchant', () => {
  test.each(['suspended', 'with a frozen account'])('%s is not paid, and nobody is debited', async (how) => {
    const [shop, payer] = [await newShop({ stripes: 2 }), await newPayer(issuer, 1_000)];
    const { payload } = (await newOrder(shop, 100)).qr;
    const suspends = how === 'suspended';
    const path = suspends ? `merchants/${shop.id}` : `accounts/${shop.account}`;
    expect((await stand(path, suspends ? 'suspend' : 'freeze')).status).toBe(200);
    expect((await pay(issuer, payer, { payload })).body).toMatchObject(
      suspends ? { code: 'merchant.inactive' } : { refusal: { code: 'merchant.inactive' } },
    );
    const { balance, held } = (await get(`/v1/accounts/${payer.account}`, issuer.key)).body;
    expect([balance.amount, held.amount]).toEqual([1_000, 0]);
    await stand(path, suspends ? 'resume' : 'reopen');
    expect(said(await pay(issuer, payer, { payload }))).toBe('201 completed');
  });

  test('suspended is refused by its account too, whatever caches say', async () => {
    const shop = await newShop();
    await stand(`merchants/${shop.id}`, 'suspend');
    expect(await statusOf(shop.account)).toBe('frozen');
    // Reopening the account does not resume its merchant; resuming does not thaw what was frozen.
    await stand(`accounts/${shop.account}`, 'reopen');
    expect(await statusOf(shop.account)).toBe('frozen');
    await stand(`accounts/${shop.account}`, 'freeze');
    await stand(`merchants/${shop.id}`, 'resume');
    expect(await statusOf(shop.account)).toBe('frozen');
    await stand(`accounts/${shop.account}`, 'reopen');
    expect(await statusOf(shop.account)).toBe('active');
  });
});

test('a suspended participant’s keys stop, and work again when it is resumed', async () => {
  const other = await newIssuer();
  expect((await get('/v1/accounts', other.key)).status).toBe(200);
  expect(said(await stand(`participants/${other.id}`, 'suspend'))).toBe('200 suspended');
  expect((await get('/v1/accounts', other.key)).status).toBe(401);
  expect(said(await stand(`participants/${other.id}`, 'resume'))).toBe('200 active');
  expect((await get('/v1/accounts', other.key)).status).toBe(200);
});

test('every change is written down with its reason', async () => {
  const shop = await newShop();
  await stand(`merchants/${shop.id}`, 'suspend', 'Документтер жок');
  await stand(`merchants/${shop.id}`, 'resume', 'Документтер келди');
  const { data } = (await get(`/v1/centre/standings?subject=${shop.id}`, adminKey)).body;
  expect(data).toMatchObject([
    { subject: shop.id, status: 'active', reason: 'Документтер келди', operator: 'centre' },
    { subject: shop.id, status: 'suspended', reason: 'Документтер жок' },
  ]);
});

test.each([
  ['accounts', 'freeze', newId('account', 1), 'account.not_found'],
  ['accounts', 'close', newId('account', 1), 'account.not_found'],
  ['merchants', 'suspend', newId('merchant', 1), 'merchant.not_found'],
  ['participants', 'suspend', newId('participant', 1), 'participant.not_found'],
])('%s: %s of what is not there', async (kind, verb, id, code) => {
  expect(said(await stand(`${kind}/${id}`, verb))).toBe(`404 ${code}`);
  expect((await post(`/v1/centre/${kind}/${id}/${verb}`, adminKey, {})).body.violations).toMatchObject([
    { pointer: '/reason' },
  ]);
});
