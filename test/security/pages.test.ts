/**
 * Who is let into which page of the centre's desk and of the portal, driven from the desks' own lists of routes: a page
 * that is added is walked too. Each lets in whom its route names; others are told so, or sent to sign in; what does not
 * exist is a page that says so.
 */
import type { Hono } from 'hono';
import { beforeAll, describe, expect, test } from 'vitest';
import type { VisitEnv } from '../../src/http/index.ts';
import { type IdKind, newId, newOrderId, newTransferId } from '../../src/kernel/index.ts';
import { centrePages } from '../../src/web/centre/index.tsx';
import { portalPages } from '../../src/web/portal/index.tsx';
import { look, placeOf, send } from '../support/pages.ts';
import { colleagueOf, newBusiness, newStaffPerson } from '../support/people.ts';
import { type Answer, adminKey, call, migrate, post, until } from '../support/switch.ts';
import { newIssuer, newPayer, pay } from '../support/town.ts';

interface Visitor {
  readonly name: string;
  /** As routes name it; a manager is one in whatever store. */
  readonly role: string;
  readonly cookie: string;
}

interface Route {
  readonly method: string;
  readonly path: string;
  readonly allowed: readonly string[];
}

const onlyListed = () => {
  throw new Error('Pages are only listed here.');
};

const routesOf = (place: string, { routes }: Hono<VisitEnv>): Route[] =>
  routes.map(({ method, path, handler }) => ({
    method,
    path: path === '/' ? place : `${place}${path}`,
    allowed: (handler as unknown as Pick<Route, 'allowed'>).allowed,
  }));

const desks = [
  {
    place: '/centre',
    roles: ['admin', 'officer', 'analyst', 'support'],
    routes: routesOf('/centre', centrePages({ api: onlyListed, mode: 'sandbox', access: false })),
  },
  {
    place: '/portal',
    roles: ['owner', 'manager', 'cashier'],
    routes: routesOf('/portal', portalPages({ api: onlyListed, mode: 'sandbox' })),
  },
];

const nowMs = Date.now();
const absent = (kind: IdKind) => newId(kind, nowMs);
const noPayment = newTransferId('payment', nowMs, 1);
/** What a part of a path names: a new one gets a line here, with an id of its kind that nothing has. */
const absentIds: Record<string, string> = {
  '/centre/alerts/:id': absent('alert'),
  '/centre/payments/:id': noPayment,
  '/centre/payments/:id/events/:event': absent('event'),
  '/centre/reports/schedules/:schedule': absent('reportSchedule'),
  '/centre/reports/files/:job': absent('reportJob'),
  '/centre/reports/:report': 'no-such-report',
  '/centre/approvals/:id': absent('approval'),
  '/centre/merchants/:id': absent('merchant'),
  '/centre/merchants/:id/orders/:order': newOrderId(nowMs, 0),
  '/centre/work/transfers/:id': noPayment,
  '/centre/work/callbacks/:id': absent('event'),
  '/centre/work/callbacks/:id/:endpoint': absent('endpoint'),
  '/centre/work/dead-letters/:id': absent('deadLetter'),
  '/centre/reconciliation/partners/:partner': absent('participant'),
  '/centre/reconciliation/files/:file': absent('partnerFile'),
  '/centre/reconciliation/differences/:difference': absent('difference'),
  '/centre/participants/:id': absent('participant'),
  '/centre/accounts/:id': absent('account'),
  '/centre/people/:id': absent('operator'),
  '/centre/days/:day': '2026-02-30',
  '/centre/rules/:id': absent('limitRule'),
  '/portal/payments/:payment': noPayment,
  '/portal/orders/:order': newOrderId(nowMs, 0),
  '/portal/codes/:code': absent('code'),
  '/portal/refunds/:request': absent('refundRequest'),
  '/portal/staff/:person': absent('operator'),
  '/portal/keys/:key': absent('key'),
  '/portal/callbacks/events/:event': absent('event'),
  '/portal/callbacks/:endpoint': absent('endpoint'),
  '/portal/settings/stores/:store': absent('store'),
};
/** What is answered where that is not a page that says so: any date is a day; what waits no longer was done. */
const otherAnswers: Record<string, { status: number; location?: string }> = {
  '/centre/days/:day': { status: 422 },
  '/centre/work/transfers/:id': { status: 303, location: '/centre/work?done=over' },
  '/centre/work/dead-letters/:id': { status: 303, location: '/centre/work?done=over' },
};
/** The same paths with things there are. */
const ids: Record<string, string> = {
  '/centre/payments/:id': '',
  '/centre/reports/:report': 'payments',
  '/centre/merchants/:id': '',
  '/centre/merchants/:id/orders/:order': '',
  '/centre/reconciliation/partners/:partner': '',
  '/centre/participants/:id': '',
  '/centre/accounts/:id': '',
  '/centre/people/:id': '',
  '/centre/days/:day': '2026-01-01',
  '/centre/rules/:id': '',
  '/portal/payments/:payment': '',
  '/portal/orders/:order': '',
  '/portal/codes/:code': '',
  '/portal/staff/:person': '',
  '/portal/callbacks/:endpoint': '',
};
const visitors: Record<string, Visitor[]> = {};

