/** Who may call what, driven from the switch's own list of endpoints: a route without a row here fails. */
import { beforeAll, describe, expect, test } from 'vitest';
import { switchOf } from '../../src/app.ts';
import type { Who } from '../../src/directory/index.ts';
import { exampleId, type IdKind, newId, newOrderId, newTransferId } from '../../src/kernel/index.ts';
import { freshEmail } from '../support/people.ts';
import { newDevice } from '../support/signing.ts';
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
import { type Issuer, newIssuer, newOrder, newPayer, newShop, pay, type Shop } from '../support/town.ts';

const endpoints = switchOf(testEnv).endpoints;
const nameOf = ({ method, path }: { method: string; path: string }) => `${method.toUpperCase()} ${path}`;
const closed = endpoints.filter(({ access }) => access !== 'public');

const publicRoutes = [
  'GET /healthz',
  'POST /v1/sessions',
  'POST /v1/registrations',
  'POST /v1/sessions/passkey-options',
  'POST /v1/sessions/passkey',
  'GET /v1/invitations/{invitation}',
  'POST /v1/invitations/{invitation}/accept',
  'GET /.well-known/jwks.json',
  ...['svg', 'png', 'pdf'].flatMap((format) => [
    `GET /v1/merchants/{merchant}/qr.${format}`,
    `GET /v1/merchants/{merchant}/codes/{code}/qr.${format}`,
    `GET /v1/merchants/{merchant}/orders/{order}/qr.${format}`,
  ]),
];

const roles: readonly Who[] = [
  'issuer',
  'acquirer',
  'merchant:owner',
  'merchant:manager',
  'merchant:cashier',
  'staff:admin',
  'staff:officer',
  'staff:analyst',
  'staff:support',
];
const keys = {} as Record<Who, string>;

/** What one party owns: the caller's own things and somebody else's. */
interface Party {
  issuer: Issuer;
  account: string;
  payment: string;
  device: string;
  shop: Shop;
  order: string;
  store: string;
  till: string;
  person: string;
  issuerEndpoint: string;
  shopEndpoint: string;
  /** A printed code. */
  code: string;
  /** An event the shop was told of. */
  event: string;
  resend: string;
  refundRequest: string;
  reportJob: string;
  registerKey: string;
}
let mine: Party;
let theirs: Party;

const made = async (path: string, body: unknown, key = adminKey) => {
  const answer = await post(path, key, body);
  if (answer.status !== 201) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
};
const keyOf = async (wish: object): Promise<string> => (await made('/v1/centre/keys', wish)).api_key;

async function newParty(): Promise<Party> {
  const issuer = await newIssuer();
  const shop = await newShop();
  const { account } = await newPayer(issuer);
  const order = await newOrder(shop, 1_000);
  const payment = await pay(issuer, { account }, { payload: order.qr.payload });
  const store = (await made(`/v1/centre/merchants/${shop.id}/stores`, { name: 'Ош базары' })).id;
  const till = (await made(`/v1/centre/merchants/${shop.id}/stores/${store}/tills`, { name: '1' })).id;
  const dear = await pay(issuer, await newPayer(issuer, 600_000), {
    payload: (await newOrder(shop, 600_000, { till })).qr.payload,
  });
  const cashier = await keyOf({ owner: shop.id, role: 'cashier', till });
  const back = `/v1/merchants/${shop.id}/payments/${dear.body.id}/refunds`;
  const target = { url: 'https://receiver.example/hook' };
  return {
    issuer,
    account,
    payment: payment.body.id,
    device: (await newDevice(account, issuer.key)).id,
    shop,
    reportJob: (await made(`/v1/merchants/${shop.id}/report-jobs`, { format: 'csv' }, shop.key)).id,
    refundRequest: (await post(back, cashier, {}, freshKey())).body.id,
    order: (await newOrder(shop, 2_000)).id,
    store,
    till,
    person: (
      await made('/v1/centre/operators', { owner: shop.id, email: freshEmail(), name: 'N', role: 'cashier' })
    ).id,
    code: (await made(`/v1/merchants/${shop.id}/codes`, { name: 'C' }, shop.key)).id,
    registerKey: (await made(`/v1/merchants/${shop.id}/keys`, { till }, shop.key)).id,
    issuerEndpoint: (await made('/v1/callback-endpoints', target, issuer.key)).id,
    shopEndpoint: (await made('/v1/callback-endpoints', target, shop.key)).id,
    event: (
      await until(
        () => get('/v1/events', shop.key),
        ({ body }) => body.data.length > 0,
      )
    ).body.data[0].id,
    resend: (await made('/v1/callback-resends', { since: '2026-11-21T00:00:00Z' }, shop.key)).id,
  };
}

beforeAll(async () => {
  await migrate();
  mine = await newParty();
  theirs = await newParty();
  const acquirer = await made('/v1/centre/participants', { name: 'Acq', role: 'acquirer', country: 'KG' });
  keys.issuer = mine.issuer.key;
  keys.acquirer = await keyOf({ owner: acquirer.id });
  for (const role of ['owner', 'manager', 'cashier'] as const) {
    keys[`merchant:${role}`] = await keyOf({
      owner: mine.shop.id,
      role,
      ...(role === 'cashier' && { till: mine.till }),
    });
  }
  for (const role of ['admin', 'officer', 'analyst', 'support'] as const) {
    const email = `${role}@centre.kg`;
    const person = await made('/v1/centre/operators', { email, name: role, role });
    keys[`staff:${role}`] = await keyOf({ owner: person.id });
  }
});

/** A path with ids of the right form, so that nothing but the key decides. */
function somePath(path: string): string {
  const nowMs = Date.now();
  const ids: Record<string, string> = {
    order: newOrderId(nowMs, 0),
    payment: newTransferId('payment', nowMs, 1),
  };
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? newId(name as IdKind, nowMs));
}

