/** Issuers and acquirers: admitted, suspended; their keys, signatures, connections and positions. */
import { Hono } from 'hono';
import type { CallbackEndpoint, SigningKey, Trust } from '../../../client/index.ts';
import type { VisitEnv } from '../../../http/index.ts';
import { dayAfter, startOfDayMs } from '../../../kernel/index.ts';
import type { KeyRecord, ParticipantRecord } from '../../../onboarding/index.ts';
import type { ConnectionRecord, PositionRecord } from '../../../partners/index.ts';
import { address, type List, typedAmount, valueIn } from '../../desk/parts.tsx';
import type { Form } from '../../form.ts';
import { type DeedAsked, deedRoutes, filled, type Given, idIn, statusOf, wrongField } from '../deeds.tsx';
import type { At, Desk } from '../desk.tsx';
import { type Role, roles } from '../roles.ts';
import { ParticipantPage } from './participant-page.tsx';
import { NewParticipantPage, ParticipantsPage } from './participant-pages.tsx';
import { pastOf } from './parts.tsx';
import { directoryTexts } from './texts.ts';

const base = '/centre/participants';
const perPage = '25';
const writers: readonly Role[] = ['admin', 'officer'];
const administrators: readonly Role[] = ['admin'];

const centre = (id: string): string => `/v1/centre/participants/${id}`;
const own = (id: string): string => `/v1/participants/${id}`;
const part = (text: string | undefined): string => encodeURIComponent(text ?? '');
const said = (form: Form) => ({ reason: form.reason ?? '' });

/** The end of a day of the centre, as the API takes it. */
const endOf = (day: string | undefined): string | undefined =>
  /^\d{4}-\d\d-\d\d$/.test(day ?? '') ? new Date(startOfDayMs(dayAfter(day ?? '', 1))).toISOString() : day;

/** A whole number as it was typed; what is none goes as it is, for the API to refuse. */
const numberIn = (text: string | undefined): number | string =>
  /^\d{1,15}$/.test(text ?? '') ? Number(text) : (text ?? '');

const deeds: Readonly<Record<string, DeedAsked>> = {
  suspend: {
    roles: writers,
    ask: (desk, id, form) => desk.api.post(`${centre(id)}/suspend`, said(form)),
    done: 'suspended',
  },
  resume: {
    roles: writers,
    ask: (desk, id, form) => desk.api.post(`${centre(id)}/resume`, said(form)),
    done: 'resumed',
  },
  close: {
    roles: writers,
    ask: (desk, id, form) => desk.api.post(`${centre(id)}/close`, said(form)),
    done: 'closed',
  },
  change: {
    roles: writers,
    ask: (desk, id, form) => desk.api.post(centre(id), { ...filled(form, 'name', 'country'), ...said(form) }),
    done: 'saved',
  },
  key: {
    roles: administrators,
    ask: (desk, id, form) => desk.api.post('/v1/centre/keys', { owner: id, ...filled(form, 'label') }),
  },
  revoke: {
    roles: administrators,
    ask: (desk, _, { key }) => desk.api.delete(`/v1/centre/keys/${part(key)}`),
    done: 'revoked',
  },
  'signing-key': {
    roles: administrators,
    ask: (desk, id, form) =>
      desk.api.post(`${own(id)}/signing-keys`, {
        ...{ public_key: form.public_key ?? '', proof: form.proof ?? '' },
        ...filled(form, 'label'),
        ...(form.not_after && { not_after: endOf(form.not_after) }),
      }),
    done: 'added',
  },
  'signing-key-end': {
    roles: administrators,
    ask: (desk, id, form) =>
      desk.api.post(`${own(id)}/signing-keys/${part(form.key)}/expire`, { not_after: endOf(form.not_after) }),
    done: 'saved',
  },
  'signing-key-revoke': {
    roles: administrators,
    ask: (desk, id, { key }) => desk.api.delete(`${own(id)}/signing-keys/${part(key)}`),
    done: 'revoked',
  },
  trust: {
    roles: administrators,
    ask: (desk, id, form) =>
      desk.api.post(`${own(id)}/trust`, {
        require_signature: form.require_signature !== undefined,
        certificates: (form.certificates ?? '').toLowerCase().split(/\s+/).filter(Boolean),
      }),
    done: 'saved',
  },
  rate: {
    roles: writers,
    ask: (desk, id, form) =>
      desk.api.post(`${centre(id)}/rate`, {
        requests_per_second: form.requests_per_second ? numberIn(form.requests_per_second) : null,
      }),
    done: 'saved',
  },
  'wallet-link': {
    roles: writers,
    ask: (desk, id, form) =>
      desk.api.post(`${centre(id)}/wallet-link`, { wallet_link: form.wallet_link || null }),
    done: 'saved',
  },
  connection: {
    roles: writers,
    ask: (desk, id, form) =>
      desk.api.post('/v1/centre/connections', {
        ...{ participant: id, adapter: form.adapter, deadline_ms: numberIn(form.deadline_ms) },
        ...filled(form, 'url'),
      }),
    done: 'added',
  },
  'connection-change': {
    roles: writers,
    ask: (desk, _, { connection, status }) =>
      desk.api.post(`/v1/centre/connections/${part(connection)}`, { status }),
    done: 'saved',
  },
  'connection-test': {
    roles: writers,
    ask: (desk, _, { connection }) => desk.api.post(`/v1/centre/connections/${part(connection)}/test`, {}),
  },
  position: {
    roles: writers,
    async ask(desk, id, form) {
      const { currency = '' } = form;
      const cap = capIn(form.cap, currency);
      if (cap === undefined) return wrongField(desk, 'cap');
      return desk.api.post('/v1/centre/positions', { participant: id, currency, cap });
    },
    done: 'added',
  },
  cap: {
    roles: writers,
    async ask(desk, _, form) {
      const cap = capIn(form.cap, form.currency ?? '');
      if (cap === undefined) return wrongField(desk, 'cap');
      return desk.api.post(`/v1/centre/positions/${part(form.position)}`, { cap });
    },
    done: 'saved',
  },
};

