/** The audit log: no change without its record, no record without its change, one chain, never changed. */
import { beforeAll, describe, expect, test } from 'vitest';
import { switchOf } from '../../src/app.ts';
import { type AuditRow, directoryOf, logStart, ownAct, recordHash } from '../../src/directory/index.ts';
import storeSource from '../../src/directory/store.ts?raw';
import { newId } from '../../src/kernel/index.ts';
import { approve, collect, newClerk, proposed, reject, withdraw } from '../support/centre.ts';
import {
  csvHeader,
  csvRules,
  days,
  matched,
  newMissing,
  newPartnerFile,
  sendPart,
} from '../support/partner-file.ts';
import { freshEmail, goodPassword, newBusiness, newColleague, signIn } from '../support/people.ts';
import {
  deviceProofOf,
  keysOf,
  newDevice,
  newKeyPair,
  newSigner,
  proofOf,
  signedCall,
} from '../support/signing.ts';
import {
  type Answer,
  adminKey,
  call,
  freshKey,
  get,
  migrate,
  post,
  testEnv,
  until,
} from '../support/switch.ts';
import { newIssuer, newPayer, newShop, newTill, pay } from '../support/town.ts';

const directory = directoryOf(testEnv.DIRECTORY);
beforeAll(migrate);

const send = (name: string, path: string, body?: unknown, key = adminKey): Promise<Answer> =>
  call(name.split(' ')[0] ?? '', path, {
    key,
    ...(body !== undefined && { body }),
    headers: { 'idempotency-key': freshKey() },
  });
const recordsOf = async (request: string) =>
  (await get(`/v1/audit?request=${request}&limit=100`, adminKey)).body.data;
const newest = async () => (await directory.audit.list({}, 1))[0]?.id;
const requestOf = (answer: Answer): string => answer.headers.get('x-request-id') ?? '';

/** A refund above a cashier's limit, asked for by one. */
async function refundRequestOf(merchant: string, owner: string): Promise<string> {
  const issuer = await newIssuer();
  const payer = await newPayer(issuer, 1_000_000);
  const { till, key: cashier } = await newTill({ id: merchant });
  const order = { amount: 900_000, currency: 'KGS', till };
  const { qr } = (await post(`/v1/merchants/${merchant}/orders`, owner, order)).body;
  const payment = (await pay(issuer, payer, { payload: qr.payload })).body.id;
  const path = `/v1/merchants/${merchant}/payments/${payment}/refunds`;
  return (await post(path, cashier, { amount: 600_000 }, freshKey())).body.id;
}

