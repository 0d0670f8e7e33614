/** Tools that help whoever writes a receiver: a test ping, and why a signature does not verify. */
import { z } from '@hono/zod-openapi';
import type { EndpointRow } from '../directory/index.ts';
import { idSchema, type Shell } from '../http/index.ts';
import { type Config, fromBase64, newId, ok, utf8 } from '../kernel/index.ts';
import { sentEvent } from './announce.ts';
import { managers, ownEndpoint } from './callers.ts';
import { patienceMs } from './deliver.ts';
import { endpointJson, secretsOf } from './endpoints.ts';
import { attemptJson, attemptSchema } from './event-routes.ts';
import { explainSignature } from './explain.ts';
import type { CallbackParts } from './routes.ts';
import { send } from './send.ts';

const endpointParams = z.object({ endpoint: idSchema('endpoint') });
const endpointPath = '/v1/callback-endpoints/{endpoint}';

export function toolRoutes(shell: Shell, { config, directory, log, signer }: CallbackParts): void {
  shell.endpoint(
    {
      method: 'post',
      path: `${endpointPath}/ping`,
      tag: 'Callbacks',
      summary: 'Send a `callback.ping` now, and say what was answered',
      description: 'Signed like every event, once, whether the endpoint is active or not.',
      access: managers,
      whole: true,
      params: endpointParams,
      body: z.strictObject({}),
      answers: attemptSchema.extend({ event: z.string() }).openapi('CallbackPing'),
    },
    async ({ params, caller }) => {
      const endpoint = await ownEndpoint(directory, caller, params.endpoint);
      if (!endpoint.ok) return endpoint;
      const atMs = Date.now();
      const { owner } = endpoint.value;
      const data = endpointJson(endpoint.value);
      const id = newId('event', atMs);
      const event = sentEvent({ id, type: 'callback.ping', atMs, owner, sequence: atMs, data });
      const sendParts = { config, signer: await signer() };
      const { attempt } = await send(event, endpoint.value, 1, patienceMs, sendParts);
      await log.record({ events: [{ ...event, attempts: [attempt] }], open: [], closed: [] });
      return ok({ event: id, ...attemptJson(id, attempt) });
    },
  );

  shell.endpoint(
    {
      method: 'post',
      path: `${endpointPath}/explain-signature`,
      tag: 'Callbacks',
      summary: 'Why a signature does not verify: what you received against what was sent',
      description:
        'Send the body as your server got it and the three headers. With `computed`, the signature you worked ' +
        'out yourself, the tool also recognises usual mistakes. It never tells a secret or a signature.',
      access: managers,
      whole: true,
      params: endpointParams,
      body: z.strictObject({
        headers: z.record(z.string().max(100), z.string().max(2_000)).openapi({
          example: { 'webhook-id': 'evt_1hq3v8k2m0abcdefgh01', 'webhook-timestamp': '1795249800' },
        }),
        body: z.string().max(40_000).optional().openapi({ description: 'The raw body, as text' }),
        body_base64: z.base64().max(60_000).optional().openapi({ description: 'Or its bytes, in base64' }),
        computed: z.string().max(500).optional(),
      }),
      answers: z
        .object({
          verifies: z.boolean(),
          findings: z.array(z.object({ code: z.string(), message: z.string() })),
        })
        .openapi('SignatureExplanation'),
    },
    async ({ params, body, caller }) => {
      const endpoint = await ownEndpoint(directory, caller, params.endpoint);
      if (!endpoint.ok) return endpoint;
      const { value: row } = endpoint;
      const headers = new Map(
        Object.entries(body.headers).map(([name, value]) => [name.toLowerCase(), value]),
      );
      const id = headers.get('webhook-id');
      const others = await directory.openEndpoints(row.owner);
      const findings = await explainSignature({
        received: {
          body: fromBase64(body.body_base64 ?? '') ?? new Uint8Array(),
          ...(body.body_base64 === undefined && { body: utf8(body.body ?? '') }),
          id,
          timestamp: headers.get('webhook-timestamp'),
          signature: headers.get('webhook-signature'),
          computed: body.computed,
        },
        event: id === undefined ? undefined : await log.event(row.owner, id),
        secrets: await secretsOf(row, config),
        others: await newestSecrets(
          others.filter((other) => other.id !== row.id),
          config,
        ),
        verifiesOurs: (await signer()).verify,
        nowMs: Date.now(),
      });
      return ok({ verifies: findings.every(({ code }) => code === 'computed_right'), findings });
    },
  );
}

async function newestSecrets(rows: readonly EndpointRow[], config: Config): Promise<Map<string, string>> {
  const found = await Promise.all(
    rows.map(async (row) => [row.id, (await secretsOf(row, config))[0]] as const),
  );
  return new Map(found.flatMap(([id, secret]) => (secret === undefined ? [] : [[id, secret]])));
}
