/** Callbacks: where events are sent, how sending them went, and sending them again. Owners only. */
import { Hono } from 'hono';
import type { CallbackEndpoint, CallbackPing, Event, NewCallbackEndpoint } from '../../../client/index.ts';
import type { VisitEnv } from '../../../http/index.ts';
import type { ApiProblem } from '../../api.ts';
import { address, type List, valueIn } from '../../desk/parts.tsx';
import type { Form } from '../../form.ts';
import type { At, Desk } from '../desk.tsx';
import { CallbacksPage, EndpointPage, EventPage } from './pages.tsx';
import { callbackTexts } from './texts.ts';

const eventsPerPage = '20';

export function callbackPages(at: At): Hono<VisitEnv> {
  const app = new Hono<VisitEnv>();

  app.get(
    '/',
    at('owner', (desk) => callbacksPage(desk)),
  );

  // The secret stands in this answer and nowhere else.
  app.post(
    '/',
    at('owner', async (desk) => {
      const form = await desk.form();
      const made = await desk.api.post<NewCallbackEndpoint>('/v1/callback-endpoints', {
        url: form.url ?? '',
      });
      if (!made.ok) return callbacksPage(desk, form, made.problem);
      return endpointPage(desk, made.value.id, { secret: made.value.secret });
    }),
  );

  app.get(
    '/events/:event',
    at('owner', async (desk) => {
      const event = await desk.api.get<Event>(`/v1/events/${idIn(desk, 'event')}`);
      if (!event.ok) return desk.refused(event.problem);
      const content = <EventPage desk={desk} event={event.value} />;
      return desk.page(callbackTexts(desk.language)('event'), content);
    }),
  );

  app.post(
    '/events/:event/resend',
    at('owner', async (desk) => {
      const id = idIn(desk, 'event');
      const sent = await desk.api.post(`/v1/events/${id}/resend`, {});
      return sent.ok ? desk.done(`/portal/callbacks/events/${id}`, 'sent') : desk.refused(sent.problem);
    }),
  );

  app.get(
    '/:endpoint',
    at('owner', (desk) => endpointPage(desk, idIn(desk, 'endpoint'))),
  );

  for (const [deed, done] of [
    ['pause', 'paused'],
    ['resume', 'resumed'],
  ] as const) {
    app.post(
      `/:endpoint/${deed}`,
      at('owner', async (desk) => {
        const id = idIn(desk, 'endpoint');
        const changed = await desk.api.post(`/v1/callback-endpoints/${id}/${deed}`, {});
        return changed.ok ? desk.done(`/portal/callbacks/${id}`, done) : desk.refused(changed.problem);
      }),
    );
  }

  app.post(
    '/:endpoint/remove',
    at('owner', async (desk) => {
      const removed = await desk.api.delete(`/v1/callback-endpoints/${idIn(desk, 'endpoint')}`);
      return removed.ok ? desk.done('/portal/callbacks', 'removed') : desk.refused(removed.problem);
    }),
  );

  app.post(
    '/:endpoint/rotate',
    at('owner', async (desk) => {
      const id = idIn(desk, 'endpoint');
      const rotated = await desk.api.post<NewCallbackEndpoint>(
        `/v1/callback-endpoints/${id}/rotate-secret`,
        {},
      );
      return rotated.ok
        ? endpointPage(desk, id, { secret: rotated.value.secret })
        : desk.refused(rotated.problem);
    }),
  );

  app.post(
    '/:endpoint/ping',
    at('owner', async (desk) => {
      const id = idIn(desk, 'endpoint');
      const ping = await desk.api.post<CallbackPing>(`/v1/callback-endpoints/${id}/ping`, {});
      return ping.ok ? endpointPage(desk, id, { ping: ping.value }) : desk.refused(ping.problem);
    }),
  );
  return app;
}

const idIn = (desk: Desk, name: string): string => encodeURIComponent(desk.c.req.param(name) ?? '');

async function callbacksPage(desk: Desk, form: Form = {}, problem?: ApiProblem) {
  const { api, c, language } = desk;
  const query = { limit: eventsPerPage, cursor: c.req.query('cursor') };
  const [endpoints, events] = await Promise.all([
    api.get<List<CallbackEndpoint>>('/v1/callback-endpoints?limit=50'),
    api.get<List<Event>>(address('/v1/events', query)),
  ]);
  if (!endpoints.ok) return desk.refused(endpoints.problem);
  const content = (
    <CallbacksPage
      desk={desk}
      endpoints={endpoints.value.data}
      events={valueIn(events)}
      form={form}
      problem={problem}
    />
  );
  return desk.page(callbackTexts(language)('title'), content, { status: problem ? 422 : 200 });
}

/** `secret` and `ping` are shown where they were asked for, once. */
async function endpointPage(desk: Desk, id: string, shown: { secret?: string; ping?: CallbackPing } = {}) {
  const endpoint = await desk.api.get<CallbackEndpoint>(`/v1/callback-endpoints/${id}`);
  if (!endpoint.ok) return desk.refused(endpoint.problem);
  const content = <EndpointPage desk={desk} endpoint={endpoint.value} shown={shown} />;
  return desk.page(callbackTexts(desk.language)('endpoint'), content);
}
