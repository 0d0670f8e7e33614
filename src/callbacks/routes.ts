import { z } from '@hono/zod-openapi';
import type { Directory, EndpointRow } from '../directory/index.ts';
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
import { isStaff, managers, mayAsk, ownerOf, ownerSchema, readers } from './callers.ts';
import { eventRoutes } from './event-routes.ts';
import type { CallbackLog } from './log.ts';
import { urlProblem } from './target-url.ts';

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

const endpointJson = (row: Omit<EndpointRow, 'sealedSecret' | 'failingSinceMs' | 'slow'>) => ({
  id: row.id,
  owner: row.owner,
  url: row.url,
  status: row.status,
  created_at: isoTime(row.createdAtMs),
});

export function callbackRoutes(
  shell: Shell,
  config: Config,
  directory: Directory,
  signer: () => Promise<CallbackSigner>,
  log: CallbackLog,
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
      audit: 'change',
      path: '/v1/callback-endpoints',
      tag: 'Callbacks',
      summary: 'Register where events are sent; the secret is shown once',
      access: managers,
      status: 201,
      body: z.strictObject({
        url: z.string().max(2_000),
        owner: ownerSchema.optional(),
      }),
      answers: newEndpointSchema,
    },
    async ({ body, caller, act }) => {
      const owner = await ownerOf(directory, caller, body.owner);
      if (owner === undefined) return refuse('participant.not_found', 'name the owner of the endpoint');
      const problem = urlProblem(body.url, config.mode);
      if (problem !== undefined) return refuse('endpoint.url_refused', problem);
      const nowMs = Date.now();
      const secret = newCallbackSecret();
      const id = newId('endpoint', nowMs);
      const sealedSecret = await seal(config.secret, id, secret);
      const health = { failingSinceMs: null, slow: false };
      const row = { id, owner, url: body.url, sealedSecret, status: 'active' as const, createdAtMs: nowMs };
      await directory.add(act, directory.tables.endpoints, { ...row, ...health });
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
      audit: 'change',
      path: '/v1/callback-endpoints/{endpoint}',
      tag: 'Callbacks',
      summary: 'Stop sending events to an endpoint',
      access: managers,
      params: z.object({ endpoint: idSchema('endpoint') }),
      answers: endpointSchema,
    },
    async ({ params, caller, act }) => {
      const row = await directory.endpoint(params.endpoint);
      if (!row || !(isStaff(caller) || row.owner === caller.owner)) return refuse('endpoint.not_found');
      await directory.disableEndpoint(act, row.id);
      return ok(endpointJson({ ...row, status: 'disabled' }));
    },
  );

  eventRoutes(shell, directory, log);
}
