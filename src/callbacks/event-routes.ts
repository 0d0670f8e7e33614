/** Reading what was told: events with their attempts, and deliveries that are still open. */
import { z } from '@hono/zod-openapi';
import type { Directory } from '../directory/index.ts';
import {
  cursorOf,
  idSchema,
  isoTime,
  listOf,
  pageQuery,
  type Shell,
  textSchema,
  timeSchema,
} from '../http/index.ts';
import { ok, refuse, timeOfId } from '../kernel/index.ts';
import { isStaff, mayAsk, ownerOf, ownerSchema, readers, staff } from './callers.ts';
import type { CallbackLog, DeliveryRow } from './log.ts';
import type { Attempt, LoggedEvent } from './model.ts';
import { unsignedHeaders } from './send.ts';

export const attemptSchema = z
  .object({
    endpoint: z.string(),
    number: z.int(),
    at: timeSchema,
    took_ms: z.int(),
    request: z.object({ url: z.string(), headers: z.record(z.string(), z.string()) }).openapi({
      description: 'Its body is the event’s; signatures are not kept',
    }),
    status: z.int().nullable().openapi({ description: 'null: there was no answer' }),
    error: z.string().nullable().openapi({ description: 'null: it was delivered' }),
    response: z.string().nullable().openapi({ description: 'The first kilobyte of what was answered' }),
  })
  .openapi('CallbackAttempt');

const eventSchema = z
  .object({
    id: z.string(),
    type: z.string(),
    owner: z.string(),
    object: z.string(),
    created_at: timeSchema,
    body: z.string().openapi({ description: 'Exactly what is sent and signed' }),
    attempts: z.array(attemptSchema),
  })
  .openapi('Event');

const statuses = ['retrying', 'waiting', 'parked'] as const;
const deliverySchema = z
  .object({
    event: z.string(),
    type: z.string(),
    endpoint: z.string(),
    owner: z.string(),
    status: z.enum(statuses),
    attempts: z.int(),
    last_status: z.int().nullable(),
    last_error: z.string().nullable(),
    next_attempt_at: timeSchema.nullable(),
    updated_at: timeSchema,
  })
  .openapi('CallbackDelivery');

export interface EventParts {
  readonly directory: Directory;
  readonly log: CallbackLog;
  /** Handed in: what is told of a payment and its refunds; undefined when there is no such payment. */
  readonly eventsOfPayment: (
    payment: string,
  ) => Promise<readonly { readonly id: string; readonly owner: string }[] | undefined>;
}

