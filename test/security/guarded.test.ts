/** Four eyes leave no gap: whatever staff can write is guarded, or stands here with the reason why it is not. */
import { beforeAll, describe, expect, test } from 'vitest';
import { switchOf } from '../../src/app.ts';
import { guardedActions } from '../../src/directory/index.ts';
import { newTransferId } from '../../src/kernel/index.ts';
import { newClerk } from '../support/centre.ts';
import { adminKey, get, migrate, post, testEnv, until } from '../support/switch.ts';
import { type Issuer, newIssuer, newPayer, newShop, pay, type Shop } from '../support/town.ts';

const endpoints = switchOf(testEnv).endpoints;
const nameOf = ({ method, path }: { method: string; path: string }) => `${method.toUpperCase()} ${path}`;

const own = 'their own sign-in';
const stops = 'only takes away, and at once';
const theirs = 'a merchant’s or participant’s own matter, which it sees and can undo';
const reads = 'changes nothing but what is shown';
const matching = 'reads a partner’s file; what moves money has a maker and a checker of its own';

/** What staff do alone, and why. A new route of theirs is guarded (`guarded` in its declaration) or gets a line here. */
const free: Record<string, string> = {
  'DELETE /v1/sessions': own,
  'DELETE /v1/sessions/current': own,
  'DELETE /v1/sessions/{session}': own,
  'POST /v1/me/password': own,
  'POST /v1/me/passkeys': own,
  'POST /v1/me/passkeys/options': own,
  'DELETE /v1/me/passkeys/{passkey}': own,
  'POST /v1/centre/approvals/{approval}/approve': 'is the second pair of eyes',
  'POST /v1/centre/approvals/{approval}/reject': 'is the second pair of eyes',
  'POST /v1/centre/approvals/{approval}/withdraw': 'takes back what was asked for',
  'POST /v1/centre/approvals/{approval}/collect': 'was approved',
  'POST /v1/centre/merchants/{merchant}/activate': 'its owner asked: whoever activates it is the second',
  'DELETE /v1/centre/keys/{key}': stops,
  'POST /v1/centre/operators/{operator}/suspend': stops,
  'POST /v1/participants/{participant}/signing-keys/{signingKey}/expire': stops,
  'DELETE /v1/participants/{participant}/signing-keys/{signingKey}': stops,
  'DELETE /v1/accounts/{account}/device-keys/{deviceKey}': stops,
  'DELETE /v1/callback-endpoints/{endpoint}': stops,
  'POST /v1/callback-endpoints/{endpoint}/pause': stops,
  'POST /v1/callback-endpoints/{endpoint}/resume': 'goes where it went before',
  'POST /v1/callback-endpoints/{endpoint}/ping': 'tells nothing',
  'POST /v1/callback-endpoints/{endpoint}/explain-signature': reads,
  'POST /v1/events/{event}/resend': 'tells again what was told',
  'POST /v1/callback-resends': 'tells again what was told',
  'POST /v1/callback-deliveries/retry': 'tells what has to be told',
  'POST /v1/centre/routing/dry-run': reads,
  'POST /v1/centre/connections/{connection}/test': reads,
  'POST /v1/centre/work/transfers/{transfer}/ask': 'asks again what is asked again anyway',
  'POST /v1/centre/work/callbacks/{event}/{endpoint}/send': 'tells again what was told',
  'POST /v1/centre/work/callbacks/{event}/{endpoint}/drop': 'its owner can still send it',
  'POST /v1/centre/work/dead-letters/{deadLetter}/retry': 'makes the same again from the accounts',
  'POST /v1/centre/work/dead-letters/{deadLetter}/resolve': 'it is back when it is given up once more',
  'POST /v1/centre/alerts/{alert}/acknowledge': 'says that somebody looks at it',
  'POST /v1/merchants/{merchant}/code-signing': theirs,
  'POST /v1/merchants/{merchant}/codes': theirs,
  'POST /v1/merchants/{merchant}/codes/{code}': theirs,
  'POST /v1/merchants/{merchant}/codes/{code}/pause': theirs,
  'POST /v1/merchants/{merchant}/codes/{code}/resume': theirs,
  'POST /v1/merchants/{merchant}/codes/{code}/revoke': theirs,
  'POST /v1/centre/report-jobs': reads,
  'POST /v1/centre/report-jobs/{reportJob}/cancel': reads,
  'POST /v1/centre/report-schedules': 'goes to endpoints that are guarded themselves',
  'DELETE /v1/centre/report-schedules/{reportSchedule}': stops,
  'POST /v1/centre/report-schedules/{reportSchedule}/pause': stops,
  'POST /v1/centre/report-schedules/{reportSchedule}/resume': 'goes to endpoints that are guarded themselves',
  'POST /v1/centre/report-schedules/{reportSchedule}/run': 'goes to endpoints that are guarded themselves',
  'POST /v1/centre/search': reads,
  'POST /v1/centre/reports/rebuild': 'makes the same again from the accounts',
  'POST /v1/centre/reconciliations': reads,
  'POST /v1/centre/limit-rules/dry-run': reads,
  'POST /v1/centre/business-days/{date}/close': 'freezes what is; opening it again is guarded',
  'POST /v1/centre/file-formats/try': reads,
  'POST /v1/centre/participants/{participant}/file-formats': matching,
  'POST /v1/centre/partner-files': matching,
  'POST /v1/centre/partner-files/{partnerFile}/parts/{part}': matching,
  'POST /v1/centre/partner-files/{partnerFile}/match': matching,
  'POST /v1/centre/differences/{difference}/comment': matching,
  'POST /v1/centre/differences/{difference}/resolve': matching,
  'POST /v1/centre/differences/{difference}/propose': matching,
  'POST /v1/centre/differences/{difference}/approve': matching,
  'POST /v1/centre/differences/{difference}/decline': matching,
};