const send = (name: string, key: string | undefined, body: unknown, path?: string): Promise<Answer> => {
  const [method = '', declared = ''] = name.split(' ');
  return call(method, path ?? somePath(declared), {
    key,
    ...(method === 'POST' && { body }),
    headers: { 'idempotency-key': freshKey() },
  });
};

describe('the list of endpoints', () => {
  test('names every route of the OpenAPI document, and no other', async () => {
    const { body } = await get('/openapi.json');
    const documented = Object.entries(body.paths as Record<string, object>).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => nameOf({ method, path })),
    );
    expect(documented.sort()).toEqual(endpoints.map(nameOf).sort());
  });

  test('has exactly these public routes', () => {
    const found = endpoints.filter(({ access }) => access === 'public').map(nameOf);
    expect(found.sort()).toEqual([...publicRoutes].sort());
  });

  test.each(publicRoutes)('%s asks for no key', async (name) => {
    const answer = await send(name, undefined, {});
    expect([200, 404, 422]).toContain(answer.status);
    expect(String(answer.body.code)).not.toMatch(/^auth\./);
  });

  test('every endpoint has a row about its objects', () => {
    expect(Object.keys(objects).sort()).toEqual(closed.map(nameOf).sort());
  });
});

describe.each(closed.map((endpoint) => [nameOf(endpoint), endpoint.access as readonly Who[]] as const))(
  '%s',
  (name, access) => {
    test('no key', async () => {
      const answer = await send(name, undefined, {});
      expect(answer).toMatchObject({ status: 401, body: { code: 'auth.missing' } });
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer /);
    });

    test.each([
      ['an unknown key', 'Bearer tolom_par_00000000000000000000000000000000'],
      ['a key that is none', 'Bearer x'],
      ['nothing behind the scheme', 'Bearer '],
      ['more than a key', `Bearer ${adminKey} ${adminKey}`],
      ['another scheme', `Basic ${btoa(`admin:${adminKey}`)}`],
      ['the key alone', adminKey],
      ['SQL', "Bearer tolom_sta_' OR '1'='1"],
    ])('%s', async (_, authorization) => {
      const [method = '', path = ''] = name.split(' ');
      const body = method === 'POST' ? { body: {} } : {};
      const answer = await call(method, somePath(path), { ...body, headers: { authorization } });
      expect(answer).toMatchObject({ status: 401, body: { code: 'auth.invalid' } });
    });

    const refused = roles.filter((role) => !access.includes(role));
    if (refused.length > 0)
      test(`keys that may not: ${refused.join(', ')}`, async () => {
        for (const role of refused) {
          const answer = await send(name, keys[role], {});
          expect(answer, role).toMatchObject({ status: 403, body: { code: 'auth.forbidden' } });
        }
      });

    test(`keys that may: ${access.join(', ')}`, async () => {
      for (const role of access) {
        const answer = await send(name, keys[role], {});
        expect(String(answer.body.code), role).not.toMatch(/^auth\./);
      }
    });
  },
);

/** One request for an object that is not the caller's, and what it must be answered. */
interface Foreign {
  /** Whose key is used. */
  readonly as: Who;
  readonly path: () => string;
  readonly body?: () => unknown;
  readonly code: string;
}
type Row =
  | readonly Foreign[]
  /** Asks for nobody's object: the caller's own lists, or what it makes for itself; checked by `owned` below. */
  | 'own'
  /** For staff of the centre, who see all. */
  | 'centre';

const absent = (kind: IdKind) => newId(kind, Date.now());
const account = (path = '') => ({
  as: 'issuer' as const,
  path: () => `/v1/accounts/${theirs.account}${path}`,
  code: 'account.not_found',
});
const merchant = (path = '') =>
  (['merchant:owner', 'merchant:manager', 'merchant:cashier'] as const).map((as) => ({
    as,
    path: () => `/v1/merchants/${theirs.shop.id}${path}`,
    code: 'merchant.not_found',
  }));
const paymentOf = (path = '') =>
  (['merchant:owner', 'merchant:manager', 'merchant:cashier'] as const).flatMap((as) => [
    {
      as,
      path: () => `/v1/merchants/${theirs.shop.id}/payments/${theirs.payment}${path}`,
      code: 'merchant.not_found',
    },
    {
      as,
      path: () => `/v1/merchants/${mine.shop.id}/payments/${theirs.payment}${path}`,
      code: 'payment.not_found',
    },
  ]);
const refundRequest = (path = ''): Foreign[] => [
  {
    as: 'merchant:owner',
    path: () => `/v1/merchants/${theirs.shop.id}/refund-requests/${theirs.refundRequest}${path}`,
    ...(path !== '' && { body: () => ({}) }),
    code: 'merchant.not_found',
  },
  {
    as: 'merchant:owner',
    path: () => `/v1/merchants/${mine.shop.id}/refund-requests/${theirs.refundRequest}${path}`,
    ...(path !== '' && { body: () => ({}) }),
    code: 'refund_request.not_found',
  },
];
const theirFiles = (path: string): Foreign => ({
  as: 'merchant:owner',
  path: () => `/v1/merchants/${theirs.shop.id}/report-jobs${path}`,
  code: 'merchant.not_found',
});
const reportJob = (path = ''): Foreign[] => {
  const body = path === '/cancel' ? { body: () => ({}) } : {};
  return [
    { ...theirFiles(`/${absent('reportJob')}${path}`), ...body },
    {
      as: 'merchant:owner',
      path: () => `/v1/merchants/${mine.shop.id}/report-jobs/${theirs.reportJob}${path}`,
      ...body,
      code: 'report_job.not_found',
    },
  ];
};
const paidFrom = (path = '') => [
  {
    as: 'issuer' as const,
    path: () => `/v1/accounts/${theirs.account}/payments/${theirs.payment}${path}`,
    code: 'account.not_found',
  },
  {
    as: 'issuer' as const,
    path: () => `/v1/accounts/${mine.account}/payments/${theirs.payment}${path}`,
    code: 'payment.not_found',
  },
];
const endpoint = (path = '', body?: () => object): Foreign[] => [
  {
    as: 'issuer',
    path: () => `/v1/callback-endpoints/${theirs.issuerEndpoint}${path}`,
    ...(body && { body }),
    code: 'endpoint.not_found',
  },
  {
    as: 'merchant:owner',
    path: () => `/v1/callback-endpoints/${theirs.shopEndpoint}${path}`,
    ...(body && { body }),
    code: 'endpoint.not_found',
  },
];
const printed = (path = '', body?: () => object): Foreign[] =>
  [theirs, mine].map((_, index) => ({
    as: 'merchant:owner' as const,
    path: () => `/v1/merchants/${(index === 0 ? theirs : mine).shop.id}/codes/${theirs.code}${path}`,
    ...(body && { body }),
    code: index === 0 ? 'merchant.not_found' : 'code.not_found',
  }));