export function eventRoutes(shell: Shell, { directory, log, eventsOfPayment }: EventParts): void {
  shell.endpoint(
    {
      method: 'get',
      path: '/v1/events',
      tag: 'Callbacks',
      summary: 'What you were told or can be told, newest first, kept for at least 30 days',
      access: readers,
      whole: true,
      query: pageQuery.extend({
        owner: ownerSchema.optional(),
        type: textSchema(64).optional(),
        object: textSchema(64).optional().openapi({ description: 'Id of the object they are about' }),
        'created[gte]': timeSchema.optional(),
        'created[lt]': timeSchema.optional(),
      }),
      refusals: ['participant.not_found'],
      answers: listOf(eventSchema),
    },
    async ({ query, caller }) => {
      const owner = await ownerOf(directory, caller, query.owner);
      if (owner === undefined) return refuse('participant.not_found', 'name the owner of the events');
      const { type, object, 'created[gte]': from, 'created[lt]': before } = query;
      const filter = {
        ...(type !== undefined && { type }),
        ...(object !== undefined && { object }),
        ...(from !== undefined && { fromMs: Date.parse(from) }),
        ...(before !== undefined && { beforeMs: Date.parse(before) }),
      };
      const rows = await log.events(owner, filter, query.limit + 1, query.cursor);
      const shown = rows.slice(0, query.limit);
      const next = rows.length > query.limit ? (shown.at(-1)?.id ?? null) : null;
      return ok({ data: shown.map(eventJson), next_cursor: cursorOf(next) });
    },
  );

  shell.endpoint(
    {
      method: 'get',
      path: '/v1/events/{event}',
      tag: 'Callbacks',
      summary: 'One event, with every attempt to deliver it',
      access: readers,
      whole: true,
      params: z.object({ event: idSchema('event') }),
      query: z.object({ owner: ownerSchema.optional() }),
      refusals: ['participant.not_found'],
      answers: eventSchema,
    },
    async ({ params, query, caller }) => {
      const owner = await ownerOf(directory, caller, query.owner);
      if (owner === undefined) return refuse('participant.not_found', 'name the owner of the event');
      const event = await log.event(owner, params.event);
      return event ? ok(eventJson(event)) : refuse('event.not_found');
    },
  );

  shell.endpoint(
    {
      method: 'get',
      path: '/v1/centre/payments/{payment}/events',
      tag: 'Callbacks',
      summary: 'Everything that was told of a payment and its refunds, to whomever, with every attempt',
      description: 'What nobody was to be told of, or is not on record any more, is left out.',
      access: staff,
      params: z.object({ payment: idSchema('payment') }),
      refusals: ['payment.not_found'],
      answers: z.object({ data: z.array(eventSchema) }).openapi('EventsOfPayment'),
    },
    async ({ params }) => {
      const told = await eventsOfPayment(params.payment);
      if (!told) return refuse('payment.not_found');
      const found = await Promise.all(told.map(({ owner, id }) => log.event(owner, id)));
      return ok({ data: found.flatMap((event) => (event ? [eventJson(event)] : [])) });
    },
  );

  shell.endpoint(
    {
      method: 'get',
      path: '/v1/callback-deliveries',
      tag: 'Callbacks',
      summary: 'Deliveries still to be made, newest first; `status=parked` lists what was given up',
      description: 'waiting: the endpoint is paused. Staff see everybody’s.',
      access: readers,
      whole: true,
      query: pageQuery.extend({
        owner: ownerSchema.optional(),
        endpoint: idSchema('endpoint').optional(),
        status: z.enum(statuses).optional(),
      }),
      refusals: ['participant.not_found'],
      answers: listOf(deliverySchema),
    },
    async ({ query, caller }) => {
      if (!mayAsk(caller, query.owner)) return refuse('participant.not_found');
      const owner = isStaff(caller) ? query.owner : caller.owner;
      const filter = {
        ...(owner !== undefined && { owner }),
        ...(query.endpoint !== undefined && { endpoint: query.endpoint }),
        ...(query.status !== undefined && { status: query.status }),
      };
      const rows = await log.deliveries(filter, query.limit + 1, query.cursor);
      const shown = rows.slice(0, query.limit);
      const next = rows.length > query.limit ? (shown.at(-1)?.id ?? null) : null;
      return ok({ data: shown.map(deliveryJson), next_cursor: cursorOf(next) });
    },
  );
}

const eventJson = (event: LoggedEvent) => ({
  id: event.id,
  type: event.type,
  owner: event.owner,
  object: event.object,
  created_at: isoTime(timeOfId(event.id)),
  body: event.body,
  attempts: event.attempts.map((attempt) => attemptJson(event.id, attempt)),
});

export const attemptJson = (event: string, attempt: Attempt) => ({
  endpoint: attempt.endpoint,
  number: attempt.number,
  at: isoTime(attempt.atMs),
  took_ms: attempt.tookMs,
  request: { url: attempt.url, headers: unsignedHeaders(event, attempt.atMs) },
  status: attempt.status,
  error: attempt.error,
  response: attempt.response,
});

const deliveryJson = (row: DeliveryRow) => ({
  event: row.event,
  type: row.type,
  endpoint: row.endpoint,
  owner: row.owner,
  status: row.status,
  attempts: row.attempts,
  last_status: row.lastStatus,
  last_error: row.lastError,
  next_attempt_at: row.status === 'retrying' ? isoTime(row.dueAtMs) : null,
  updated_at: isoTime(row.updatedAtMs),
});
