/** Merchants: found, registered, approved, put right, suspended; with their places, people, keys and codes. */
import { Hono } from 'hono';
import type { Account, CallbackEndpoint, PrintedCode } from '../../../client/index.ts';
import type { VisitEnv } from '../../../http/index.ts';
import type {
  KeyRecord,
  MerchantRecord,
  ParticipantRecord,
  PersonRecord,
} from '../../../onboarding/index.ts';
import { address, type List, valueIn } from '../../desk/parts.tsx';
import type { Form } from '../../form.ts';
import { type DeedAsked, deedRoutes, filled, type Given, idIn, newPerson, statusOf } from '../deeds.tsx';
import type { At, Desk } from '../desk.tsx';
import { type Role, roles } from '../roles.ts';
import { MerchantPage } from './merchant-page.tsx';
import { MerchantsPage, NewMerchantPage } from './merchant-pages.tsx';
import { pastOf } from './parts.tsx';
import { placesOf } from './places.ts';
import { directoryTexts } from './texts.ts';

const base = '/centre/merchants';
const perPage = '25';
const writers: readonly Role[] = ['admin', 'officer'];
const administrators: readonly Role[] = ['admin'];

const pathOf = (id: string): string => `/v1/centre/merchants/${id}`;
const said = (form: Form) => ({ reason: form.reason ?? '' });

const deeds: Readonly<Record<string, DeedAsked>> = {
  approve: {
    roles: writers,
    ask: (desk, id, form) => desk.api.post(`${pathOf(id)}/activate`, said(form)),
    done: 'approved',
  },
  suspend: {
    roles: writers,
    ask: (desk, id, form) => desk.api.post(`${pathOf(id)}/suspend`, said(form)),
    done: 'suspended',
  },
  resume: {
    roles: writers,
    ask: (desk, id, form) => desk.api.post(`${pathOf(id)}/resume`, said(form)),
    done: 'resumed',
  },
  close: {
    roles: writers,
    ask: (desk, id, form) => desk.api.post(`${pathOf(id)}/close`, said(form)),
    done: 'closed',
  },
  change: {
    roles: writers,
    ask: (desk, id, form) =>
      desk.api.post(pathOf(id), {
        ...filled(form, 'name', 'city', 'category_code', 'language'),
        acquirer: form.acquirer || null,
        ...said(form),
      }),
    done: 'saved',
  },
  store: {
    roles: writers,
    ask: (desk, id, form) =>
      desk.api.post(`${pathOf(id)}/stores`, { name: form.name ?? '', ...filled(form, 'address') }),
    done: 'added',
  },
  'store-change': {
    roles: writers,
    ask: (desk, id, { store = '', name = '', address: where, ...form }) =>
      desk.api.post(`${pathOf(id)}/stores/${encodeURIComponent(store)}`, {
        ...{ name, address: where || null },
        ...said(form),
      }),
    done: 'saved',
  },
  till: {
    roles: writers,
    ask: (desk, id, { store = '', name = '' }) =>
      desk.api.post(`${pathOf(id)}/stores/${encodeURIComponent(store)}/tills`, { name }),
    done: 'added',
  },
  'till-change': {
    roles: writers,
    ask: (desk, id, { till = '', name = '', ...form }) =>
      desk.api.post(`${pathOf(id)}/tills/${encodeURIComponent(till)}`, { name, ...said(form) }),
    done: 'saved',
  },
  'place-standing': {
    roles: writers,
    ask: (desk, id, { place = '', status = '', ...form }) => {
      const kind = place.startsWith('til_') ? 'tills' : 'stores';
      return desk.api.post(`${pathOf(id)}/${kind}/${encodeURIComponent(place)}`, { status, ...said(form) });
    },
    done: 'saved',
  },
  person: { roles: writers, ask: newPerson },
  key: {
    roles: administrators,
    ask: (desk, id, form) =>
      desk.api.post('/v1/centre/keys', { owner: id, ...filled(form, 'label', 'role', 'till') }),
  },
  revoke: {
    roles: administrators,
    ask: (desk, _, { key = '' }) => desk.api.delete(`/v1/centre/keys/${encodeURIComponent(key)}`),
    done: 'revoked',
  },
};

