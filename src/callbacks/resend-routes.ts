/** Routes that send again: one event, all since a time, what was given up. */
import { z } from '@hono/zod-openapi';
import { cursorOf, idSchema, isoTime, listOf, pageQuery, type Shell, timeSchema } from '../http/index.ts';
import { earliestEventId, newId, ok, refuse, timeOfId } from '../kernel/index.ts';
import { hears } from './announce.ts';
import { isStaff, managers, mayAsk, ownerOf, ownerSchema, readers, senders } from './callers.ts';
import { newRow, schedule, sendOverdue } from './deliver.ts';
import { eventTypes } from './endpoints.ts';
import { continueResend, eventsPerResendMax } from './resend.ts';
import type { ResendRow } from './resend-log.ts';
import type { CallbackParts } from './routes.ts';

// A small resend is done within the request that asks for it; a large one goes on every minute.
const resendPerRequestMs = 2_000;
const keptMs = 30 * 86_400_000;

const resendSchema = z
  .object({
    id: z.string(),
    owner: z.string(),
    endpoint: z.string().nullable(),
    type: z.string().nullable(),
    missed_only: z.boolean(),
    since: timeSchema,
    until: timeSchema,
    status: z.enum(['running', 'finished', 'limited']).openapi({
      description: `limited: ended after ${eventsPerResendMax} events; ask again from \`reached\` on`,
    }),
    reached: timeSchema.openapi({ description: 'Everything before this time has been looked at' }),
    events: z.int().openapi({ description: 'Events looked at' }),
    deliveries: z.int().openapi({ description: 'Deliveries begun again' }),
    started_at: timeSchema,
    finished_at: timeSchema.nullable(),
  })
  .openapi('CallbackResend');