const staffWrite = endpoints.filter(
  ({ method, access }) =>
    method !== 'get' && access !== 'public' && access.some((who) => who.startsWith('staff:')),
);

describe('whatever staff can write', () => {
  test('is guarded, or free for a reason', () => {
    const neither = staffWrite.filter((one) => !one.guarded && !(nameOf(one) in free)).map(nameOf);
    expect(neither, 'declare `guarded`, or say here why staff may do it alone').toEqual([]);
  });

  test('is not both, and no reason outlives its route', () => {
    const without = staffWrite.filter(({ guarded }) => !guarded).map(nameOf);
    expect(Object.keys(free).filter((name) => !without.includes(name))).toEqual([]);
  });

  test('each action is that of one route', () => {
    const found = endpoints.flatMap(({ guarded }) => guarded ?? []);
    expect(found.sort()).toEqual(Object.keys(guardedActions).sort());
  });

  test('only officers and administrators write what is guarded: they approve it', () => {
    for (const { guarded, access } of endpoints) {
      if (!guarded || access === 'public') continue;
      expect(access.filter((who) => who === 'staff:analyst' || who === 'staff:support')).toEqual([]);
    }
  });
});

describe('a person who has signed in', () => {
  const why = { reason: 'a test' };
  const bodies: Record<string, object> = {
    'participant.create': { name: 'P', role: 'issuer', country: 'KG' },
    'participant.wallet_link': { wallet_link: null },
    'participant.rate': { requests_per_second: 5 },
    'participant.trust': { certificates: [] },
    'signing_key.create': { public_key: 'A'.repeat(43), proof: 'A'.repeat(86) },
    'account.top_up': { amount: 1, currency: 'KGS' },
    'merchant.create': { name: 'M', city: 'Osh', category_code: '5411', currency: 'KGS' },
    'merchant.stripes': { stripes: 2, ...why },
    'store.create': { name: 'S' },
    'till.create': { name: 'T' },
    'operator.create': { email: 'new@centre.kg', name: 'N', role: 'officer' },
    'operator.change': { role: 'support', ...why },
    'participant.change': { name: 'Q', ...why },
    'merchant.change': { city: 'Naryn', ...why },
    'store.change': { name: 'R', ...why },
    'till.change': { name: '2', ...why },
    'transfer.decide': { step: 'debit', decision: 'done', ...why },
    'payment.refund': { amount: 1, ...why },
    'endpoint.create': { url: 'https://receiver.example/', owner: 'centre' },
    'endpoint.change': { types: null },
    'endpoint.rotate_secret': {},
    'connection.change': { status: 'disabled' },
    'position.change': { cap: 5 },
    'routing.change': { based_on: 0, payers: [], merchants: [], ...why },
    'limit_rule.create': {
      rule: { scope: 'account', currency: 'KGS', direction: 'out', measure: 'amount', threshold: 2 ** 50 },
      ...why,
    },
    'limit_rule.change': { version: 1, threshold: 5, ...why },
    'limit_rule.retire': { version: 1, ...why },
  };
  let ids: Record<string, string>;
  let clerk: Awaited<ReturnType<typeof newClerk>>;
  beforeAll(async () => {
    await migrate();
    const issuer = await newIssuer();
    const shop = await newShop();
    clerk = await newClerk('admin');
    const made = async (path: string, body: object) => (await post(path, adminKey, body)).body.id;
    const store: string = await made(`/v1/centre/merchants/${shop.id}/stores`, { name: 'S' });
    const rule = { rule: (bodies['limit_rule.create'] as { rule: object }).rule, ...why };
    ids = {
      participant: issuer.id,
      account: (await newPayer(issuer)).account,
      merchant: shop.id,
      store,
      till: await made(`/v1/centre/merchants/${shop.id}/stores/${store}/tills`, { name: '1' }),
      operator: clerk.id,
      transfer: newTransferId('payment', Date.now(), 1),
      connection: await made('/v1/centre/connections', { participant: issuer.id, adapter: 'sandbox' }),
      endpoint: await made('/v1/callback-endpoints', { url: 'https://receiver.example/', owner: shop.id }),
      limitRule: await made('/v1/centre/limit-rules', rule),
      date: '2026-01-01',
      payment: await reportedPayment(issuer, shop),
    };
    bodies['account.create'] = { participant: issuer.id, currency: 'KGS' };
    bodies['key.create'] = { owner: issuer.id };
    bodies['connection.create'] = { participant: issuer.id, adapter: 'sandbox' };
    bodies['position.create'] = { participant: issuer.id, currency: 'KGS' };
  });

  /** What is given back is looked for before somebody is asked to approve it. */
  async function reportedPayment(issuer: Issuer, shop: Shop): Promise<string> {
    const { payload } = (await get(`/v1/merchants/${shop.id}`, shop.key)).body.qr;
    const { id } = (await pay(issuer, await newPayer(issuer), { payload, amount: 100 })).body;
    await until(
      () => get(`/v1/centre/payments/${id}`, adminKey),
      ({ status }) => status === 200,
    );
    return id;
  }

  test.each(endpoints.filter(({ guarded }) => guarded).map((one) => [one.guarded ?? '', one] as const))(
    'only asks for it: %s',
    async (action, { method, path }) => {
      const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? name);
      const { browser } = clerk;
      const body = bodies[action] ?? why;
      const asked = method === 'delete' ? browser.delete(filled) : browser.post(filled, body);
      expect(await asked).toMatchObject({ status: 202, body: { action, status: 'proposed' } });
    },
  );

  test('has changed nothing by asking', async () => {
    const mine = (await get(`/v1/audit?actor=${clerk.id}&limit=100`, adminKey)).body.data;
    const kinds = new Set(mine.map(({ kind }: { kind: string }) => kind));
    expect([...kinds].sort()).toEqual(['approval', 'invitation', 'login', 'operator', 'session']);
  });
});
