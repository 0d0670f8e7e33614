/** Endpoints: where events go, which of them, and with which secret. */
import { z } from '@hono/zod-openapi';
import { type Act, type Directory, type EndpointRow, goodHealth, idFor } from '../directory/index.ts';
import { cursorOf, idSchema, listOf, pageOf, pageQuery, type Shell } from '../http/index.ts';
import { ok, type Result, refuse } from '../kernel/index.ts';
import { type CallbackSigner, newCallbackSecret, seal } from '../signing/index.ts';
import { isStaff, managers, mayAsk, ownEndpoint, ownerOf, ownerSchema, readers } from './callers.ts';
import { type DeliveryParts, releaseWaiting, sendOverdue } from './deliver.ts';
import { endpointJson, endpointSchema, endpointsMax, typesSchema } from './endpoints.ts';
import { type EventParts, eventRoutes } from './event-routes.ts';
import type { ResendLog } from './resend-log.ts';
import { resendRoutes } from './resend-routes.ts';
import { urlProblem } from './target-url.ts';
import { toolRoutes } from './tool-routes.ts';

// After a rotation the secret before signs too, so that receivers can change theirs in their own time.
const overlapHoursDefault = 24;
const overlapHoursMax = 168;
// What a resume sends at once; the rest follows every minute.
const resumeMs = 2_000;

const secretSchema = z.string().openapi({ description: 'Shown this once: verify signatures with it' });
const newEndpointSchema = endpointSchema.extend({ secret: secretSchema }).openapi('NewCallbackEndpoint');
const endpointParams = z.object({ endpoint: idSchema('endpoint') });
const endpointPath = '/v1/callback-endpoints/{endpoint}';
const nothing = z.strictObject({});

/** What the routes need: the parts of a delivery, with the signer made when it is first needed. */
export interface CallbackParts extends Omit<DeliveryParts, 'signer'> {
  readonly resends: ResendLog;
  readonly signer: () => Promise<CallbackSigner>;
  readonly eventsOfPayment: EventParts['eventsOfPayment'];
}