export function resendRoutes(shell: Shell, parts: CallbackParts): void {
  const { directory, log, retries, resends } = parts;

  shell.endpoint(
    {
      method: 'post',
      path: '/v1/events/{event}/resend',
      tag: 'Callbacks',
      summary: 'Send an event again, with the same id: to one endpoint, or to all that hear of it',
      access: senders,
      whole: true,
      params: z.object({ event: idSchema('event') }),
      body: z.strictObject({
        endpoint: idSchema('endpoint').optional(),
        owner: ownerSchema.optional(),
      }),
      refusals: ['participant.not_found', 'endpoint.not_found'],
      answers: z.object({ event: z.string(), endpoints: z.array(z.string()) }).openapi('EventResent'),
    },
    async ({ params, body, caller }) => {
      const owner = await ownerOf(directory, caller, body.owner);
      if (owner === undefined) return refuse('participant.not_found', 'name the owner of the event');
      const event = await log.event(owner, params.event);
      if (!event) return refuse('event.not_found');
      const listening = await directory.openEndpoints(owner);
      const endpoints = listening.filter((endpoint) =>
        body.endpoint === undefined ? hears(endpoint, event.type) : endpoint.id === body.endpoint,
      );
      if (endpoints.length === 0) return refuse('endpoint.not_found', 'no endpoint listens');
      const open = endpoints.map(({ id }) => newRow(event, id));
      await log.record({ events: [], open, closed: [] });
      await schedule(open, retries);
      return ok({ event: event.id, endpoints: endpoints.map(({ id }) => id) });
    },
  );

  shell.endpoint(
    {
      method: 'post',
      path: '/v1/callback-resends',
      tag: 'Callbacks',
      summary: 'Send again all events since a time, oldest first',
      description:
        `Events of the last 30 days, at most ${eventsPerResendMax} at a time; one resend of an owner runs at a ` +
        'time. They carry the same ids as before.',
      access: managers,
      whole: true,
      status: 201,
      body: z.strictObject({
        since: timeSchema,
        endpoint: idSchema('endpoint').optional(),
        type: z.enum(eventTypes).optional(),
        missed_only: z
          .boolean()
          .default(false)
          .openapi({ description: 'Only what an endpoint has not taken yet' }),
        owner: ownerSchema.optional(),
      }),
      refusals: ['participant.not_found', 'endpoint.not_found', 'resend.running'],
      answers: resendSchema,
    },
    async ({ body, caller }) => {
      const owner = await ownerOf(directory, caller, body.owner);
      if (owner === undefined) return refuse('participant.not_found', 'name the owner of the events');
      if (body.endpoint !== undefined) {
        const endpoint = await directory.endpoint(body.endpoint);
        if (endpoint?.owner !== owner) return refuse('endpoint.not_found');
      }
      const nowMs = Date.now();
      const sinceMs = Math.min(nowMs, Math.max(nowMs - keptMs, Date.parse(body.since)));
      const row: ResendRow = {
        ...{ id: newId('resend', nowMs), owner, endpoint: body.endpoint ?? null, type: body.type ?? null },
        ...{ missedOnly: body.missed_only, sinceMs, untilMs: nowMs, status: 'running' },
        ...{ cursor: earliestEventId(sinceMs), events: 0, deliveries: 0 },
        ...{ startedBy: caller.key, startedAtMs: nowMs, finishedAtMs: null },
      };
      if (!(await resends.add(row))) return refuse('resend.running');
      return ok(resendJson(await continueResend(row, parts, resendPerRequestMs)));
    },
  );

  shell.endpoint(
    {
      method: 'get',
      path: '/v1/callback-resends',
      tag: 'Callbacks',
      summary: 'Resends, newest first',
      access: readers,
      whole: true,
      query: pageQuery.extend({ owner: ownerSchema.optional() }),
      refusals: ['participant.not_found'],
      answers: listOf(resendSchema),
    },
    async ({ query, caller }) => {
      if (!mayAsk(caller, query.owner)) return refuse('participant.not_found');
      const owner = isStaff(caller) ? query.owner : caller.owner;
      const rows = await resends.list(owner, query.limit + 1, query.cursor);
      const listed = rows.slice(0, query.limit);
      const next = rows.length > query.limit ? (listed.at(-1)?.id ?? null) : null;
      return ok({ data: listed.map(resendJson), next_cursor: cursorOf(next) });
    },
  );

  shell.endpoint(
    {
      method: 'get',
      path: '/v1/callback-resends/{resend}',
      tag: 'Callbacks',
      summary: 'How far a resend has come',
      access: readers,
      whole: true,
      params: z.object({ resend: idSchema('resend') }),
      answers: resendSchema,
    },
    async ({ params, caller }) => {
      const row = await resends.find(params.resend);
      const own = row && (isStaff(caller) || row.owner === caller.owner);
      return own ? ok(resendJson(row)) : refuse('resend.not_found');
    },
  );

  shell.endpoint(
    {
      method: 'post',
      path: '/v1/callback-deliveries/retry',
      tag: 'Callbacks',
      summary: 'Try again what was given up: an owner’s, an endpoint’s, or for staff everybody’s',
      description: 'Each begins anew, with all its attempts. Those whose endpoint is disabled stay parked.',
      access: managers,
      whole: true,
      body: z.strictObject({ owner: ownerSchema.optional(), endpoint: idSchema('endpoint').optional() }),
      refusals: ['participant.not_found'],
      answers: z.object({ deliveries: z.int() }).openapi('DeliveriesRetried'),
    },
    async ({ body, caller }) => {
      if (!mayAsk(caller, body.owner)) return refuse('participant.not_found');
      const owner = isStaff(caller) ? body.owner : caller.owner;
      const deliveries = await log.reopen({
        status: 'parked',
        ...(owner !== undefined && { owner }),
        ...(body.endpoint !== undefined && { endpoint: body.endpoint }),
      });
      await sendOverdue(parts, resendPerRequestMs);
      return ok({ deliveries });
    },
  );
}

const resendJson = (row: ResendRow) => ({
  id: row.id,
  owner: row.owner,
  endpoint: row.endpoint,
  type: row.type,
  missed_only: row.missedOnly,
  since: isoTime(row.sinceMs),
  until: isoTime(row.untilMs),
  status: row.status,
  reached: isoTime(row.status === 'finished' ? row.untilMs : timeOfId(row.cursor)),
  events: row.events,
  deliveries: row.deliveries,
  started_at: isoTime(row.startedAtMs),
  finished_at: row.finishedAtMs === null ? null : isoTime(row.finishedAtMs),
});
