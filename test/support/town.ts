/** A small town: an issuer with payers, merchants with registers, and the centre's staff, made over the API. */
import { adminKey, freshKey, post } from './switch.ts';

export interface Payer {
  account: string;
}
export interface Shop {
  id: string;
  account: string;
  key: string;
  currency: string;
}
export interface Issuer {
  id: string;
  key: string;
}

async function made(path: string, body: unknown) {
  const answer = await post(path, adminKey, body);
  if (answer.status !== 201) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

export async function newIssuer(name = 'Ala-Too Wallet'): Promise<Issuer> {
  const { id } = await made('/v1/centre/participants', { name, role: 'issuer', country: 'KG' });
  const { api_key: key } = await made('/v1/centre/keys', { owner: id });
  return { id, key };
}

export async function newShop(
  options: {
    name?: string;
    currency?: string;
    country?: string;
    stripes?: number;
    role?: string;
    refundLimit?: number;
  } = {},
): Promise<Shop> {
  const { name = 'Дордой базар', currency = 'KGS', country = 'KG', stripes = 1, role = 'owner' } = options;
  const { refundLimit = 0 } = options;
  const merchant = await made('/v1/centre/merchants', {
    name,
    city: 'Bishkek',
    country,
    category_code: '5411',
    currency,
    stripes,
    refund_limit: refundLimit,
  });
  const { api_key: key } = await made('/v1/centre/keys', { owner: merchant.id, role });
  return { id: merchant.id, account: merchant.account, key, currency };
}

export interface Till {
  readonly till: string;
  readonly store: string;
  /** Of the cashier who works there. */
  readonly key: string;
}

/** A till in a store of its own, or in one there is, with a cashier's key. */
export async function newTill(shop: { readonly id: string }, store?: string): Promise<Till> {
  const stores = `/v1/centre/merchants/${shop.id}/stores`;
  const place = store ?? (await made(stores, { name: 'Ош базары' })).id;
  const { id: till } = await made(`${stores}/${place}/tills`, { name: '1' });
  const { api_key: key } = await made('/v1/centre/keys', { owner: shop.id, role: 'cashier', till });
  return { till, store: place, key };
}

export async function newPayer(issuer: Issuer, minor = 100_000, currency = 'KGS'): Promise<Payer> {
  const { id } = await made('/v1/centre/accounts', { participant: issuer.id, currency });
  if (minor > 0) {
    const top = await post(`/v1/accounts/${id}/top-ups`, adminKey, { amount: minor, currency }, freshKey());
    if (top.body.status !== 'completed') throw new Error(`top-up: ${JSON.stringify(top.body)}`);
  }
  return { account: id };
}

export async function newOrder(shop: Shop, amount: number, more: Record<string, unknown> = {}) {
  const answer = await post(`/v1/merchants/${shop.id}/orders`, shop.key, {
    amount,
    currency: shop.currency,
    ...more,
  });
  if (answer.status !== 201) throw new Error(`order: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

export const pay = (issuer: Issuer, payer: Payer, body: unknown, key = freshKey()) =>
  post(`/v1/accounts/${payer.account}/payments`, issuer.key, body, key);

/** The key of somebody of the centre. */
export async function newStaffKey(role: 'admin' | 'officer' | 'analyst' | 'support'): Promise<string> {
  const email = `${role}-${crypto.randomUUID()}@centre.kg`;
  const { id } = await made('/v1/centre/operators', { email, name: role, role });
  return (await made('/v1/centre/keys', { owner: id })).api_key;
}