export function callbackRoutes(shell: Shell, parts: CallbackParts): void {
  const { config, directory } = parts;

  shell.endpoint(
    {
      method: 'post',
      audit: 'change',
      path: '/v1/callback-endpoints',
      guarded: 'endpoint.create',
      tag: 'Callbacks',
      summary: 'Register where events are sent, and which; the secret is shown once',
      access: managers,
      whole: true,
      status: 201,
      body: z.strictObject({
        url: z.string().max(2_000),
        types: typesSchema.default(null),
        owner: ownerSchema.optional(),
      }),
      refusals: ['participant.not_found', 'endpoint.url_refused', 'endpoint.too_many'],
      answers: newEndpointSchema,
    },
    async ({ body, caller, act }) => {
      const owner = await ownerOf(directory, caller, body.owner);
      if (owner === undefined) return refuse('participant.not_found', 'name the owner of the endpoint');
      const problem = urlProblem(body.url, config.mode);
      if (problem !== undefined) return refuse('endpoint.url_refused', problem);
      const nowMs = Date.now();
      const secret = newCallbackSecret();
      const id = idFor(act, 'endpoint', nowMs);
      const row: EndpointRow = {
        ...{ id, owner, url: body.url, types: body.types, status: 'active', reason: null },
        sealedSecret: await seal(config.secret, id, secret),
        ...{ previousSecret: null, previousUntilMs: null },
        ...{ ...goodHealth, createdAtMs: nowMs },
      };
      // Made before in the name of the same approval, by a try whose answer nobody saw: its secret is this one now.
      const { sealedSecret } = row;
      const again = act.approval !== undefined && (await directory.changeEndpoint(act, id, { sealedSecret }));
      const added = again || (await directory.addEndpoint(act, row, endpointsMax));
      return added
        ? ok({ ...endpointJson(row), secret })
        : refuse('endpoint.too_many', `${endpointsMax} are listening`);
    },
  );

  shell.endpoint(
    {
      method: 'get',
      path: '/v1/callback-endpoints',
      tag: 'Callbacks',
      summary: 'Callback endpoints, newest first',
      access: readers,
      whole: true,
      query: pageQuery.extend({ owner: ownerSchema.optional() }),
      refusals: ['participant.not_found'],
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
      method: 'get',
      path: endpointPath,
      tag: 'Callbacks',
      summary: 'A callback endpoint, and how it does',
      access: readers,
      whole: true,
      params: endpointParams,
      answers: endpointSchema,
    },
    async ({ params, caller }) => shown(await ownEndpoint(directory, caller, params.endpoint)),
  );

  shell.endpoint(
    {
      method: 'post',
      audit: 'change',
      path: endpointPath,
      guarded: 'endpoint.change',
      tag: 'Callbacks',
      summary: 'Change where an endpoint is, or what it hears of',
      access: managers,
      whole: true,
      params: endpointParams,
      body: z.strictObject({ url: z.string().max(2_000).optional(), types: typesSchema.optional() }),
      refusals: ['endpoint.url_refused'],
      answers: endpointSchema,
    },
    async ({ params, body, caller, act }) => {
      const endpoint = await ownEndpoint(directory, caller, params.endpoint);
      if (!endpoint.ok) return endpoint;
      const problem = body.url === undefined ? undefined : urlProblem(body.url, config.mode);
      if (problem !== undefined) return refuse('endpoint.url_refused', problem);
      const { url = endpoint.value.url, types = endpoint.value.types } = body;
      return shown(await changed(act, directory, endpoint.value.id, { url, types }));
    },
  );

  shell.endpoint(
    {
      method: 'post',
      audit: 'change',
      path: `${endpointPath}/pause`,
      tag: 'Callbacks',
      summary: 'Let the events of an endpoint wait',
      access: managers,
      whole: true,
      params: endpointParams,
      body: nothing,
      refusals: ['endpoint.disabled'],
      answers: endpointSchema,
    },
    async ({ params, caller, act }) => {
      const endpoint = await ownEndpoint(directory, caller, params.endpoint);
      if (!endpoint.ok) return endpoint;
      if (endpoint.value.status === 'disabled') return refuse('endpoint.disabled');
      return shown(await changed(act, directory, endpoint.value.id, { status: 'paused' }));
    },
  );

  shell.endpoint(
    {
      method: 'post',
      audit: 'change',
      path: `${endpointPath}/resume`,
      tag: 'Callbacks',
      summary: 'Send what waited behind a pause, and go on; also starts a disabled endpoint again',
      description: 'What was parked while an endpoint was disabled is sent when you ask for it: resend it.',
      access: managers,
      whole: true,
      params: endpointParams,
      body: nothing,
      refusals: ['endpoint.too_many'],
      answers: endpointSchema,
    },
    async ({ params, caller, act }) => {
      const endpoint = await ownEndpoint(directory, caller, params.endpoint);
      if (!endpoint.ok) return endpoint;
      const { id, owner, status } = endpoint.value;
      if (status === 'disabled' && (await directory.listening(owner)) >= endpointsMax) {
        return refuse('endpoint.too_many', `${endpointsMax} are listening`);
      }
      const fresh = { status: 'active', reason: null, ...goodHealth } as const;
      const now = await changed(act, directory, id, fresh);
      await releaseWaiting(parts);
      await sendOverdue(parts, resumeMs);
      return shown(now);
    },
  );

  shell.endpoint(
    {
      method: 'delete',
      audit: 'change',
      path: endpointPath,
      tag: 'Callbacks',
      summary: 'Stop sending events to an endpoint',
      access: managers,
      whole: true,
      params: endpointParams,
      answers: endpointSchema,
    },
    async ({ params, caller, act }) => {
      const endpoint = await ownEndpoint(directory, caller, params.endpoint);
      if (!endpoint.ok) return endpoint;
      return ok(
        endpointJson((await directory.disableEndpoint(act, params.endpoint, 'asked')) ?? endpoint.value),
      );
    },
  );

  shell.endpoint(
    {
      method: 'post',
      audit: 'change',
      path: `${endpointPath}/rotate-secret`,
      guarded: 'endpoint.rotate_secret',
      tag: 'Callbacks',
      summary: 'A new secret, shown once; for some hours the old one signs too',
      description: 'The header carries a signature by each, so that a receiver verifies with either.',
      access: managers,
      whole: true,
      params: endpointParams,
      body: z.strictObject({
        overlap_hours: z.int().min(0).max(overlapHoursMax).default(overlapHoursDefault),
      }),
      answers: newEndpointSchema,
    },
    async ({ params, body, caller, act }) => {
      const endpoint = await ownEndpoint(directory, caller, params.endpoint);
      if (!endpoint.ok) return endpoint;
      const { id, sealedSecret } = endpoint.value;
      const secret = newCallbackSecret();
      const row = await changed(act, directory, id, {
        sealedSecret: await seal(config.secret, id, secret),
        previousSecret: body.overlap_hours === 0 ? null : sealedSecret,
        previousUntilMs: body.overlap_hours === 0 ? null : Date.now() + body.overlap_hours * 3_600_000,
      });
      return row.ok ? ok({ ...endpointJson(row.value), secret }) : row;
    },
  );

  toolRoutes(shell, parts);
  eventRoutes(shell, parts);
  resendRoutes(shell, parts);
}

const shown = (endpoint: Result<EndpointRow>) => (endpoint.ok ? ok(endpointJson(endpoint.value)) : endpoint);

async function changed(
  act: Act,
  directory: Directory,
  id: string,
  change: Parameters<Directory['changeEndpoint']>[2],
): Promise<Result<EndpointRow>> {
  const row = await directory.changeEndpoint(act, id, change);
  return row ? ok(row) : refuse('endpoint.not_found');
}