const ownersOf = (path: string, body?: () => object): Foreign[] => [
  {
    as: 'merchant:owner',
    path: () => `/v1/merchants/${theirs.shop.id}${path}`,
    ...(body && { body }),
    code: 'merchant.not_found',
  },
];
const storeOf = (body?: () => object): Foreign[] =>
  ([() => theirs, () => mine] as const).map((whose, index) => ({
    as: 'merchant:owner' as const,
    path: () => `/v1/merchants/${whose().shop.id}/stores/${theirs.store}/tills`,
    ...(body && { body }),
    code: index === 0 ? 'merchant.not_found' : 'store.not_found',
  }));
const anAmount = () => ({ amount: 100, currency: 'KGS' });
const aCode = () => ({ ...anAmount(), code: '48209133756102948837' });
const aPassword = () => ({ ...anAmount(), phone: '+996700000000', password: '048213' });
/** Another merchant’s place, at one's own. */
const presentedAt = (path: string, body: () => object): Foreign[] => [
  {
    as: 'merchant:cashier',
    path: () => `/v1/merchants/${mine.shop.id}${path}`,
    body: () => ({ ...body(), till: theirs.till }),
    code: 'till.not_found',
  },
  {
    as: 'merchant:cashier',
    path: () => `/v1/merchants/${mine.shop.id}${path}`,
    body: () => ({ ...body(), store: theirs.store }),
    code: 'store.not_found',
  },
];
/** And no account that is not a payer’s. */
const payersOnly = (row: Foreign): Foreign[] => [
  row,
  { ...row, path: () => row.path().replace(theirs.account, mine.shop.account) },
];
const place = (body: () => object, code: string): Foreign => ({
  as: 'merchant:cashier',
  path: () => `/v1/merchants/${mine.shop.id}/orders`,
  body: () => ({ ...anAmount(), ...body() }),
  code,
});

const participant = (path: string): Foreign => ({
  as: 'issuer',
  path: () => `/v1/participants/${theirs.issuer.id}${path}`,
  code: 'participant.not_found',
});
const anInvitation = () => ({ email: 'somebody@shop.kg', role: 'cashier' });
const colleague = (path: string, body: () => object = () => ({})): Foreign[] => [
  {
    as: 'merchant:owner',
    path: () => `/v1/merchants/${theirs.shop.id}/staff/${theirs.person}${path}`,
    body,
    code: 'merchant.not_found',
  },
  {
    as: 'merchant:owner',
    path: () => `/v1/merchants/${mine.shop.id}/staff/${theirs.person}${path}`,
    body,
    code: 'operator.not_found',
  },
];
const signingKey = { public_key: 'A'.repeat(43), proof: 'A'.repeat(86) };
const later = { not_after: '9999-12-31T23:59:59.999Z' };

