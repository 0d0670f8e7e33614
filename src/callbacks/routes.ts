import { z } from '@hono/zod-openapi';
import type { Directory, EndpointRow, Principal, Who } from '../directory/index.ts';
import {
  cursorOf,
  idSchema,
  isoTime,
  listOf,
  pageOf,
  pageQuery,
  type Shell,
  timeSchema,
} from '../http/index.ts';
import { type Config, newId, ok, refuse } from '../kernel/index.ts';
import { type CallbackSigner, newCallbackSecret, seal } from '../signing/index.ts';
import { type DeliveryRecord, deliveryJson } from './deliver.ts';
import { urlProblem } from './target-url.ts';

const managers: readonly Who[] = ['issuer', 'acquirer', 'merchant:owner', 'staff:admin', 'staff:officer'];
const readers: readonly Who[] = [...managers, 'staff:support', 'staff:analyst'];
const isStaff = (caller: Principal): boolean => caller.who.startsWith('staff:');

const ownerSchema = z.union([idSchema('participant'), idSchema('merchant')]);

const endpointSchema = z
  .object({
    id: z.string(),
    owner: z.string(),
    url: z.string(),
    status: z.enum(['active', 'disabled']),
    created_at: timeSchema,
  })
  .openapi('CallbackEndpoint');
const newEndpointSchema = endpointSchema
  .extend({ secret: z.string().openapi({ description: 'Shown this once: verify signatures with it' }) })
  .openapi('NewCallbackEndpoint');

const deliverySchema = z
  .object({
    event: z.string(),
    type: z.string(),
    endpoint: z.string(),
    owner: z.string(),
    status: z.enum(['delivered', 'retrying', 'parked']),
    attempts: z.int(),
    last_status: z.int().nullable(),
    last_error: z.string().nullable(),
    updated_at: timeSchema,
  })
  .openapi('CallbackDelivery');

const endpointJson = (row: EndpointRow) => ({
  id: row.id,
  owner: row.owner,
  url: row.url,
  status: row.status,
  created_at: isoTime(row.createdAtMs),
});

export interface DeliveryLog {
  deliveries(
    filter: { owner?: string; status?: DeliveryRecord['status'] },
    limit: number,
    beforeId?: string,
  ): Promise<DeliveryRecord[]>;
}

export function callbackRoutes(
  shell: Shell,
  config: Config,
  directory: Directory,
  signer: () => Promise<CallbackSigner>,
  log: DeliveryLog,
): void {
  shell.endpoint(
    {
      method: 'get',
      path: '/.well-known/jwks.json',
      tag: 'Callbacks',
      summary: 'Public keys that verify the `v1a` signature of callbacks',
      access: 'public',
      answers: z.object({ keys: z.array(z.record(z.string(), z.string())) }),
    },
    async () => ok({ keys: [(await signer()).publicKey] }),
  );

  shell.endpoint(
    {
      method: 'post',
      path: '/v1/callback-endpoints',
      tag: 'Callbacks',
      summary: 'Register where events are sent; the secret is shown once',
      access: managers,
      status: 201,
      body: z.strictObject({
        url: z.string().max(2_000),
        owner: ownerSchema.optional().openapi({ description: 'For staff: whose events' }),
      }),
      answers: newEndpointSchema,
    },
    async ({ body, caller }) => {
      const owner = await ownerOf(directory, caller, body.owner);
      if (owner === undefined) return refuse('participant.not_found', 'name the owner of the endpoint');
      const problem = urlProblem(body.url, config.mode);
      if (problem !== undefined) return refuse('endpoint.url_refused', problem);
      const nowMs = Date.now();
      const secret = newCallbackSecret();
      const id = newId('endpoint', nowMs);
      const sealedSecret = await seal(config.secret, id, secret);
      const row = { id, owner, url: body.url, sealedSecret, status: 'active' as const, createdAtMs: nowMs };
      await directory.add(directory.tables.endpoints, row);
      directory.forgetEndpoints(owner);
      return ok({ ...endpointJson(row), secret });
    },
  );

  shell.endpoint(
    {
      method: 'get',
      path: '/v1/callback-endpoints',
      tag: 'Callbacks',
      summary: 'Callback endpoints, newest first',
      access: readers,
      query: pageQuery.extend({ owner: ownerSchema.optional() }),
      answers: listOf(endpointSchema),
    },
    async ({ query, caller }) => {
      if (!mayAsk(caller, query.owner)) return refuse('participant.not_found');
      const owner = isStaff(caller) ? query.owner : caller.owner;
      const page = await directory.endpoints(pageOf(query), owner);
      return ok({ data: page.rows.map(endpointJson), next_cursor: cursorOf(page.nextCursor) });
    },
  );

  shell.endpoint(
    {
      method: 'delete',
      path: '/v1/callback-endpoints/{endpoint}',
      tag: 'Callbacks',
      summary: 'Stop sending events to an endpoint',
      access: managers,
      params: z.object({ endpoint: idSchema('endpoint') }),
      answers: endpointSchema,
    },
    async ({ params, caller }) => {
      const row = await directory.endpoint(params.endpoint);
      if (!row || !(isStaff(caller) || row.owner === caller.owner)) return refuse('endpoint.not_found');
      await directory.disableEndpoint(row.id);
      return ok(endpointJson({ ...row, status: 'disabled' }));
    },
  );

  shell.endpoint(
    {
      method: 'get',
      path: '/v1/callback-deliveries',
      tag: 'Callbacks',
      summary: 'How events were delivered, newest first; `status=parked` lists what gave up',
      access: readers,
      query: pageQuery.extend({
        owner: ownerSchema.optional(),
        status: z.enum(['delivered', 'retrying', 'parked']).optional(),
      }),
      answers: listOf(deliverySchema),
    },
    async ({ query, caller }) => {
      if (!mayAsk(caller, query.owner)) return refuse('participant.not_found');
      const owner = isStaff(caller) ? query.owner : caller.owner;
      const filter = {
        ...(owner !== undefined && { owner }),
        ...(query.status !== undefined && { status: query.status }),
      };
      const rows = await log.deliveries(filter, query.limit + 1, query.cursor);
      const shown = rows.slice(0, query.limit);
      const next = rows.length > query.limit ? (shown.at(-1)?.id ?? null) : null;
      return ok({ data: shown.map(deliveryJson), next_cursor: cursorOf(next) });
    },
  );
}

/** Only staff may name somebody else. */
const mayAsk = (caller: Principal, owner: string | undefined): boolean =>
  isStaff(caller) || owner === undefined || owner === caller.owner;

/** Staff name an owner that exists; everyone else is the owner. */
async function ownerOf(
  directory: Directory,
  caller: Principal,
  asked: string | undefined,
): Promise<string | undefined> {
  if (!mayAsk(caller, asked)) return undefined;
  if (!isStaff(caller)) return caller.owner;
  if (asked === undefined) return undefined;
  const found = (await directory.participant(asked)) ?? (await directory.merchant(asked));
  return found?.id;
}