/** Minor units of a cap, which may be nothing at all. */
const capIn = (text: string | undefined, currency: string): number | undefined =>
  /^\s*0*([.,]0*)?\s*$/.test(text ?? '') ? 0 : typedAmount(text, currency);

export function participantPages(at: At): Hono<VisitEnv> {
  const app = new Hono<VisitEnv>();
  app.get('/', at(roles, participantsPage));
  app.get(
    '/new',
    at(writers, (desk) => newPage(desk)),
  );
  app.post('/new', at(writers, admit));
  app.get(
    '/:id',
    at(roles, (desk) => participantPage(desk)),
  );
  deedRoutes(app, at, base, deeds, participantPage);
  return app;
}

async function participantsPage(desk: Desk) {
  const { q = '', role, cursor } = desk.c.req.query();
  const known = (['issuer', 'acquirer'] as const).find((one) => one === role);
  const query = { q: q.trim().slice(0, 80), role: known, cursor, limit: perPage };
  const found = await desk.api.get<List<ParticipantRecord>>(address('/v1/centre/participants', query));
  if (!found.ok) return desk.refused(found.problem);
  const content = <ParticipantsPage desk={desk} found={found.value} q={q} role={known} />;
  return desk.page(directoryTexts(desk.language)('participants'), content);
}

const newPage = (desk: Desk, given: Given = {}) =>
  desk.page(directoryTexts(desk.language)('newParticipant'), <NewParticipantPage given={given} />, {
    status: statusOf(given),
  });

async function admit(desk: Desk) {
  const form = await desk.form();
  const { name = '', role, country = '' } = form;
  const made = await desk.api.post<ParticipantRecord>('/v1/centre/participants', { name, role, country });
  if (!made.ok) return newPage(desk, { deed: 'new', form, problem: made.problem });
  return desk.after(made, made.status === 202 ? base : `${base}/${made.value.id}`, 'added');
}

async function participantPage(desk: Desk, given: Given = {}) {
  const id = idIn(desk);
  const found = await desk.api.get<ParticipantRecord>(centre(id));
  if (!found.ok) return desk.refused(found.problem);
  const list = async <Row,>(path: string) => valueIn(await desk.api.get<List<Row>>(path));
  const [trust, keys, signingKeys, connections, positions, endpoints, past] = await Promise.all([
    desk.api.get<Trust>(`${own(id)}/trust`).then(valueIn),
    list<KeyRecord>(`/v1/centre/keys?owner=${id}&limit=100`),
    list<SigningKey>(`${own(id)}/signing-keys?limit=100`),
    list<ConnectionRecord>(`/v1/centre/connections?participant=${id}&limit=100`),
    list<PositionRecord>(`${own(id)}/positions?limit=100`),
    list<CallbackEndpoint>(`/v1/callback-endpoints?owner=${id}&limit=100`),
    pastOf(desk, id),
  ]);
  const parts = { trust, keys, signingKeys, connections, positions, endpoints, past };
  const content = <ParticipantPage desk={desk} given={given} participant={found.value} {...parts} />;
  return desk.page(found.value.name, content, { status: statusOf(given) });
}
