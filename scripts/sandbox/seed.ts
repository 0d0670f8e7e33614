/**
 * Fills a new sandbox through the switch's own API, and writes `sandbox.json` last, so that a start that
 * was interrupted seeds again. Who was admitted by an unfinished attempt simply stays without log-ins.
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { writeJson } from '../selfhost/files.ts';
import type { SeedContext } from '../selfhost/index.ts';
import { type Api, apiOf } from './api.ts';
import { type Outside, seedPartners } from './partners.ts';
import { acquirer, issuers, merchants, openingBalances, partners, people, staff, waiting } from './town.ts';

/** What `sandbox.json` holds: everything needed to try the switch, in the sandbox only. */
export interface Sandbox {
  url: string;
  /** Where events of every owner are sent, followed by the owner's id. */
  callbacks: string;
  participants: { id: string; role: string; name: string; api_key: string; webhook_secret: string }[];
  accounts: { id: string; participant: string; currency: string; balance: number }[];
  merchants: {
    id: string;
    name: string;
    currency: string;
    api_key: string;
    qr: string;
    webhook_secret: string;
    store: string;
    till: string;
  }[];
  staff: { email: string; role: string; api_key: string; password: string }[];
  /** The first merchant's people, who sign in at `/sign-in`. */
  people: { email: string; role: string; merchant: string; password: string }[];
  /** Absent in sandboxes that are older than it. */
  outside?: Outside;
}

// Where callbacks of the sandbox go until somebody registers an endpoint of their own; the demo listens here.
export const demoReceiver = { hostname: '127.0.0.1', port: 8790 } as const;
const callbackBase = `http://${demoReceiver.hostname}:${demoReceiver.port}/callbacks/`;

export async function seedSandbox({ url, adminKey, stateFolder, log }: SeedContext): Promise<void> {
  const api = apiOf(url, adminKey);
  const sandbox: Sandbox = {
    url,
    callbacks: callbackBase,
    participants: [],
    accounts: [],
    merchants: [],
    staff: [],
    people: [],
  };
  for (const issuer of issuers) await seedIssuer(api, issuer, sandbox);
  await admit(api, sandbox, { ...acquirer, role: 'acquirer' });
  for (const merchant of merchants) await seedMerchant(api, merchant, sandbox);
  await seedWaiting(api);
  const bank = await admit(api, sandbox, { ...partners.issuer, role: 'issuer' });
  const gateway = await admit(api, sandbox, { ...partners.acquirer, role: 'acquirer' });
  const bankKey = sandbox.participants.find(({ id }) => id === bank)?.api_key ?? '';
  sandbox.outside = await seedPartners(api, { id: bank, api: apiOf(url, bankKey) }, gateway);
  for (const person of staff) {
    const { id } = await api.post('/v1/centre/operators', { owner: 'centre', ...person });
    const { api_key } = await api.post('/v1/centre/keys', { owner: id });
    const password = await signInOf(api, id, person.name);
    sandbox.staff.push({ email: person.email, role: person.role, api_key, password });
  }
  const merchant = sandbox.merchants[0]?.id ?? '';
  for (const person of people) {
    const { id } = await api.post('/v1/centre/operators', { owner: merchant, ...person });
    const password = await signInOf(api, id, person.name);
    sandbox.people.push({ email: person.email, role: person.role, merchant, password });
  }
  await writeJson(join(stateFolder, 'sandbox.json'), sandbox);
  log(
    `Sandbox: ${sandbox.participants.length} participants, ${sandbox.accounts.length} accounts, ` +
      `${sandbox.merchants.length} merchants, ${sandbox.staff.length} staff.`,
  );
}

async function admit(
  api: Api,
  sandbox: Sandbox,
  participant: { name: string; country: string; role: string },
) {
  const { id } = await api.post('/v1/centre/participants', participant);
  const { api_key } = await api.post('/v1/centre/keys', { owner: id, label: 'sandbox' });
  const { secret } = await endpointFor(api, id);
  const { name, role } = participant;
  sandbox.participants.push({ id, role, name, api_key, webhook_secret: secret });
  return id;
}

/** A password for somebody, chosen as they would: by the link they were given. */
async function signInOf(api: Api, operator: string, name: string): Promise<string> {
  const { link } = await api.post(`/v1/centre/operators/${operator}/invite`, {});
  const token = String(link).split('/').at(-1);
  const password = randomBytes(9).toString('base64url');
  await api.post(`/v1/invitations/${token}/accept`, { name, password });
  return password;
}

const endpointFor = (api: Api, owner: string) =>
  api.post('/v1/callback-endpoints', {
    owner,
    url: callbackBase + owner,
  });

async function seedIssuer(api: Api, issuer: (typeof issuers)[number], sandbox: Sandbox): Promise<void> {
  const { name, country } = issuer;
  const participant = await admit(api, sandbox, { name, country, role: 'issuer' });
  for (const currency of ['KGS', 'THB'] as const) {
    for (let number = 1; number <= issuer.accounts[currency]; number++) {
      const label = `${name} ${currency} ${number}`;
      const { id } = await api.post('/v1/centre/accounts', { participant, currency, label });
      const balance = openingBalances[currency];
      await api.post(`/v1/accounts/${id}/top-ups`, { amount: balance, currency }, `opening ${id}`);
      sandbox.accounts.push({ id, participant, currency, balance });
    }
  }
}

/** One that staff have to look at before anybody can pay it. */
async function seedWaiting(api: Api): Promise<void> {
  const { categoryCode, ...facts } = waiting;
  await api.post('/v1/centre/merchants', { ...facts, category_code: categoryCode, pending: true });
}

async function seedMerchant(api: Api, seed: (typeof merchants)[number], sandbox: Sandbox): Promise<void> {
  const { categoryCode, ...facts } = seed;
  const { id, name, currency } = await api.post('/v1/centre/merchants', {
    ...facts,
    category_code: categoryCode,
  });
  const stores = `/v1/centre/merchants/${id}/stores`;
  const store = await api.post(stores, { name: `${name} 1` });
  const till = await api.post(`${stores}/${store.id}/tills`, { name: '1' });
  const { api_key } = await api.post('/v1/centre/keys', { owner: id, role: 'owner', label: 'sandbox' });
  const { secret } = await endpointFor(api, id);
  const { qr } = await api.get(`/v1/merchants/${id}`);
  sandbox.merchants.push({
    id,
    name,
    currency,
    api_key,
    qr: qr.payload,
    webhook_secret: secret,
    store: store.id,
    till: till.id,
  });
}