export function merchantPages(at: At): Hono<VisitEnv> {
  const app = new Hono<VisitEnv>();
  app.get('/', at(roles, merchantsPage));
  app.get(
    '/new',
    at(writers, (desk) => newPage(desk)),
  );
  app.post('/new', at(writers, register));
  app.get(
    '/:id',
    at(roles, (desk) => merchantPage(desk)),
  );
  deedRoutes(app, at, base, deeds, merchantPage);
  return app;
}

const statuses = ['active', 'pending', 'suspended', 'closed'] as const;

async function merchantsPage(desk: Desk) {
  const { q = '', status, cursor } = desk.c.req.query();
  const known = statuses.find((one) => one === status);
  const path = '/v1/centre/merchants';
  const found = await desk.api.get<List<MerchantRecord>>(
    address(path, { q: q.trim().slice(0, 80), status: known, cursor, limit: perPage }),
  );
  if (!found.ok) return desk.refused(found.problem);
  const isFirst = q === '' && known === undefined && cursor === undefined;
  // What waits for somebody comes first, however old it is.
  const waiting = isFirst
    ? valueIn(await desk.api.get<List<MerchantRecord>>(address(path, { status: 'pending', limit: perPage })))
    : undefined;
  const content = (
    <MerchantsPage desk={desk} found={found.value} waiting={waiting?.data ?? []} q={q} status={known} />
  );
  return desk.page(directoryTexts(desk.language)('merchants'), content);
}

async function acquirersOf(desk: Desk): Promise<readonly ParticipantRecord[]> {
  const path = '/v1/centre/participants?role=acquirer&limit=100';
  return valueIn(await desk.api.get<List<ParticipantRecord>>(path))?.data ?? [];
}

async function newPage(desk: Desk, given: Given = {}) {
  const content = <NewMerchantPage given={given} acquirers={await acquirersOf(desk)} />;
  return desk.page(directoryTexts(desk.language)('newMerchant'), content, { status: statusOf(given) });
}

async function register(desk: Desk) {
  const form = await desk.form();
  const made = await desk.api.post<MerchantRecord>('/v1/centre/merchants', {
    ...{ name: form.name ?? '', city: form.city ?? '', category_code: form.category_code ?? '' },
    ...{ country: form.country ?? '', currency: form.currency ?? '' },
    ...filled(form, 'language', 'acquirer'),
    ...{ signed_codes: form.signed_codes !== undefined, pending: form.pending !== undefined },
  });
  if (!made.ok) return newPage(desk, { deed: 'new', form, problem: made.problem });
  return desk.after(made, made.status === 202 ? base : `${base}/${made.value.id}`, 'added');
}

async function merchantPage(desk: Desk, given: Given = {}) {
  const id = idIn(desk);
  const found = await desk.api.get<MerchantRecord>(pathOf(id));
  if (!found.ok) return desk.refused(found.problem);
  const merchant = found.value;
  const list = async <Row,>(path: string) => valueIn(await desk.api.get<List<Row>>(path));
  const [account, places, people, keys, endpoints, codes, past, acquirers] = await Promise.all([
    desk.api.get<Account>(`/v1/accounts/${merchant.account}`).then(valueIn),
    placesOf(desk, id),
    list<PersonRecord>(`/v1/centre/operators?owner=${id}&limit=100`),
    list<KeyRecord>(`/v1/centre/keys?owner=${id}&limit=100`),
    list<CallbackEndpoint>(`/v1/callback-endpoints?owner=${id}&limit=100`),
    list<PrintedCode>(`/v1/merchants/${id}/codes?limit=10`),
    pastOf(desk, id),
    acquirersOf(desk),
  ]);
  const parts = { merchant, account, places, people, keys, endpoints, codes, past, acquirers };
  const content = <MerchantPage desk={desk} given={given} {...parts} />;
  return desk.page(merchant.name, content, { status: statusOf(given) });
}
