/** At a counter: a register that takes what payers show or say, and the wallet it comes from. */
import { directoryOf } from '../../src/directory/index.ts';
import { adminKey, freshKey, get, post, testEnv } from '../support/switch.ts';
import type { Issuer, Payer, Shop } from '../support/town.ts';

export interface Wallet extends Payer {
  issuer: Issuer;
}

export interface Shown {
  code: string;
  qr: string;
  confirm_above: { amount: number; currency: string };
}

export const showCode = async ({ issuer, account }: Wallet): Promise<Shown> => {
  const answer = await post(`/v1/accounts/${account}/codes`, issuer.key, {});
  if (answer.status !== 201) throw new Error(`code: ${JSON.stringify(answer.body)}`);
  return answer.body;
};

export const askPassword = async ({ issuer, account }: Wallet): Promise<string> => {
  const answer = await post(`/v1/accounts/${account}/passwords`, issuer.key, {});
  if (answer.status !== 201) throw new Error(`password: ${JSON.stringify(answer.body)}`);
  return answer.body.password;
};

export const takeCode = (shop: Shop, body: object, key = freshKey(), as = shop.key) =>
  post(
    `/v1/merchants/${shop.id}/presented-payments`,
    as,
    { amount: 5_000, currency: shop.currency, ...body },
    key,
  );

export const takePassword = (shop: Shop, body: object, key = freshKey()) =>
  post(
    `/v1/merchants/${shop.id}/password-payments`,
    shop.key,
    { amount: 5_000, currency: shop.currency, ...body },
    key,
  );

export const balanceOf = async (account: string): Promise<number> =>
  (await get(`/v1/accounts/${account}`, adminKey)).body.balance.amount;

/** The locator of an account, for tests that make codes themselves. */
export const locatorOf = async (account: string): Promise<number> => {
  const presenter = await directoryOf(testEnv.DIRECTORY).presenter(account);
  if (!presenter) throw new Error(`${account} never showed a code`);
  return presenter.locator;
};