const objects: Record<string, Row> = {
  'GET /v1/me': 'own',
  'GET /v1/sessions': 'own',
  'DELETE /v1/sessions': 'own',
  'DELETE /v1/sessions/current': 'own',
  'POST /v1/scans': [
    {
      as: 'issuer',
      path: () => '/v1/scans',
      body: () => ({ payload: 'any', account: theirs.account }),
      code: 'account.not_found',
    },
  ],
  // Only sessions have any; see test/people.
  'DELETE /v1/sessions/{session}': 'own',
  'POST /v1/me/password': 'own',
  'POST /v1/me/passkeys/options': 'own',
  'POST /v1/me/passkeys': 'own',
  'GET /v1/me/passkeys': 'own',
  'DELETE /v1/me/passkeys/{passkey}': 'own',
  'GET /v1/merchants/{merchant}/staff': merchant('/staff').filter(
    ({ as }) => as !== 'merchant:cashier' && as !== 'merchant:manager',
  ),
  'POST /v1/merchants/{merchant}/invitations': [
    ...merchant('/invitations')
      .filter(({ as }) => as === 'merchant:owner')
      .map((row) => ({ ...row, body: anInvitation })),
    ...(['store', 'till'] as const).map((place) => ({
      as: 'merchant:owner' as const,
      path: () => `/v1/merchants/${mine.shop.id}/invitations`,
      body: () => ({ ...anInvitation(), [place]: theirs[place] }),
      code: `${place}.not_found`,
    })),
  ],
  'POST /v1/merchants/{merchant}/staff/{operator}': colleague('', () => ({ role: 'manager' })),
  'POST /v1/merchants/{merchant}/staff/{operator}/suspend': colleague('/suspend'),
  'POST /v1/merchants/{merchant}/staff/{operator}/resume': colleague('/resume'),
  'POST /v1/merchants/{merchant}/staff/{operator}/invite': colleague('/invite'),
  'GET /v1/centre/approvals': 'centre',
  'GET /v1/centre/approval-counts': 'centre',
  'GET /v1/centre/approvals/{approval}': 'centre',
  'POST /v1/centre/approvals/{approval}/approve': 'centre',
  'POST /v1/centre/approvals/{approval}/reject': 'centre',
  'POST /v1/centre/approvals/{approval}/withdraw': 'centre',
  'POST /v1/centre/approvals/{approval}/collect': 'centre',
  'POST /v1/centre/merchants/{merchant}/activate': 'centre',
  'POST /v1/centre/merchants/{merchant}/close': 'centre',
  'POST /v1/centre/participants/{participant}/close': 'centre',
  'POST /v1/centre/operators/{operator}/invite': 'centre',
  'POST /v1/centre/operators/{operator}/suspend': 'centre',
  'POST /v1/centre/operators/{operator}/resume': 'centre',
  'POST /v1/accounts': 'own',
  'GET /v1/accounts': 'own',
  'GET /v1/accounts/{account}': [
    account(),
    { as: 'issuer', path: () => `/v1/accounts/${mine.shop.account}`, code: 'account.not_found' },
  ],
  'GET /v1/accounts/{account}/entries': [account('/entries')],
  'GET /v1/accounts/{account}/balance': [account('/balance')],
  'GET /v1/accounts/{account}/statement': [account('/statement')],
  'GET /v1/accounts/{account}/export': [account('/export')],
  'POST /v1/accounts/{account}/device-keys': [{ ...account('/device-keys'), body: () => signingKey }],
  'GET /v1/accounts/{account}/device-keys': [account('/device-keys')],
  'DELETE /v1/accounts/{account}/device-keys/{deviceKey}': [
    account(`/device-keys/${absent('deviceKey')}`),
    {
      as: 'issuer',
      path: () => `/v1/accounts/${mine.account}/device-keys/${theirs.device}`,
      code: 'device_key.not_found',
    },
  ],
  'POST /v1/accounts/{account}/payments/{payment}/confirm': paidFrom('/confirm').map((one) => ({
    ...one,
    body: () => ({ key: theirs.device, signature: 'A'.repeat(86) }),
  })),
  'POST /v1/accounts/{account}/payments/{payment}/cancel': paidFrom('/cancel'),
  'POST /v1/accounts/{account}/holder': [{ ...account('/holder'), body: () => ({ name: 'N' }) }],
  'GET /v1/accounts/{account}/holder': [
    account('/holder'),
    { as: 'issuer', path: () => `/v1/accounts/${mine.shop.account}/holder`, code: 'account.not_found' },
  ],
  'GET /v1/accounts/{account}/holder/export': [account('/holder/export')],
  'DELETE /v1/accounts/{account}/holder': [account('/holder')],
  'POST /v1/accounts/{account}/top-ups': [{ ...account('/top-ups'), body: anAmount }],
  'POST /v1/accounts/{account}/payments': [
    { ...account('/payments'), body: () => ({ payload: 'any' }) },
    {
      as: 'issuer',
      path: () => `/v1/accounts/${mine.shop.account}/payments`,
      body: () => ({ payload: 'any' }),
      code: 'account.not_found',
    },
  ],
  'POST /v1/accounts/{account}/codes': [account('/codes')].flatMap(payersOnly),
  'POST /v1/accounts/{account}/passwords': [account('/passwords')].flatMap(payersOnly),
  'GET /v1/accounts/{account}/presented-settings': [account('/presented-settings')],
  'POST /v1/accounts/{account}/presented-settings': [
    { ...account('/presented-settings'), body: () => ({ confirm_above: 0 }) },
  ].flatMap(payersOnly),
  'GET /v1/accounts/{account}/payments': [account('/payments')],
  'GET /v1/accounts/{account}/payments/{payment}': paidFrom(),
  'GET /v1/accounts/{account}/payments/{payment}/receipt': paidFrom('/receipt'),
  'GET /v1/accounts/{account}/payments/{payment}/timeline': paidFrom('/timeline'),
  'POST /v1/merchants/{merchant}/presented-payments': [
    ...merchant('/presented-payments').map((row) => ({ ...row, body: aCode })),
    ...presentedAt('/presented-payments', aCode),
  ],
  'POST /v1/merchants/{merchant}/password-payments': [
    ...merchant('/password-payments').map((row) => ({ ...row, body: aPassword })),
    ...presentedAt('/password-payments', aPassword),
  ],
  'GET /v1/merchants/{merchant}/presented-payments/{payment}': merchant(
    `/presented-payments/${exampleId('payment')}`,
  ),
  'GET /v1/merchants/{merchant}': merchant(),
  'POST /v1/merchants/{merchant}': ownersOf('', () => ({ language: 'ru' })),
  'GET /v1/merchants/{merchant}/settings': merchant('/settings'),
  'POST /v1/merchants/{merchant}/stores': ownersOf('/stores', () => ({ name: 'S' })),
  'POST /v1/merchants/{merchant}/stores/{store}/tills': storeOf(() => ({ name: 'T' })),
  'POST /v1/merchants/{merchant}/keys': [
    ...ownersOf('/keys', () => ({ role: 'manager' })),
    {
      as: 'merchant:owner',
      path: () => `/v1/merchants/${mine.shop.id}/keys`,
      body: () => ({ till: theirs.till }),
      code: 'till.not_found',
    },
  ],
  'GET /v1/merchants/{merchant}/keys': ownersOf('/keys'),
  'DELETE /v1/merchants/{merchant}/keys/{key}': [
    {
      as: 'merchant:owner',
      path: () => `/v1/merchants/${theirs.shop.id}/keys/${theirs.registerKey}`,
      code: 'merchant.not_found',
    },
    {
      as: 'merchant:owner',
      path: () => `/v1/merchants/${mine.shop.id}/keys/${theirs.registerKey}`,
      code: 'key.not_found',
    },
  ],
  'POST /v1/merchants/{merchant}/code-signing': merchant('/code-signing')
    .filter(({ as }) => as !== 'merchant:cashier')
    .map((row) => ({ ...row, body: () => ({ signed_codes: false }) })),
  'GET /v1/merchants/{merchant}/stores': merchant('/stores'),
  'GET /v1/merchants/{merchant}/stores/{store}/tills': (
    ['merchant:owner', 'merchant:manager', 'merchant:cashier'] as const
  ).flatMap((as) => [
    {
      as,
      path: () => `/v1/merchants/${theirs.shop.id}/stores/${theirs.store}/tills`,
      code: 'merchant.not_found',
    },
    {
      as,
      path: () => `/v1/merchants/${mine.shop.id}/stores/${theirs.store}/tills`,
      code: 'store.not_found',
    },
  ]),
  'POST /v1/merchants/{merchant}/codes': [
    ...merchant('/codes')
      .filter(({ as }) => as !== 'merchant:cashier')
      .map((row) => ({ ...row, body: () => ({ name: 'C' }) })),
    {
      as: 'merchant:owner',
      path: () => `/v1/merchants/${mine.shop.id}/codes`,
      body: () => ({ name: 'C', till: theirs.till }),
      code: 'till.not_found',
    },
    {
      as: 'merchant:owner',
      path: () => `/v1/merchants/${mine.shop.id}/codes`,
      body: () => ({ name: 'C', store: theirs.store }),
      code: 'store.not_found',
    },
  ],
  'GET /v1/merchants/{merchant}/codes': merchant('/codes'),
  'GET /v1/merchants/{merchant}/codes/{code}': printed(),
  'POST /v1/merchants/{merchant}/codes/{code}': printed('', () => ({ name: 'D' })),
  'POST /v1/merchants/{merchant}/codes/{code}/pause': printed('/pause', () => ({})),
  'POST /v1/merchants/{merchant}/codes/{code}/resume': printed('/resume', () => ({})),
  'POST /v1/merchants/{merchant}/codes/{code}/revoke': printed('/revoke', () => ({ reason: 'lost' })),
  'POST /v1/merchants/{merchant}/codes/{code}/order': printed('/order', anAmount),
  'GET /v1/merchants/{merchant}/codes/{code}/order': printed('/order'),
  'DELETE /v1/merchants/{merchant}/codes/{code}/order': printed('/order'),
  'GET /v1/merchants/{merchant}/codes/{code}/turnover': printed('/turnover'),
  'POST /v1/merchants/{merchant}/orders': [
    ...merchant('/orders').map((row) => ({ ...row, body: anAmount })),
    place(() => ({ till: theirs.till }), 'till.not_found'),
    place(() => ({ store: theirs.store }), 'store.not_found'),
    place(() => ({ till: mine.till, store: theirs.store }), 'store.not_found'),
  ],
  'GET /v1/merchants/{merchant}/orders': merchant('/orders'),
  'GET /v1/merchants/{merchant}/orders/{order}': [
    {
      as: 'merchant:owner',
      path: () => `/v1/merchants/${theirs.shop.id}/orders/${theirs.order}`,
      code: 'merchant.not_found',
    },
    {
      as: 'merchant:owner',
      path: () => `/v1/merchants/${mine.shop.id}/orders/${theirs.order}`,
      code: 'order.not_found',
    },
  ],
  'POST /v1/merchants/{merchant}/orders/{order}/cancel': [
    {
      as: 'merchant:owner',
      path: () => `/v1/merchants/${theirs.shop.id}/orders/${theirs.order}/cancel`,
      code: 'merchant.not_found',
    },
    {
      as: 'merchant:owner',
      path: () => `/v1/merchants/${mine.shop.id}/orders/${theirs.order}/cancel`,
      code: 'order.not_found',
    },
  ],
  'GET /v1/merchants/{merchant}/payments': merchant('/payments'),
  'POST /v1/merchants/{merchant}/report-jobs': [{ ...theirFiles(''), body: () => ({ format: 'csv' }) }],
  'GET /v1/merchants/{merchant}/report-jobs': [theirFiles('')],
  'GET /v1/merchants/{merchant}/report-jobs/{reportJob}': reportJob(),
  'GET /v1/merchants/{merchant}/report-jobs/{reportJob}/file': reportJob('/file'),
  'POST /v1/merchants/{merchant}/report-jobs/{reportJob}/cancel': reportJob('/cancel'),
  'GET /v1/merchants/{merchant}/payments/{payment}': paymentOf(),
  'POST /v1/merchants/{merchant}/payments/{payment}/refunds': paymentOf('/refunds').map((row) => ({
    ...row,
    body: () => ({ amount: 1 }),
  })),
  'GET /v1/merchants/{merchant}/payments/{payment}/refunds': paymentOf('/refunds'),
  'GET /v1/merchants/{merchant}/live': merchant('/live'),
  'GET /v1/merchants/{merchant}/takings': merchant('/takings'),
  'GET /v1/merchants/{merchant}/statement': merchant('/statement').filter(
    ({ as }) => as !== 'merchant:cashier',
  ),
  'GET /v1/merchants/{merchant}/refund-requests': merchant('/refund-requests'),
  'GET /v1/merchants/{merchant}/refund-requests/{refundRequest}': refundRequest(),
  'POST /v1/merchants/{merchant}/refund-requests/{refundRequest}/approve': refundRequest('/approve'),
  'POST /v1/merchants/{merchant}/refund-requests/{refundRequest}/decline': refundRequest('/decline'),
  'GET /v1/merchants/{merchant}/payments/{payment}/receipt': paymentOf('/receipt'),
  'GET /v1/merchants/{merchant}/payments/{payment}/timeline': paymentOf('/timeline'),
  'POST /v1/callback-endpoints': [
    {
      as: 'issuer',
      path: () => '/v1/callback-endpoints',
      body: () => ({ url: 'https://receiver.example/', owner: theirs.issuer.id }),
      code: 'participant.not_found',
    },
    {
      as: 'merchant:owner',
      path: () => '/v1/callback-endpoints',
      body: () => ({ url: 'https://receiver.example/', owner: theirs.shop.id }),
      code: 'participant.not_found',
    },
  ],
  'GET /v1/callback-endpoints': [
    {
      as: 'issuer',
      path: () => `/v1/callback-endpoints?owner=${theirs.issuer.id}`,
      code: 'participant.not_found',
    },
  ],
  'DELETE /v1/callback-endpoints/{endpoint}': [
    {
      as: 'issuer',
      path: () => `/v1/callback-endpoints/${theirs.issuerEndpoint}`,
      code: 'endpoint.not_found',
    },
    {
      as: 'merchant:owner',
      path: () => `/v1/callback-endpoints/${theirs.shopEndpoint}`,
      code: 'endpoint.not_found',
    },
  ],
  'GET /v1/callback-endpoints/{endpoint}': endpoint(),
  'POST /v1/callback-endpoints/{endpoint}': endpoint('', () => ({ types: null })),
  'POST /v1/callback-endpoints/{endpoint}/pause': endpoint('/pause', () => ({})),
  'POST /v1/callback-endpoints/{endpoint}/resume': endpoint('/resume', () => ({})),
  'POST /v1/callback-endpoints/{endpoint}/rotate-secret': endpoint('/rotate-secret', () => ({})),
  'POST /v1/callback-endpoints/{endpoint}/ping': endpoint('/ping', () => ({})),
  'POST /v1/callback-endpoints/{endpoint}/explain-signature': endpoint('/explain-signature', () => ({
    headers: {},
    body: '',
  })),
  'POST /v1/events/{event}/resend': [
    {
      as: 'merchant:owner',
      path: () => `/v1/events/${theirs.event}/resend`,
      body: () => ({}),
      code: 'event.not_found',
    },
    {
      as: 'merchant:owner',
      path: () => `/v1/events/${mine.event}/resend`,
      body: () => ({ endpoint: theirs.shopEndpoint }),
      code: 'endpoint.not_found',
    },
    {
      as: 'merchant:owner',
      path: () => `/v1/events/${theirs.event}/resend`,
      body: () => ({ owner: theirs.shop.id }),
      code: 'participant.not_found',
    },
  ],
  'POST /v1/callback-resends': [
    {
      as: 'merchant:owner',
      path: () => '/v1/callback-resends',
      body: () => ({ since: '2026-11-21T00:00:00Z', owner: theirs.shop.id }),
      code: 'participant.not_found',
    },
    {
      as: 'merchant:owner',
      path: () => '/v1/callback-resends',
      body: () => ({ since: '2026-11-21T00:00:00Z', endpoint: theirs.shopEndpoint }),
      code: 'endpoint.not_found',
    },
  ],
  'GET /v1/callback-resends': [
    {
      as: 'merchant:owner',
      path: () => `/v1/callback-resends?owner=${theirs.shop.id}`,
      code: 'participant.not_found',
    },
  ],
  'GET /v1/callback-resends/{resend}': [
    {
      as: 'merchant:owner',
      path: () => `/v1/callback-resends/${theirs.resend}`,
      code: 'resend.not_found',
    },
    { as: 'issuer', path: () => `/v1/callback-resends/${theirs.resend}`, code: 'resend.not_found' },
  ],
  'POST /v1/callback-deliveries/retry': [
    {
      as: 'merchant:owner',
      path: () => '/v1/callback-deliveries/retry',
      body: () => ({ owner: theirs.shop.id }),
      code: 'participant.not_found',
    },
  ],
  'GET /v1/events': [
    { as: 'issuer', path: () => `/v1/events?owner=${theirs.issuer.id}`, code: 'participant.not_found' },
    { as: 'merchant:owner', path: () => `/v1/events?owner=${theirs.shop.id}`, code: 'participant.not_found' },
  ],
  'GET /v1/events/{event}': [
    { as: 'merchant:owner', path: () => `/v1/events/${theirs.event}`, code: 'event.not_found' },
    { as: 'issuer', path: () => `/v1/events/${theirs.event}`, code: 'event.not_found' },
    {
      as: 'merchant:owner',
      path: () => `/v1/events/${theirs.event}?owner=${theirs.shop.id}`,
      code: 'participant.not_found',
    },
  ],
  'GET /v1/callback-deliveries': [
    {
      as: 'merchant:owner',
      path: () => `/v1/callback-deliveries?owner=${theirs.shop.id}`,
      code: 'participant.not_found',
    },
  ],
  'POST /v1/participants/{participant}/signing-keys': [
    { ...participant('/signing-keys'), body: () => signingKey },
  ],
  'GET /v1/participants/{participant}/signing-keys': [participant('/signing-keys')],
  'POST /v1/participants/{participant}/signing-keys/{signingKey}/expire': [
    { ...participant(`/signing-keys/${absent('signingKey')}/expire`), body: () => later },
  ],
  'DELETE /v1/participants/{participant}/signing-keys/{signingKey}': [
    participant(`/signing-keys/${absent('signingKey')}`),
  ],
  'GET /v1/participants/{participant}/trust': [participant('/trust')],
  'POST /v1/participants/{participant}/trust': [
    { ...participant('/trust'), body: () => ({ require_signature: true }) },
  ],
  'POST /v1/centre/participants/{participant}/rate': 'centre',
  'POST /v1/centre/participants/{participant}/wallet-link': 'centre',
  'POST /v1/centre/limit-rules': 'centre',
  'POST /v1/centre/limit-rules/dry-run': 'centre',
  'POST /v1/centre/routing/dry-run': 'centre',
  'POST /v1/centre/connections/{connection}/test': 'centre',
  'GET /v1/centre/merchants/{merchant}': 'centre',
  'POST /v1/centre/merchants/{merchant}': 'centre',
  'POST /v1/centre/merchants/{merchant}/stores/{store}': 'centre',
  'POST /v1/centre/merchants/{merchant}/tills/{till}': 'centre',
  'GET /v1/centre/participants/{participant}': 'centre',
  'POST /v1/centre/participants/{participant}': 'centre',
  'GET /v1/centre/operators/{operator}': 'centre',
  'POST /v1/centre/operators/{operator}': 'centre',
  'GET /v1/centre/limit-rules': 'centre',
  'GET /v1/centre/limit-rules/{limitRule}': 'centre',
  'GET /v1/centre/limit-rules/{limitRule}/versions': 'centre',
  'POST /v1/centre/limit-rules/{limitRule}/change': 'centre',
  'POST /v1/centre/limit-rules/{limitRule}/retire': 'centre',
  'GET /v1/audit': 'centre',
  'GET /v1/centre/reports': 'centre',
  'GET /v1/centre/reports/payments': 'centre',
  'GET /v1/centre/reports/daily': 'centre',
  'POST /v1/centre/report-schedules': 'centre',
  'GET /v1/centre/report-schedules': 'centre',
  'GET /v1/centre/report-schedules/{reportSchedule}': 'centre',
  'DELETE /v1/centre/report-schedules/{reportSchedule}': 'centre',
  'POST /v1/centre/report-schedules/{reportSchedule}/pause': 'centre',
  'POST /v1/centre/report-schedules/{reportSchedule}/resume': 'centre',
  'POST /v1/centre/report-schedules/{reportSchedule}/run': 'centre',
  'GET /v1/centre/report-schedules/{reportSchedule}/runs': 'centre',
  'POST /v1/centre/report-jobs': 'centre',
  'GET /v1/centre/report-jobs': 'centre',
  'GET /v1/centre/report-jobs/{reportJob}': 'centre',
  'GET /v1/centre/report-jobs/{reportJob}/file': 'centre',
  'POST /v1/centre/report-jobs/{reportJob}/cancel': 'centre',
  'GET /v1/centre/reports/refunds': 'centre',
  'POST /v1/centre/payments/{payment}/refunds': 'centre',
  'GET /v1/centre/reports/volumes': 'centre',
  'GET /v1/centre/reports/declines': 'centre',
  'GET /v1/centre/reports/fees': 'centre',
  'GET /v1/centre/reports/positions': 'centre',
  'GET /v1/centre/reports/merchants': 'centre',
  'GET /v1/centre/reports/tills': 'centre',
  'GET /v1/centre/reports/codes': 'centre',
  'GET /v1/centre/reports/accounts': 'centre',
  'GET /v1/centre/reports/callbacks': 'centre',
  'GET /v1/centre/reports/audit': 'centre',
  'GET /v1/centre/trial-balance': 'centre',
  'POST /v1/centre/reports/rebuild': 'centre',
  'GET /v1/centre/reports/rebuild': 'centre',
  'POST /v1/centre/reconciliations': 'centre',
  'GET /v1/centre/reconciliations': 'centre',
  'GET /v1/centre/reconciliations/{reconciliation}': 'centre',
  'GET /v1/centre/business-days': 'centre',
  'GET /v1/centre/business-days/{date}': 'centre',
  'GET /v1/centre/business-days/{date}/obstacles': 'centre',
  'POST /v1/centre/business-days/{date}/close': 'centre',
  'POST /v1/centre/business-days/{date}/reopen': 'centre',
  'POST /v1/centre/participants/{participant}/file-formats': 'centre',
  'GET /v1/centre/participants/{participant}/file-formats': 'centre',
  'POST /v1/centre/file-formats/try': 'centre',
  'POST /v1/centre/partner-files': 'centre',
  'GET /v1/centre/partner-files': 'centre',
  'GET /v1/centre/partner-files/{partnerFile}': 'centre',
  'POST /v1/centre/partner-files/{partnerFile}/parts/{part}': 'centre',
  'POST /v1/centre/partner-files/{partnerFile}/match': 'centre',
  'GET /v1/centre/differences': 'centre',
  'GET /v1/centre/differences/{difference}': 'centre',
  'POST /v1/centre/differences/{difference}/comment': 'centre',
  'POST /v1/centre/differences/{difference}/resolve': 'centre',
  'POST /v1/centre/differences/{difference}/propose': 'centre',
  'POST /v1/centre/differences/{difference}/approve': 'centre',
  'POST /v1/centre/differences/{difference}/decline': 'centre',
  'GET /v1/centre/work': 'centre',
  'GET /v1/centre/work/transfers': 'centre',
  'POST /v1/centre/work/transfers/{transfer}/ask': 'centre',
  'POST /v1/centre/work/transfers/{transfer}/decide': 'centre',
  'POST /v1/centre/work/callbacks/{event}/{endpoint}/send': 'centre',
  'POST /v1/centre/work/callbacks/{event}/{endpoint}/drop': 'centre',
  'GET /v1/centre/work/dead-letters': 'centre',
  'POST /v1/centre/work/dead-letters/{deadLetter}/retry': 'centre',
  'POST /v1/centre/work/dead-letters/{deadLetter}/resolve': 'centre',
  'GET /v1/centre/alerts': 'centre',
  'GET /v1/centre/alerts/{alert}': 'centre',
  'POST /v1/centre/alerts/{alert}/acknowledge': 'centre',
  'GET /metrics': 'centre',
  'GET /v1/centre/overview': 'centre',
  'GET /v1/centre/search': 'centre',
  'POST /v1/centre/search': 'centre',
  'GET /v1/centre/payments/{payment}': 'centre',
  'GET /v1/centre/payments/{payment}/events': 'centre',
  'GET /v1/centre/payments/{payment}/timeline': 'centre',
  'POST /v1/centre/participants': 'centre',
  'GET /v1/centre/participants': 'centre',
  'POST /v1/centre/accounts': 'centre',
  'GET /v1/centre/accounts': 'centre',
  'POST /v1/centre/accounts/{account}/freeze': 'centre',
  'POST /v1/centre/accounts/{account}/close': 'centre',
  'POST /v1/centre/accounts/{account}/reopen': 'centre',
  'POST /v1/centre/merchants/{merchant}/stripes': 'centre',
  'POST /v1/centre/merchants/{merchant}/suspend': 'centre',
  'POST /v1/centre/merchants/{merchant}/resume': 'centre',
  'POST /v1/centre/participants/{participant}/suspend': 'centre',
  'POST /v1/centre/participants/{participant}/resume': 'centre',
  'GET /v1/centre/standings': 'centre',
  'POST /v1/centre/connections': 'centre',
  'GET /v1/centre/connections': 'centre',
  'POST /v1/centre/connections/{connection}': 'centre',
  'POST /v1/centre/positions': 'centre',
  'POST /v1/centre/positions/{account}': 'centre',
  'GET /v1/participants/{participant}/positions': [participant('/positions')],
  'GET /v1/participants/{participant}/statement': [participant('/statement?currency=KGS')],
  'GET /v1/centre/routing': 'centre',
  'POST /v1/centre/routing': 'centre',
  'GET /v1/centre/routing/versions': 'centre',
  'POST /v1/centre/merchants': 'centre',
  'GET /v1/centre/merchants': 'centre',
  'POST /v1/centre/merchants/{merchant}/stores': 'centre',
  'GET /v1/centre/merchants/{merchant}/stores': 'centre',
  'POST /v1/centre/merchants/{merchant}/stores/{store}/tills': 'centre',
  'GET /v1/centre/merchants/{merchant}/stores/{store}/tills': 'centre',
  'POST /v1/centre/operators': 'centre',
  'GET /v1/centre/operators': 'centre',
  'POST /v1/centre/keys': 'centre',
  'GET /v1/centre/keys': 'centre',
  'DELETE /v1/centre/keys/{key}': 'centre',
};

