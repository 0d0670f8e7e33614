/** The API's own description, OpenAPI 3.1, generated from the declarations. */
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Who } from '../directory/index.ts';
import type { AnyEndpoint, Shell } from './endpoint.ts';
import { idempotencyKeyLengthMax } from './input.ts';
import { problemSchema, refusalCodeSchema, refusalOfSchema } from './problem.ts';
import { moneySchema } from './schemas.ts';
import type { VisitEnv } from './visit.ts';

/** Before any use of them: a use may add a description, which must not become the schema's own. */
export function registerShared({ openAPIRegistry }: OpenAPIHono<VisitEnv>): void {
  openAPIRegistry.register('Money', moneySchema);
  openAPIRegistry.register('RefusalCode', refusalCodeSchema);
  openAPIRegistry.register('Refusal', refusalOfSchema);
}

export function openApiDocument(shell: Shell, url: string): object {
  shell.app.openAPIRegistry.registerComponent('securitySchemes', 'key', {
    type: 'http',
    scheme: 'bearer',
    description: 'A key of a participant, a merchant or a person of the centre.',
  });
  shell.app.openAPIRegistry.registerComponent('securitySchemes', 'signature', {
    type: 'apiKey',
    in: 'header',
    name: 'Signature',
    description:
      'HTTP Message Signatures (RFC 9421), Ed25519, by a registered signing key of a participant: covers ' +
      '`@method`, `@target-uri`, and `content-digest` and `idempotency-key` where the request has them; carries ' +
      '`created`, `expires`, `nonce` and `keyid`.',
  });
  const document = shell.app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Tolom',
      version: '1',
      license: { name: 'Apache-2.0' },
      description:
        'A QR payment switch. Amounts are integer minor units, times are RFC 3339 UTC, errors are problem+json.',
    },
    servers: [{ url }],
  });
  return withNulls(document) as object;
}

/**
 * The generator writes a named object that may be null as one that is the object *and* null, which nothing is.
 * Here it is either.
 */
function withNulls(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withNulls);
  if (node === null || typeof node !== 'object') return node;
  const { allOf, ...rest } = node as { allOf?: { $ref?: string; type?: unknown; description?: string }[] };
  const [named, other] = allOf ?? [];
  if (allOf?.length === 2 && named?.$ref && Array.isArray(other?.type) && other.type.includes('null')) {
    const { type: _, ...described } = other;
    return { anyOf: [named, { type: 'null' }], ...described, ...rest };
  }
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, withNulls(value)]));
}

/** Adds an endpoint to the document. */
export function register(app: OpenAPIHono<VisitEnv>, declaration: AnyEndpoint): void {
  const { answers, body, params, query, idempotency, access, contentTypes } = declaration;
  const headers = z.object({
    'Idempotency-Key': z.string().max(idempotencyKeyLengthMax).openapi({
      description: 'Chosen by the caller for one intent; a repeat with it is answered, not done again',
    }),
  });
  const problems = { content: { 'application/problem+json': { schema: problemSchema } } };
  const content = answers
    ? { 'application/json': { schema: answers } }
    : Object.fromEntries((contentTypes ?? []).map((type) => [type, { schema: z.string() }]));
  app.openAPIRegistry.registerPath({
    method: declaration.method,
    path: declaration.path,
    tags: [declaration.tag],
    summary: declaration.summary,
    ...(declaration.description !== undefined && { description: declaration.description }),
    ...(access !== 'public' && { security: securityOf(access), 'x-roles': access }),
    request: {
      ...(params && { params }),
      ...(query && { query }),
      ...(body && { body: { required: true, content: { 'application/json': { schema: body } } } }),
      ...(idempotency && { headers: idempotency === 'required' ? headers : headers.partial() }),
    },
    responses: {
      [declaration.status ?? 200]: { description: 'Done', content },
      default: { description: 'Refused: see `code`', ...problems },
    },
  });
}

/** Participants may sign instead of sending a key. */
const securityOf = (access: readonly Who[]) =>
  access.includes('issuer') || access.includes('acquirer') ? [{ key: [] }, { signature: [] }] : [{ key: [] }];