describe('everything that changes something besides money writes a record', () => {
  const made = async (path: string, body: unknown) => (await post(path, adminKey, body)).body;
  const why = { reason: 'a test' };
  const daily = { every: 'day', at: '06:30', time_zone: 'Asia/Bishkek' };
  const aSchedule = { name: 'Tills', report: 'tills', format: 'csv', ...daily };
  const shopAndStore = async () => {
    const shop = await newShop();
    const path = `/v1/centre/merchants/${shop.id}/stores`;
    return { shop, path, store: (await made(path, { name: 'S' })).id as string };
  };
  const keyPairOf = async (participant: string) => {
    const pair = await newKeyPair();
    return { public_key: pair.publicKey, proof: await proofOf(pair, participant) };
  };
  const merchantWish = { name: 'M', city: 'Osh', category_code: '5411', currency: 'KGS' };
  const target = { url: 'https://receiver.example/' };

  // So large that it hinders nobody.
  const aLimit = {
    rule: { scope: 'account', currency: 'KGS', direction: 'out', measure: 'amount', threshold: 2 ** 50 },
    reason: 'a test',
  };

  /** A request to each route that goes through. A route without a row here fails below. */
  const examples: Record<string, (name: string) => Promise<Answer>> = {
    'POST /v1/accounts': async (name) => {
      const { key } = await newIssuer();
      return send(name, '/v1/accounts', { currency: 'KGS' }, key);
    },
    'POST /v1/accounts/{account}/holder': async (name) => {
      const issuer = await newIssuer();
      const { account } = await newPayer(issuer, 0);
      return send(name, `/v1/accounts/${account}/holder`, { name: 'N' }, issuer.key);
    },
    'DELETE /v1/accounts/{account}/holder': async (name) => {
      const issuer = await newIssuer();
      const { account } = await newPayer(issuer, 0);
      await post(`/v1/accounts/${account}/holder`, issuer.key, { name: 'N' });
      return send(name, `/v1/accounts/${account}/holder`);
    },
    'POST /v1/accounts/{account}/device-keys': async (name) => {
      const issuer = await newIssuer();
      const { account } = await newPayer(issuer, 0);
      const pair = await newKeyPair();
      const wish = { public_key: pair.publicKey, proof: await deviceProofOf(pair, account) };
      return send(name, `/v1/accounts/${account}/device-keys`, wish, issuer.key);
    },
    'DELETE /v1/accounts/{account}/device-keys/{deviceKey}': async (name) => {
      const issuer = await newIssuer();
      const { account } = await newPayer(issuer, 0);
      const { id } = await newDevice(account, issuer.key);
      return send(name, `/v1/accounts/${account}/device-keys/${id}`);
    },
    'POST /v1/accounts/{account}/top-ups': async (name) => {
      const { account } = await newPayer(await newIssuer(), 0);
      return send(name, `/v1/accounts/${account}/top-ups`, { amount: 1, currency: 'KGS' });
    },
    'POST /v1/centre/participants': (name) =>
      send(name, '/v1/centre/participants', { name: 'P', role: 'issuer', country: 'KG' }),
    'POST /v1/centre/accounts': async (name) => {
      const { id } = await newIssuer();
      return send(name, '/v1/centre/accounts', { participant: id, currency: 'KGS' });
    },
    'POST /v1/centre/merchants': (name) => send(name, '/v1/centre/merchants', merchantWish),
    'POST /v1/centre/merchants/{merchant}/stores': async (name) =>
      send(name, `/v1/centre/merchants/${(await newShop()).id}/stores`, { name: 'S' }),
    'POST /v1/centre/merchants/{merchant}/stores/{store}/tills': async (name) => {
      const { path, store } = await shopAndStore();
      return send(name, `${path}/${store}/tills`, { name: '1' });
    },
    'POST /v1/centre/merchants/{merchant}/stripes': async (name) =>
      send(name, `/v1/centre/merchants/${(await newShop()).id}/stripes`, { stripes: 2, ...why }),
    'POST /v1/merchants/{merchant}/code-signing': async (name) => {
      const { id, key } = await newShop();
      return send(name, `/v1/merchants/${id}/code-signing`, { signed_codes: false }, key);
    },
    'POST /v1/merchants/{merchant}/codes': async (name) => {
      const { id, key } = await newShop();
      return send(name, `/v1/merchants/${id}/codes`, { name: 'C' }, key);
    },
    ...Object.fromEntries(
      [
        ['', { name: 'D' }],
        ['/pause', {}],
        ['/resume', {}],
        ['/revoke', { reason: 'lost' }],
      ].map(([verb, body]) => [
        `POST /v1/merchants/{merchant}/codes/{code}${verb}`,
        async (name: string) => {
          const { id, key } = await newShop();
          const { id: code } = await made(`/v1/merchants/${id}/codes`, { name: 'C' });
          return send(name, `/v1/merchants/${id}/codes/${code}${verb}`, body, key);
        },
      ]),
    ),
    'POST /v1/centre/merchants/{merchant}': async (name) =>
      send(name, `/v1/centre/merchants/${(await newShop()).id}`, { city: 'Osh', ...why }),
    'POST /v1/centre/merchants/{merchant}/stores/{store}': async (name) => {
      const { path, store } = await shopAndStore();
      return send(name, `${path}/${store}`, { name: 'Other', ...why });
    },
    'POST /v1/centre/merchants/{merchant}/tills/{till}': async (name) => {
      const { path, store } = await shopAndStore();
      const { id } = await made(`${path}/${store}/tills`, { name: '1' });
      return send(name, `${path.replace(/stores$/, 'tills')}/${id}`, { name: '2', ...why });
    },
    'POST /v1/centre/participants/{participant}': async (name) =>
      send(name, `/v1/centre/participants/${(await newIssuer()).id}`, { name: 'Other', ...why }),
    'POST /v1/centre/operators/{operator}': async (name) => {
      const person = { email: `${crypto.randomUUID()}@x.kg`, name: 'N', role: 'analyst' };
      const { id } = await made('/v1/centre/operators', person);
      return send(name, `/v1/centre/operators/${id}`, { role: 'support', ...why });
    },
    'POST /v1/centre/connections': async (name) =>
      send(name, '/v1/centre/connections', { participant: (await newIssuer()).id, adapter: 'sandbox' }),
    'POST /v1/centre/connections/{connection}': async (name) => {
      const wish = { participant: (await newIssuer()).id, adapter: 'sandbox' };
      const { id } = await made('/v1/centre/connections', wish);
      return send(name, `/v1/centre/connections/${id}`, { status: 'disabled' });
    },
    'POST /v1/centre/connections/{connection}/test': async (name) => {
      const wish = { participant: (await newIssuer()).id, adapter: 'sandbox' };
      const { id } = await made('/v1/centre/connections', wish);
      return send(name, `/v1/centre/connections/${id}/test`, {});
    },
    'POST /v1/centre/positions': async (name) =>
      send(name, '/v1/centre/positions', { participant: (await newIssuer()).id, currency: 'KGS' }),
    'POST /v1/centre/positions/{account}': async (name) => {
      const wish = { participant: (await newIssuer()).id, currency: 'KGS' };
      const { account } = await made('/v1/centre/positions', wish);
      return send(name, `/v1/centre/positions/${account}`, { cap: 5 });
    },
    'POST /v1/centre/routing': async (name) => {
      const { version } = (await get('/v1/centre/routing', adminKey)).body;
      return send(name, '/v1/centre/routing', { based_on: version, payers: [], merchants: [], ...why });
    },
    'POST /v1/centre/routing/dry-run': (name) =>
      send(name, '/v1/centre/routing/dry-run', { merchant: { profile: 'khqr' } }),
    'POST /v1/centre/operators': (name) =>
      send(name, '/v1/centre/operators', {
        email: `${crypto.randomUUID()}@x.kg`,
        name: 'N',
        role: 'analyst',
      }),
    'POST /v1/centre/keys': async (name) =>
      send(name, '/v1/centre/keys', { owner: (await newShop()).id, role: 'owner' }),
    'DELETE /v1/centre/keys/{key}': async (name) => {
      const { id } = await made('/v1/centre/keys', { owner: (await newShop()).id, role: 'owner' });
      return send(name, `/v1/centre/keys/${id}`);
    },
    ...Object.fromEntries(
      ['freeze', 'close', 'reopen'].map((verb) => [
        `POST /v1/centre/accounts/{account}/${verb}`,
        async (name: string) => {
          const { account } = await newPayer(await newIssuer(), 0);
          return send(name, `/v1/centre/accounts/${account}/${verb}`, why);
        },
      ]),
    ),
    ...Object.fromEntries(
      ['suspend', 'resume', 'close'].flatMap((verb) => [
        [
          `POST /v1/centre/merchants/{merchant}/${verb}`,
          async (name: string) => send(name, `/v1/centre/merchants/${(await newShop()).id}/${verb}`, why),
        ],
        [
          `POST /v1/centre/participants/{participant}/${verb}`,
          async (name: string) =>
            send(name, `/v1/centre/participants/${(await newIssuer()).id}/${verb}`, why),
        ],
      ]),
    ),
    'POST /v1/centre/merchants/{merchant}/activate': async (name) => {
      const { id } = await newShop();
      await testEnv.DIRECTORY.prepare(`UPDATE merchant SET status = 'pending' WHERE id = ?`).bind(id).run();
      return send(name, `/v1/centre/merchants/${id}/activate`, why);
    },
    ...Object.fromEntries(
      Object.entries({ approve, reject, withdraw, collect }).map(([verb, decide]) => [
        `POST /v1/centre/approvals/{approval}/${verb}`,
        async () => {
          const [maker, checker] = [await newClerk(), await newClerk()];
          const id = await proposed(maker, '/v1/centre/keys', { owner: (await newIssuer()).id });
          if (verb === 'collect') await approve(checker, id);
          return decide(verb === 'withdraw' || verb === 'collect' ? maker : checker, id);
        },
      ]),
    ),
    'POST /v1/centre/participants/{participant}/rate': async (name) =>
      send(name, `/v1/centre/participants/${(await newIssuer()).id}/rate`, { requests_per_second: 5 }),
    'POST /v1/centre/participants/{participant}/wallet-link': async (name) =>
      send(name, `/v1/centre/participants/${(await newIssuer()).id}/wallet-link`, {
        wallet_link: 'mbank://pay?qr={payload}',
      }),
    'POST /v1/centre/limit-rules': (name) => send(name, '/v1/centre/limit-rules', aLimit),
    'POST /v1/centre/limit-rules/dry-run': (name) =>
      send(name, '/v1/centre/limit-rules/dry-run', { rule: aLimit.rule }),
    ...Object.fromEntries(
      ['change', 'retire'].map((verb) => [
        `POST /v1/centre/limit-rules/{limitRule}/${verb}`,
        async (name: string) => {
          const { id } = await made('/v1/centre/limit-rules', aLimit);
          return send(name, `/v1/centre/limit-rules/${id}/${verb}`, { version: 1, reason: 'a test' });
        },
      ]),
    ),
    'POST /v1/centre/reports/rebuild': (name) => send(name, '/v1/centre/reports/rebuild', {}),
    'POST /v1/centre/report-schedules': (name) => send(name, '/v1/centre/report-schedules', aSchedule),
    ...Object.fromEntries(
      ['/pause', '/resume', '/run', ''].map((verb) => [
        `${verb === '' ? 'DELETE' : 'POST'} /v1/centre/report-schedules/{reportSchedule}${verb}`,
        async (name: string) => {
          const { id } = await made('/v1/centre/report-schedules', aSchedule);
          return send(name, `/v1/centre/report-schedules/${id}${verb}`, verb === '' ? undefined : {});
        },
      ]),
    ),
    'POST /v1/centre/report-jobs': (name) =>
      send(name, '/v1/centre/report-jobs', { report: 'tills', format: 'csv' }),
    'POST /v1/centre/report-jobs/{reportJob}/cancel': async (name) => {
      const { id } = await made('/v1/centre/report-jobs', { report: 'tills', format: 'csv' });
      return send(name, `/v1/centre/report-jobs/${id}/cancel`, {});
    },
    'POST /v1/centre/reconciliations': (name) => send(name, '/v1/centre/reconciliations', {}),
    'POST /v1/centre/participants/{participant}/file-formats': async (name) => {
      const { id } = await newIssuer();
      const wish = { name: 'daily', rules: csvRules };
      return send(name, `/v1/centre/participants/${id}/file-formats`, wish);
    },
    'POST /v1/centre/business-days/{date}/close': (name) =>
      until(
        () => send(name, '/v1/centre/business-days/2026-01-01/close', {}),
        ({ body }) => body.code !== 'reports.behind',
      ),
    'POST /v1/centre/business-days/{date}/reopen': async (name) => {
      const person = { email: freshEmail(), name: 'N', role: 'officer' };
      const { id: owner } = await made('/v1/centre/operators', person);
      const { api_key: key } = await made('/v1/centre/keys', { owner });
      await until(
        () => post('/v1/centre/business-days/2026-01-02/close', key, {}),
        ({ status }) => status === 200,
      );
      return send(name, '/v1/centre/business-days/2026-01-02/reopen', why);
    },
    'POST /v1/centre/file-formats/try': (name) =>
      send(name, '/v1/centre/file-formats/try', { rules: csvRules, sample: csvHeader }),
    'POST /v1/centre/partner-files': async (name) => {
      const { id: participant } = await newIssuer();
      const { format } = await newPartnerFile(participant);
      return send(name, '/v1/centre/partner-files', { participant, format, name: 'x', ...days });
    },
    'POST /v1/centre/partner-files/{partnerFile}/parts/{part}': async () =>
      sendPart((await newPartnerFile((await newIssuer()).id)).file, 1, csvHeader),
    'POST /v1/centre/partner-files/{partnerFile}/match': async () => matched((await newMissing()).file),
    ...Object.fromEntries(
      Object.entries({
        comment: { text: 'a test' },
        resolve: { reason: 'a test' },
        propose: { reason: 'a test' },
        approve: { reason: 'a test' },
        decline: { reason: 'a test' },
      }).map(([verb, body]) => [
        `POST /v1/centre/differences/{difference}/${verb}`,
        async (name: string) => {
          const path = `/v1/centre/differences/${(await newMissing()).difference}`;
          const person = { email: freshEmail(), name: 'N', role: 'officer' };
          const { id: owner } = await made('/v1/centre/operators', person);
          const { api_key: key } = await made('/v1/centre/keys', { owner });
          if (verb === 'approve' || verb === 'decline') await post(`${path}/propose`, adminKey, body);
          return send(name, `${path}/${verb}`, body, key);
        },
      ]),
    ),
    'POST /v1/participants/{participant}/signing-keys': async (name) => {
      const { id, key } = await newIssuer();
      return send(name, keysOf(id), await keyPairOf(id), key);
    },
    'POST /v1/participants/{participant}/signing-keys/{signingKey}/expire': async (name) => {
      const { id, key } = await newIssuer();
      const { keyId } = await newSigner(id);
      return send(name, `${keysOf(id)}/${keyId}/expire`, { not_after: '2099-01-01T00:00:00.000Z' }, key);
    },
    'DELETE /v1/participants/{participant}/signing-keys/{signingKey}': async (name) => {
      const { id, key } = await newIssuer();
      return send(name, `${keysOf(id)}/${(await newSigner(id)).keyId}`, undefined, key);
    },
    'POST /v1/participants/{participant}/trust': async (name) => {
      const { id, key } = await newIssuer();
      return send(name, `/v1/participants/${id}/trust`, { certificates: [] }, key);
    },
    'POST /v1/accounts/{account}/presented-settings': async (name) => {
      const payerOf = await newIssuer();
      const { account } = await newPayer(payerOf, 0);
      return send(name, `/v1/accounts/${account}/presented-settings`, { confirm_above: 5_000 }, payerOf.key);
    },
    'POST /v1/merchants/{merchant}': async (name) => {
      const { id, key } = await newShop();
      return send(name, `/v1/merchants/${id}`, { city: 'Osh' }, key);
    },
    'POST /v1/merchants/{merchant}/stores': async (name) => {
      const { id, key } = await newShop();
      return send(name, `/v1/merchants/${id}/stores`, { name: 'S' }, key);
    },
    'POST /v1/merchants/{merchant}/stores/{store}/tills': async (name) => {
      const { id, key } = await newShop();
      const store = (await post(`/v1/merchants/${id}/stores`, key, { name: 'S' })).body.id;
      return send(name, `/v1/merchants/${id}/stores/${store}/tills`, { name: '1' }, key);
    },
    'POST /v1/merchants/{merchant}/keys': async (name) => {
      const { id, key } = await newShop();
      return send(name, `/v1/merchants/${id}/keys`, { role: 'manager' }, key);
    },
    'DELETE /v1/merchants/{merchant}/keys/{key}': async (name) => {
      const { id, key } = await newShop();
      const made = (await post(`/v1/merchants/${id}/keys`, key, { role: 'manager' })).body.id;
      return send(name, `/v1/merchants/${id}/keys/${made}`, undefined, key);
    },
    'POST /v1/centre/payments/{payment}/refunds': async (name) => {
      const [issuer, shop] = [await newIssuer(), await newShop()];
      const { payload } = (await get(`/v1/merchants/${shop.id}`, shop.key)).body.qr;
      const paid = await pay(issuer, await newPayer(issuer), { payload, amount: 100 });
      const path = `/v1/centre/payments/${paid.body.id}`;
      await until(
        () => get(path, adminKey),
        ({ status }) => status === 200,
      );
      return send(name, `${path}/refunds`, why);
    },
    ...Object.fromEntries(
      ['approve', 'decline'].map((verb) => [
        `POST /v1/merchants/{merchant}/refund-requests/{refundRequest}/${verb}`,
        async (name: string) => {
          const { id, key } = await newShop();
          const request = await refundRequestOf(id, key);
          return send(name, `/v1/merchants/${id}/refund-requests/${request}/${verb}`, {}, key);
        },
      ]),
    ),
    'POST /v1/callback-endpoints': async (name) =>
      send(name, '/v1/callback-endpoints', target, (await newShop()).key),
    ...Object.fromEntries(
      [
        ['', { types: ['order.paid'] }],
        ['/pause', {}],
        ['/resume', {}],
        ['/rotate-secret', {}],
        ['/ping', {}],
        ['/explain-signature', { headers: {} }],
      ].map(([verb, body]) => [
        `POST /v1/callback-endpoints/{endpoint}${verb}`,
        async (name: string) => {
          const { id } = (await post('/v1/callback-endpoints', (await newShop()).key, target)).body;
          return send(name, `/v1/callback-endpoints/${id}${verb}`, body);
        },
      ]),
    ),
    'POST /v1/events/{event}/resend': async (name) => {
      const { id: owner, key } = await newShop();
      const { id } = (await post('/v1/callback-endpoints', key, target)).body;
      const { event } = await made(`/v1/callback-endpoints/${id}/ping`, {});
      return send(name, `/v1/events/${event}/resend`, { owner, endpoint: id });
    },
    'POST /v1/callback-resends': async (name) => {
      const owner = (await newShop()).id;
      return send(name, '/v1/callback-resends', { owner, since: '2026-11-21T00:00:00.000Z' });
    },
    'POST /v1/callback-deliveries/retry': (name) => send(name, '/v1/callback-deliveries/retry', {}),
    'POST /v1/registrations': (name) =>
      send(name, '/v1/registrations', {
        ...{ business: 'B', city: 'Osh', category_code: '5812' },
        ...{ email: freshEmail(), password: goodPassword },
      }),
    'POST /v1/sessions': async () => signIn((await newBusiness()).email, goodPassword),
    'DELETE /v1/sessions/current': async () => (await newBusiness()).owner.delete('/v1/sessions/current'),
    'DELETE /v1/sessions': async () => (await newBusiness()).owner.delete('/v1/sessions'),
    'DELETE /v1/sessions/{session}': async () => {
      const { owner, email } = await newBusiness();
      const { id } = (await signIn(email, goodPassword)).body;
      return owner.delete(`/v1/sessions/${id}`);
    },
    'POST /v1/me/password': async () =>
      (await newBusiness()).owner.post('/v1/me/password', {
        current: goodPassword,
        password: 'eight noisy yurts',
      }),
    'POST /v1/merchants/{merchant}/invitations': async () => (await newColleague()).invited,
    ...Object.fromEntries(
      ['', '/suspend', '/resume', '/invite'].map((verb) => [
        `POST /v1/merchants/{merchant}/staff/{operator}${verb}`,
        async () => {
          const { owner, path } = await newColleague();
          return owner.post(`${path}${verb}`, verb === '' ? { role: 'manager' } : {});
        },
      ]),
    ),
    'POST /v1/invitations/{invitation}/accept': async (name) => {
      const { token } = await newColleague();
      const body = { name: 'N', password: goodPassword };
      return send(name, `/v1/invitations/${token}/accept`, body);
    },
    ...Object.fromEntries(
      ['invite', 'suspend', 'resume'].map((verb) => [
        `POST /v1/centre/operators/{operator}/${verb}`,
        async (name: string) => {
          const wish = { email: freshEmail(), name: 'N', role: 'analyst' };
          const { id } = await made('/v1/centre/operators', wish);
          return send(name, `/v1/centre/operators/${id}/${verb}`);
        },
      ]),
    ),
    'DELETE /v1/callback-endpoints/{endpoint}': async (name) => {
      const { key } = await newShop();
      const { id } = (await post('/v1/callback-endpoints', key, target)).body;
      return send(name, `/v1/callback-endpoints/${id}`, undefined, key);
    },
  };

  // Passkeys need a device: test/e2e looks for their record. What a device is to sign changes nothing.
  const withDevice = [
    'POST /v1/me/passkeys/options',
    'POST /v1/me/passkeys',
    'DELETE /v1/me/passkeys/{passkey}',
    'POST /v1/sessions/passkey-options',
    'POST /v1/sessions/passkey',
  ];
  // Money and codes: their record is the accounts' own entries and claims, which name the caller.
  const elsewhere = [
    // Changes nothing; who looked for people is in the log without what was looked for: test/search.
    'POST /v1/centre/search',
    'POST /v1/scans',
    'POST /v1/accounts/{account}/payments',
    'POST /v1/accounts/{account}/codes',
    'POST /v1/accounts/{account}/passwords',
    'POST /v1/accounts/{account}/payments/{payment}/confirm',
    'POST /v1/accounts/{account}/payments/{payment}/cancel',
    'POST /v1/merchants/{merchant}/orders',
    'POST /v1/merchants/{merchant}/codes/{code}/order',
    'DELETE /v1/merchants/{merchant}/codes/{code}/order',
    'POST /v1/merchants/{merchant}/presented-payments',
    'POST /v1/merchants/{merchant}/password-payments',
    'POST /v1/merchants/{merchant}/orders/{order}/cancel',
    'POST /v1/merchants/{merchant}/payments/{payment}/refunds',
    // A merchant's files say themselves who asked for them.
    'POST /v1/merchants/{merchant}/report-jobs',
    'POST /v1/merchants/{merchant}/report-jobs/{reportJob}/cancel',
  ];
  // What waits for people, whose records are under the id of what they decide: test/work and test/alerts look for them.
  const decided = [
    'POST /v1/centre/work/transfers/{transfer}/ask',
    'POST /v1/centre/work/transfers/{transfer}/decide',
    'POST /v1/centre/work/callbacks/{event}/{endpoint}/send',
    'POST /v1/centre/work/callbacks/{event}/{endpoint}/drop',
    'POST /v1/centre/work/dead-letters/{deadLetter}/retry',
    'POST /v1/centre/work/dead-letters/{deadLetter}/resolve',
    'POST /v1/centre/alerts/{alert}/acknowledge',
  ];
  const changing = switchOf(testEnv)
    .endpoints.filter(({ method }) => method !== 'get')
    .map(({ method, path }) => `${method.toUpperCase()} ${path}`);

  test('every route that changes something is in one of the lists', () => {
    expect([...Object.keys(examples), ...elsewhere, ...withDevice, ...decided].sort()).toEqual(
      [...changing].sort(),
    );
  });

  test.each(Object.keys(examples))('%s', async (name) => {
    const answer = await examples[name]!(name);
    expect([200, 201]).toContain(answer.status);
    const records = await recordsOf(requestOf(answer));
    expect(records.length).toBeGreaterThan(0);
    for (const record of records) {
      expect(record).toMatchObject({
        action: name,
        actor: expect.stringMatching(/^(?:centre|par_\w+|mch_\w+|opr_\w+)$/),
        key: expect.stringMatching(/^(?:admin|key_\w+|ses_\w+|inv_\w+|registration)$/),
      });
    }
  });

  test('staff who pay money in for others are in it, whoever else is not', async () => {
    const issuer = await newIssuer();
    const { account } = await newPayer(issuer, 0);
    const path = `/v1/accounts/${account}/top-ups`;
    const answer = await send('POST', path, { amount: 7, currency: 'KGS' });
    const [opened, asked] = await recordsOf(requestOf(answer));
    expect(asked).toMatchObject({ kind: 'request', subject: path, after: { amount: 7, currency: 'KGS' } });
    expect(opened).toMatchObject({ kind: 'account', after: { kind: 'funding', owner: issuer.id } });
    const own = await send('POST', path, { amount: 7, currency: 'KGS' }, issuer.key);
    expect(own.status).toBe(201);
    expect(await recordsOf(requestOf(own))).toEqual([]);
  });

  test('the directory writes nowhere but through the log, three notes of its own aside', () => {
    const writes = storeSource.match(/\bdb\s*\.(?:insert|update|delete|run|batch)\(/g) ?? [];
    // How an endpoint does, why something whose change has its record was changed, and personal data sealed again.
    const found = writes.map((write) => write.replaceAll(/\s/g, ''));
    expect(found.sort()).toEqual(['db.insert(', 'db.update(', 'db.update(']);
  });
});

describe('a record', () => {
  test('says what it was before and after, by whom, on which request, and why', async () => {
    const person = (
      await post('/v1/centre/operators', adminKey, {
        email: `${freshKey()}@x.kg`,
        name: 'N',
        role: 'officer',
      })
    ).body;
    const { id: keyId, api_key: key } = (await post('/v1/centre/keys', adminKey, { owner: person.id })).body;
    const issuer = await newIssuer('Before');
    const path = `/v1/centre/participants/${issuer.id}/suspend`;
    const answer = await post(path, key, { reason: 'lost its licence' });
    const [record] = (await get(`/v1/audit?subject=${issuer.id}`, adminKey)).body.data;
    expect(record).toEqual({
      approved_by: null,
      id: expect.stringMatching(/^aud_/),
      sequence: expect.any(Number),
      at: expect.any(String),
      actor: person.id,
      role: 'staff:officer',
      key: keyId,
      action: 'POST /v1/centre/participants/{participant}/suspend',
      request: requestOf(answer),
      reason: 'lost its licence',
      kind: 'participant',
      subject: issuer.id,
      before: expect.objectContaining({ id: issuer.id, name: 'Before', status: 'active', certificates: [] }),
      after: expect.objectContaining({ id: issuer.id, name: 'Before', status: 'suspended' }),
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  test('of what was made has no before, and no secret', async () => {
    const shop = await newShop();
    const [made] = (await get(`/v1/centre/keys?owner=${shop.id}`, adminKey)).body.data;
    const [record] = (await get(`/v1/audit?subject=${made.id}`, adminKey)).body.data;
    expect(record).toMatchObject({ kind: 'api_key', before: null, after: { id: made.id, owner: shop.id } });
    expect(record.after).not.toHaveProperty('hash');
    const { body: endpoint } = await post('/v1/callback-endpoints', shop.key, { url: 'https://a.example/' });
    const all = await testEnv.DIRECTORY.prepare('SELECT * FROM audit').all();
    const text = JSON.stringify(all.results);
    expect(text).toContain(endpoint.id);
    for (const secret of [shop.key, endpoint.secret, 'sealed_secret']) expect(text).not.toContain(secret);
    const hashes = await testEnv.DIRECTORY.prepare('SELECT hash FROM api_key').all<{ hash: string }>();
    for (const { hash } of hashes.results) expect(text).not.toContain(hash);
  });

  test('by a participant that signs names its signing key', async () => {
    const { id } = await newIssuer();
    const signer = await newSigner(id);
    const answer = await signedCall(signer, 'POST', '/v1/accounts', { body: { currency: 'KGS' } });
    expect(await recordsOf(requestOf(answer))).toMatchObject([
      { actor: id, role: 'issuer', key: signer.keyId },
    ]);
  });

  test('is not written for what is refused', async () => {
    const before = await newest();
    const refusals = [
      await post('/v1/centre/keys', adminKey, { owner: newId('participant', Date.now()) }),
      await post(`/v1/centre/merchants/${newId('merchant', Date.now())}/suspend`, adminKey, { reason: 'r' }),
      await post('/v1/centre/participants', adminKey, { name: '' }),
      await call('DELETE', `/v1/centre/keys/${newId('key', Date.now())}`, { key: adminKey }),
    ];
    expect(refusals.map(({ status }) => status)).toEqual([404, 404, 422, 404]);
    expect(await newest()).toBe(before);
  });

  test('is not there when its change fails', async () => {
    const account = (await directory.account((await newShop()).account))!;
    const before = await newest();
    // A change of another version changes nothing.
    expect(
      await directory.changeAccount(ownAct('a test'), account.id, {}, account.version + 7),
    ).toBeUndefined();
    // One that breaks a rule of the table takes its record with it.
    const broken = directory.changeAccount(ownAct('a test'), account.id, { status: null as never });
    await expect(broken).rejects.toThrow();
    // A row that is there already is not made again.
    expect(await directory.add(ownAct('a test'), directory.tables.accounts, account)).toBe(false);
    expect(await newest()).toBe(before);
  });
});

describe('the chain', () => {
  const whole = async (): Promise<AuditRow[]> => {
    const rows: AuditRow[] = [];
    for (;;) {
      const page = await directory.audit.after(rows.at(-1)?.seq ?? 0, 100);
      if (page.length === 0) return rows;
      rows.push(...page);
    }
  };

  test('is one, however many write and seal at once', async () => {
    const issuers = await Promise.all(Array.from({ length: 12 }, () => newIssuer()));
    await Promise.all([
      ...issuers.map(({ id }) => post(`/v1/centre/participants/${id}/suspend`, adminKey, { reason: 'r' })),
      ...Array.from({ length: 6 }, () => directory.audit.seal()),
    ]);
    await Promise.all(Array.from({ length: 4 }, () => directory.audit.seal()));
    const rows = await whole();
    expect(rows.map(({ seq }) => seq)).toEqual(rows.map((_, index) => index + 1));
    let hash = logStart;
    for (const row of rows) {
      hash = await recordHash(hash, row);
      expect(row.hash).toBe(hash);
    }
    const suspended = rows.filter(({ subject, reason }) => reason === 'r' && subject.startsWith('par_'));
    expect(new Set(suspended.map(({ subject }) => subject)).size).toBe(12);
  });

  test('can be worked out by anybody from what the API shows', async () => {
    const [newer, older] = (await get('/v1/audit?limit=2', adminKey)).body.data;
    const { sequence, id, at, actor, role, key, action, request, reason, kind, subject } = newer;
    const text = (value: unknown) => (value === null ? null : JSON.stringify(value));
    const fields = [sequence, id, Date.parse(at), actor, role, key, action, request, reason, kind, subject];
    const list = JSON.stringify([...fields, text(newer.before), text(newer.after)]);
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(`${older.hash}\n${list}`));
    const hex = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    expect(newer.hash).toBe(hex);
  });

  test.each([
    ['changed', "UPDATE audit SET actor = 'nobody' WHERE seq = 1"],
    ['sealed again', "UPDATE audit SET hash = 'x' WHERE seq = 1"],
    ['deleted', 'DELETE FROM audit WHERE seq = 1'],
  ])('is not %s by a query', async (_, query) => {
    await directory.audit.seal();
    await expect(testEnv.DIRECTORY.prepare(query).run()).rejects.toThrow(/never (?:changed|deleted)/);
  });
});

describe('reading it', () => {
  test('goes page by page, newest first, by actor, subject and time', async () => {
    const { id, key } = await newIssuer();
    for (let index = 0; index < 5; index++) await post('/v1/accounts', key, { currency: 'KGS' });
    const seen: number[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const path: string = `/v1/audit?actor=${id}&limit=2${cursor && `&cursor=${cursor}`}`;
      const { body }: Answer = await get(path, adminKey);
      seen.push(...body.data.map(({ sequence }: { sequence: number }) => sequence));
      cursor = body.next_cursor;
    }
    expect(seen).toHaveLength(5);
    expect(seen).toEqual([...seen].sort((left, right) => right - left));
    const future = (await get(`/v1/audit?actor=${id}&created[gte]=2999-01-01T00:00:00.000Z`, adminKey)).body;
    expect(future.data).toEqual([]);
    const past = (await get(`/v1/audit?actor=${id}&created[lt]=2999-01-01T00:00:00.000Z`, adminKey)).body;
    expect(past.data).toHaveLength(5);
  });

  test('is for staff, and a cursor of another list leads nowhere', async () => {
    const { key } = await newIssuer();
    expect((await get('/v1/audit', key)).status).toBe(403);
    const foreign = btoa(newId('participant', Date.now())).replaceAll('=', '');
    expect((await get(`/v1/audit?cursor=${foreign}`, adminKey)).body).toEqual({
      data: [],
      next_cursor: null,
    });
  });

  test('a request that says too much is cut', async () => {
    const act = { ...ownAct('a test'), request: freshKey() };
    await directory.audit.record(act, 'something', { text: 'x'.repeat(5_000) });
    const [record] = await recordsOf(act.request);
    expect(record.after.cut).toHaveLength(2_000);
  });
});
