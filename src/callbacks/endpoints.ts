/** Endpoints as the API shows them, their secrets, and how their owner hears that one was disabled. */
import { z } from '@hono/zod-openapi';
import { type Directory, type EndpointRow, ownAct } from '../directory/index.ts';
import { isoTime, timeSchema } from '../http/index.ts';
import { type Config, newId } from '../kernel/index.ts';
import { open } from '../signing/index.ts';
import { type AnnounceParts, announce } from './announce.ts';

/** So many endpoints of one owner may listen at a time: each is a delivery of every event. */
export const endpointsMax = 10;

/** Everything that is told; an endpoint may ask for some of it. */
export const eventTypes = [
  'payment.requires_confirmation',
  'payment.completed',
  'payment.declined',
  'payment.cancelled',
  'payment.expired',
  'refund.completed',
  'refund.declined',
  'order.paid',
  'order.expired',
  'order.cancelled',
  'callback_endpoint.disabled',
  'position.alert',
  'day.closed',
  'day.not_closed',
  'report.ready',
  'report.failed',
  'alert.raised',
  'alert.cleared',
  'approval.proposed',
  'approval.decided',
] as const;

export const typesSchema = z
  .array(z.enum(eventTypes))
  .min(1)
  .max(eventTypes.length)
  .nullable()
  .openapi({ description: 'Types of events it hears of; null: all' });

export const endpointSchema = z
  .object({
    id: z.string(),
    owner: z.string(),
    url: z.string(),
    types: typesSchema,
    status: z.enum(['active', 'paused', 'disabled']).openapi({
      description: 'paused: its events wait. disabled: they are parked, and can be sent again.',
    }),
    reason: z.enum(['asked', 'gone', 'failing']).nullable().openapi({
      description: 'Why it is disabled. gone: it answered 410. failing: it took nothing for days.',
    }),
    failing_since: timeSchema.nullable().openapi({ description: 'null while it takes what it is told' }),
    previous_secret_until: timeSchema.nullable().openapi({ description: 'Until then two secrets sign' }),
    created_at: timeSchema,
  })
  .openapi('CallbackEndpoint');

const time = (ms: number | null) => (ms === null ? null : isoTime(ms));

export const endpointJson = (row: EndpointRow) => ({
  id: row.id,
  owner: row.owner,
  url: row.url,
  types: row.types,
  status: row.status,
  reason: row.reason,
  failing_since: time(row.failingSinceMs),
  previous_secret_until: time(secretsOverlap(row) ? row.previousUntilMs : null),
  created_at: isoTime(row.createdAtMs),
});

const secretsOverlap = (row: EndpointRow): boolean => (row.previousUntilMs ?? 0) > Date.now();

/** The secrets that sign for an endpoint now, the newest first. Empty when the newest cannot be opened. */
export async function secretsOf(endpoint: EndpointRow, config: Config): Promise<string[]> {
  const newest = await opened(endpoint, endpoint.sealedSecret, config);
  if (newest === undefined) return [];
  if (endpoint.previousSecret === null || !secretsOverlap(endpoint)) return [newest];
  const previous = await opened(endpoint, endpoint.previousSecret, config);
  return previous === undefined ? [newest] : [newest, previous];
}

/** What was sealed under the master secret of now, or under one before it. */
async function opened({ id }: EndpointRow, sealed: string, config: Config): Promise<string | undefined> {
  for (const secret of [config.secret, ...config.formerSecrets]) {
    const text = await open(secret, id, sealed);
    if (text !== undefined) return text;
  }
  return undefined;
}

const acts = { gone: ownAct('an endpoint answered 410'), failing: ownAct('an endpoint failed for days') };

/** Disables an endpoint for what it did, and tells its owner, whose other endpoints hear of it. */
export async function disable(
  id: string,
  reason: 'gone' | 'failing',
  directory: Directory,
  announcing: AnnounceParts,
): Promise<void> {
  const row = await directory.disableEndpoint(acts[reason], id, reason);
  if (!row) return;
  const atMs = Date.now();
  const type = 'callback_endpoint.disabled';
  const event = { id: newId('event', atMs), type, atMs, owner: row.owner, sequence: atMs };
  await announce(announcing, [{ ...event, data: endpointJson(row) }]);
}