describe('somebody else’s object is answered like one that does not exist', () => {
  const rows = Object.entries(objects).flatMap(([name, row]) =>
    typeof row === 'string' ? [] : row.map((foreign, index) => [name, index, foreign] as const),
  );

  test.each(rows)('%s (%i)', async (name, _, foreign) => {
    const theirsAnswer = await send(name, keys[foreign.as], foreign.body?.(), foreign.path());
    expect(theirsAnswer).toMatchObject({ status: 404, body: { code: foreign.code } });
    // The same request for an id nobody has: apart from the id and the request, the same answer.
    const unused = new Map<string, string>([
      [theirs.account, absent('account')],
      [mine.shop.account, absent('account')],
      [theirs.payment, newTransferId('payment', Date.now(), 1)],
      [theirs.shop.id, absent('merchant')],
      [theirs.order, newOrderId(Date.now(), 0)],
      [theirs.store, absent('store')],
      [theirs.till, absent('till')],
      [theirs.person, absent('operator')],
      [theirs.code, absent('code')],
      [theirs.issuer.id, absent('participant')],
      [theirs.issuerEndpoint, absent('endpoint')],
      [theirs.shopEndpoint, absent('endpoint')],
      [theirs.event, absent('event')],
      [theirs.resend, absent('resend')],
      [theirs.refundRequest, absent('refundRequest')],
      [theirs.registerKey, absent('key')],
    ]);
    const replace = (text: string) => [...unused].reduce((t, [id, other]) => t.replaceAll(id, other), text);
    const body = foreign.body && JSON.parse(replace(JSON.stringify(foreign.body())));
    const nobodys = await send(name, keys[foreign.as], body, replace(foreign.path()));
    const { request_id: _1, instance: _2, ...told } = theirsAnswer.body;
    const { request_id: _3, instance: _4, ...toldOfNone } = nobodys.body;
    expect(told).toEqual(toldOfNone);
    expect(JSON.stringify(told)).not.toContain(theirs.shop.id);
  });

  test('rows of the centre are closed to everyone else', () => {
    for (const [name, row] of Object.entries(objects)) {
      if (row !== 'centre') continue;
      const access = closed.find((endpoint) => nameOf(endpoint) === name)?.access as readonly Who[];
      expect(
        access.filter((who) => !who.startsWith('staff:')),
        name,
      ).toEqual([]);
    }
  });

  test('the foreign objects are there for their owners, untouched', async () => {
    const order = await get(`/v1/merchants/${theirs.shop.id}/orders/${theirs.order}`, theirs.shop.key);
    expect(order.body).toMatchObject({ status: 'open' });
    expect((await get(`/v1/accounts/${theirs.account}`, theirs.issuer.key)).status).toBe(200);
    const list = await get('/v1/callback-endpoints', theirs.shop.key);
    expect(list.body.data).toMatchObject([{ id: theirs.shopEndpoint, status: 'active' }]);
  });
});