/** A path with what it names filled in; undefined where there is no such thing. */
const filled = (path: string, from: Readonly<Record<string, string>>): string | undefined => {
  const parts = path.split('/').map((part, at, all) => {
    if (!part.startsWith(':')) return part;
    return from[all.slice(0, at + 1).join('/')];
  });
  return parts.includes(undefined) ? undefined : parts.join('/');
};
const names = (path: string) => path.includes('/:');

const ask = (method: string, path: string, { cookie }: { cookie: string }): Promise<Answer> =>
  method === 'GET' ? look(path, { cookie }) : send(path, {}, { cookie });

beforeAll(async () => {
  await migrate();
  visitors['/centre'] = [];
  for (const role of ['admin', 'officer', 'analyst', 'support']) {
    const { cookie } = await newStaffPerson(role);
    visitors['/centre'].push({ name: role, role, cookie });
  }
  const business = await newBusiness();
  const { owner, merchant, store } = business;
  visitors['/portal'] = [
    { name: 'owner', role: 'owner', cookie: owner.cookie },
    { name: 'manager', role: 'manager', cookie: (await colleagueOf(business, 'manager')).cookie },
    {
      ...{ name: 'manager of a store', role: 'manager' },
      cookie: (await colleagueOf(business, 'manager', { store })).cookie,
    },
    { name: 'cashier', role: 'cashier', cookie: (await colleagueOf(business, 'cashier')).cookie },
  ];
  const made = async (answer: Promise<Answer>) => {
    const { status, body } = await answer;
    if (status !== 201) throw new Error(`${status} ${JSON.stringify(body)}`);
    return body;
  };
  const rule = {
    ...{ scope: 'account', currency: 'KGS', direction: 'out', measure: 'amount', threshold: 2 ** 50 },
  };
  const issuer = await newIssuer();
  const payer = await newPayer(issuer);
  const order = await made(owner.post(`/v1/merchants/${merchant}/orders`, { amount: 500, currency: 'KGS' }));
  const { id: payment } = (await pay(issuer, payer, { payload: order.qr.payload })).body;
  const code = await made(owner.post(`/v1/merchants/${merchant}/codes`, { name: 'C' }));
  const endpoint = await made(owner.post('/v1/callback-endpoints', { url: 'https://receiver.example/' }));
  Object.assign(ids, {
    '/centre/payments/:id': payment,
    '/centre/merchants/:id': merchant,
    '/centre/merchants/:id/orders/:order': order.id,
    '/centre/reconciliation/partners/:partner': issuer.id,
    '/centre/participants/:id': issuer.id,
    '/centre/accounts/:id': payer.account,
    '/centre/people/:id': business.person,
    '/centre/rules/:id': (await made(post('/v1/centre/limit-rules', adminKey, { rule, reason: 'a test' })))
      .id,
    '/portal/payments/:payment': payment,
    '/portal/orders/:order': order.id,
    '/portal/codes/:code': code.id,
    '/portal/staff/:person': business.person,
    '/portal/callbacks/:endpoint': endpoint.id,
  });
  // Reports know of it a moment later.
  await until(
    () => look(`/centre/payments/${payment}`, visitors['/centre']![0]!),
    ({ status }) => status === 200,
  );
});

