/** An issuer with its payers and some merchants, made over the API before the chaos begins. */
import { apiOf } from '../sandbox/api.ts';
import type { Receiver } from './receiver.ts';

const payerCount = 16;
const merchantCount = 4;
export const openingBalance = 200_000;

export interface Merchant {
  readonly id: string;
  readonly account: string;
  readonly key: string;
  /** Its printed code. */
  readonly qr: string;
}

export interface City {
  readonly issuer: string;
  readonly walletKey: string;
  readonly payers: readonly string[];
  readonly merchants: readonly Merchant[];
}

export async function buildCity(url: string, adminKey: string, receiver: Receiver): Promise<City> {
  const admin = apiOf(url, adminKey);
  const { keys } = await admin.get('/.well-known/jwks.json');
  receiver.trust(keys[0]);
  const tell = async (owner: string) => {
    const address = `http://127.0.0.1:${receiver.port}/callbacks/${owner}`;
    const { secret } = await admin.post('/v1/callback-endpoints', { owner, url: address });
    receiver.secrets.set(owner, secret);
  };
  const issuer = await admin.post('/v1/centre/participants', {
    name: 'Chaos',
    role: 'issuer',
    country: 'KG',
  });
  await tell(issuer.id);
  const { api_key: walletKey } = await admin.post('/v1/centre/keys', { owner: issuer.id });
  const payers: string[] = [];
  for (let payer = 0; payer < payerCount; payer++) {
    const { id } = await admin.post('/v1/centre/accounts', { participant: issuer.id, currency: 'KGS' });
    await admin.post(`/v1/accounts/${id}/top-ups`, { amount: openingBalance, currency: 'KGS' }, id);
    payers.push(id);
  }
  const merchants: Merchant[] = [];
  for (let merchant = 0; merchant < merchantCount; merchant++) {
    const { id } = await admin.post('/v1/centre/merchants', {
      name: `Chaos ${merchant}`,
      city: 'Bishkek',
      category_code: '5411',
      currency: 'KGS',
      stripes: 1 + (merchant % 2),
    });
    await tell(id);
    const { api_key } = await admin.post('/v1/centre/keys', { owner: id, role: 'owner', label: 'chaos' });
    const { account, qr } = await admin.get(`/v1/merchants/${id}`);
    merchants.push({ id, account, key: api_key, qr: qr.payload });
  }
  return { issuer: issuer.id, walletKey, payers, merchants };
}