describe('what is the caller’s own', () => {
  test('an account belongs to the issuer that opens it', async () => {
    const opened = await made('/v1/accounts', { currency: 'KGS' }, mine.issuer.key);
    expect(opened.participant).toBe(mine.issuer.id);
    expect((await get(`/v1/accounts/${opened.id}`, theirs.issuer.key)).status).toBe(404);
  });

  test('an issuer’s list holds its accounts only', async () => {
    const { data } = (await get('/v1/accounts?limit=100', mine.issuer.key)).body;
    expect(data.length).toBeGreaterThan(0);
    for (const row of data) expect(row.participant).toBe(mine.issuer.id);
  });

  test('a scan is good for the issuer that made it only', async () => {
    const order = await newOrder(mine.shop, 500);
    const { scan } = (await post('/v1/scans', theirs.issuer.key, { payload: order.qr.payload })).body;
    const stolen = await pay(mine.issuer, { account: mine.account }, { scan });
    expect(stolen).toMatchObject({ status: 422, body: { code: 'scan.invalid' } });
  });

  test.each(['issuer', 'merchant:owner'] as const)('%s sees its own callbacks only', async (who) => {
    const own = who === 'issuer' ? mine.issuer.id : mine.shop.id;
    for (const list of ['endpoints', 'deliveries']) {
      const { data } = (await get(`/v1/callback-${list}?limit=100`, keys[who])).body;
      for (const row of data) expect(row.owner).toBe(own);
    }
    const named = await get(`/v1/callback-endpoints?owner=${own}`, keys[who]);
    expect(named.body.data).toMatchObject([{ owner: own }]);
  });

  test('a merchant is not told the payer’s account', async () => {
    const { body } = await get(`/v1/merchants/${mine.shop.id}/orders?status=paid`, mine.shop.key);
    expect(body.data).toHaveLength(2);
    expect(JSON.stringify(body)).not.toContain(mine.account);
  });
});