// A form without a word in it is told what is missing, unless it needs none; what it is about does not exist.
const answersToForms = [200, 303, 404, 409, 422];

describe.each(desks)('pages below $place', ({ place, roles, routes }) => {
  test('say whom they let in, and what they name is known', () => {
    expect(routes.length).toBeGreaterThan(40);
    for (const { method, path, allowed } of routes) {
      expect(roles, `${method} ${path}`).toEqual(expect.arrayContaining([...allowed]));
      expect(allowed.length, `${method} ${path}`).toBeGreaterThan(0);
      expect(filled(path, absentIds), `absentIds: what does ${path} name?`).toBeDefined();
    }
  });

  describe.each(routes)('$method $path', ({ method, path: declared, allowed }) => {
    const path = filled(declared, absentIds) ?? declared;

    test('sends whoever has not signed in to do so', async () => {
      const answer = await ask(method, path, { cookie: '' });
      expect(answer.status).toBe(303);
      const next = method === 'GET' ? encodeURIComponent(path) : place;
      expect(placeOf(answer)).toBe(`/sign-in?next=${next}`);
    });

    test('is not for people of another place', async () => {
      for (const other of Object.keys(visitors).filter((one) => one !== place)) {
        for (const visitor of visitors[other]!) {
          expect(await ask(method, path, visitor), visitor.name).toMatchObject({
            status: 403,
            body: expect.stringContaining(
              place === '/centre' ? 'people of the processing centre' : 'people of a merchant',
            ),
          });
        }
      }
    });

    test(`lets in ${allowed.join(', ')}, and nobody else`, async () => {
      for (const visitor of visitors[place]!) {
        const answer = await ask(method, path, visitor);
        if (!allowed.includes(visitor.role)) {
          expect(answer.status, visitor.name).toBe(403);
          expect(answer.body, visitor.name).toContain('This page is not for your role');
        } else if (method !== 'GET') {
          // The API has the last word: codes of all stores are not a matter of one store's manager.
          const kept = visitor.name === 'manager of a store' && path === '/portal/settings/signing';
          expect(kept ? [403] : answersToForms, `${visitor.name}: ${answer.status}`).toContain(answer.status);
        } else {
          const { status, location = '' } = otherAnswers[declared] ?? { status: names(declared) ? 404 : 200 };
          expect(answer.status, visitor.name).toBe(status);
          expect(placeOf(answer), visitor.name).toBe(location);
        }
      }
    });

    if (method === 'GET' && names(declared) && filled(declared, ids) !== undefined) {
      test('shows what there is to whoever may see all of it', async () => {
        const real = filled(declared, ids) ?? declared;
        for (const visitor of visitors[place]!) {
          if (!allowed.includes(visitor.role) || (place === '/portal' && visitor.role !== 'owner')) continue;
          expect((await ask(method, real, visitor)).status, visitor.name).toBe(200);
        }
      });
    }
  });

  test('a page that there is not is missed by everybody alike', async () => {
    for (const cookie of ['', ...visitors[place]!.map((visitor) => visitor.cookie)]) {
      const headers = { cookie, accept: 'text/html' };
      expect((await call('GET', `${place}/no/such/page`, { headers })).status).toBe(404);
    }
  });
});
