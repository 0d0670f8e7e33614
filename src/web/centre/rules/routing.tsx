/** The routing table: as it is, tried on a payment, changed in a draft that is tried before it is published, brought back. */
import { Hono } from 'hono';
import type { VisitEnv } from '../../../http/index.ts';
import type { ParticipantRecord } from '../../../onboarding/index.ts';
import type { ConnectionRecord, DryRunAnswer, RoutingRecord } from '../../../partners/index.ts';
import type { ApiAnswer } from '../../api.ts';
import { address, type List, valueIn } from '../../desk/parts.tsx';
import type { Form } from '../../form.ts';
import { type Given, statusOf } from '../deeds.tsx';
import type { At, Desk } from '../desk.tsx';
import { namesOf } from '../directory/parts.tsx';
import { type Role, roles } from '../roles.ts';
import { type Rules, rulesIn, rulesInJson } from './draft.ts';
import { DraftPage, RoutingPage } from './routing-pages.tsx';
import { rulesTexts } from './texts.ts';

const base = '/centre/routing';
const table = '/v1/centre/routing';
const writers: readonly Role[] = ['admin', 'officer'];
// Real payments that a draft is tried on.
const rerunCount = 100;
const versionsShown = '10';

export function routingPages(at: At): Hono<VisitEnv> {
  const app = new Hono<VisitEnv>();
  app.get(
    '/',
    at(roles, (desk) => routingPage(desk)),
  );
  // Tried without being told to anybody: a form like a search, but what is scanned does not belong in an address.
  app.post(
    '/',
    at(roles, async (desk) => {
      const form = await desk.form();
      const tried = await tryOut(desk, form);
      if (!tried.ok) return routingPage(desk, { deed: 'try', form, problem: tried.problem });
      return routingPage(desk, { deed: 'try', form, made: tried.value });
    }),
  );
  app.get('/draft', at(writers, openDraft));
  app.post('/draft', at(writers, sentDraft));
  return app;
}

/** What a form asks about: a payment of somebody to somebody. */
function wishIn({ payload, profile, guid, provider, account, issuer, currency }: Form) {
  const code = profile ? { profile, guid: guid || null, provider: provider || null } : undefined;
  const merchant = payload ? { payload } : code;
  const payer = account ? { account } : issuer ? { issuer, currency: currency || 'KGS' } : undefined;
  return { ...(merchant && { merchant }), ...(payer && { payer }) };
}

const tryOut = (desk: Desk, form: Form, draft?: Rules): Promise<ApiAnswer<DryRunAnswer>> =>
  desk.api.post(`${table}/dry-run`, { ...wishIn(form), ...(draft && { draft, last: rerunCount }) });

/** Connections with the names of those they lead to. */
export async function waysOf(desk: Desk) {
  const list = async <Row,>(path: string) => valueIn(await desk.api.get<List<Row>>(path))?.data ?? [];
  const [connections, participants] = await Promise.all([
    list<ConnectionRecord>('/v1/centre/connections?limit=100'),
    list<ParticipantRecord>('/v1/centre/participants?limit=100'),
  ]);
  const nameOf = new Map(participants.map(({ id, name }) => [id, name]));
  const named = ({ id, participant, adapter, status }: ConnectionRecord) =>
    [id, `${nameOf.get(participant) ?? participant} · ${adapter}${status === 'active' ? '' : ' ✕'}`] as const;
  return { connections: new Map(connections.map(named)), participants: nameOf };
}
export type Ways = Awaited<ReturnType<typeof waysOf>>;

async function routingPage(desk: Desk, given: Given = {}) {
  const query = { cursor: desk.c.req.query('cursor'), limit: versionsShown };
  const [live, versions, ways] = await Promise.all([
    desk.api.get<RoutingRecord>(table),
    desk.api.get<List<RoutingRecord>>(address(`${table}/versions`, query)),
    waysOf(desk),
  ]);
  if (!live.ok) return desk.refused(live.problem);
  if (!versions.ok) return desk.refused(versions.problem);
  const names = await namesOf(
    desk,
    versions.value.data.map(({ operator }) => operator ?? ''),
  );
  const parts = { live: live.value, versions: versions.value, ways, names };
  const content = <RoutingPage desk={desk} given={given} {...parts} />;
  return desk.page(rulesTexts(desk.language)('routing'), content, { status: statusOf(given) });
}

/** A draft of the table as it is, or of an older version. */
async function openDraft(desk: Desk) {
  const live = await desk.api.get<RoutingRecord>(table);
  if (!live.ok) return desk.refused(live.problem);
  const wanted = Number(desk.c.req.query('version') ?? live.value.version);
  const from = wanted === live.value.version ? live.value : await versionOf(desk, wanted);
  return draftPage(desk, from ?? live.value, String(live.value.version));
}

async function versionOf(desk: Desk, version: number): Promise<RoutingRecord | undefined> {
  if (!Number.isSafeInteger(version)) return undefined;
  let cursor: string | undefined;
  do {
    const path = address(`${table}/versions`, { cursor, limit: '100' });
    const page: List<RoutingRecord> | undefined = valueIn(await desk.api.get<List<RoutingRecord>>(path));
    const found = page?.data.find((one) => one.version === version);
    if (found) return found;
    cursor = page?.next_cursor ?? undefined;
  } while (cursor !== undefined);
  return undefined;
}

/** Loads JSON, tries, or publishes, as the button says. */
async function sentDraft(desk: Desk) {
  const form = await desk.form();
  const basedOn = form.based_on ?? '0';
  if (form.deed === 'load') {
    const loaded = rulesInJson(form.json ?? '');
    return draftPage(desk, loaded ?? rulesIn(form), basedOn, {
      deed: 'load',
      form,
      made: loaded !== undefined,
    });
  }
  const draft = rulesIn(form);
  if (form.deed !== 'publish') {
    const tried = await tryOut(desk, form, draft);
    const came = tried.ok ? { made: tried.value } : { problem: tried.problem };
    return draftPage(desk, draft, basedOn, { deed: 'try', form, ...came });
  }
  const wish = { ...draft, based_on: Number(basedOn), reason: form.reason ?? '' };
  const published = await desk.api.post<RoutingRecord>(table, wish);
  if (published.ok) return desk.after(published, base, 'published');
  const newer =
    published.problem.code === 'routing.changed'
      ? valueIn(await desk.api.get<RoutingRecord>(table))
      : undefined;
  const given = { deed: 'publish', form, problem: published.problem };
  return draftPage(desk, draft, newer ? String(newer.version) : basedOn, given);
}

async function draftPage(desk: Desk, rules: Rules, basedOn: string, given: Given = {}) {
  const parts = { rules, basedOn, ways: await waysOf(desk) };
  const content = <DraftPage given={given} {...parts} />;
  const status = given.deed === 'load' && given.made === false ? 422 : statusOf(given);
  return desk.page(rulesTexts(desk.language)('draftTitle'), content, { status });
}
