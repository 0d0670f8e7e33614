/** The API's own description, OpenAPI 3.1, generated from the declarations. */
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Who } from '../directory/index.ts';
import { refusalText } from '../kernel/index.ts';
import type { AnyEndpoint, Shell } from './endpoint.ts';
import { answerExample, requestExample, type Schema, type Schemas } from './example.ts';
import { idempotencyKeyLengthMax } from './input.ts';
import { problemExample, problemSchema, refusalCodeSchema, refusalOfSchema, statusOf } from './problem.ts';
import { refusalsOf } from './refusals.ts';
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
  for (const code of new Set(shell.endpoints.flatMap((endpoint) => endpoint.refusals))) {
    const example = { summary: refusalText(code, 'en'), value: problemExample(code) };
    shell.app.openAPIRegistry.registerComponent('examples', code, example);
  }
  const document = shell.app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Tolom',
      version: '1',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
      description:
        'A QR payment switch. Amounts are integer minor units, times are RFC 3339 UTC, errors are problem+json.',
    },
    servers: [{ url }],
  });
  return withSharedResponses(withExamples(withNulls(document) as Document));
}

/** Refusals that many endpoints have in common are described once. */
function withSharedResponses(document: Document): Document {
  const shared: Record<string, object> = {};
  const names = new Map<string, string>();
  for (const { responses } of Object.values(document.paths).flatMap((item) => Object.values(item))) {
    for (const [status, response] of Object.entries(responses)) {
      if (status.startsWith('2')) continue;
      const text = JSON.stringify(response);
      const name = names.get(text) ?? `Refused${status}.${names.size + 1}`;
      names.set(text, name);
      shared[name] = response;
      Object.assign(responses, { [status]: { $ref: `#/components/responses/${name}` } });
    }
  }
  return { ...document, components: { ...document.components, responses: shared } };
}

interface Content {
  readonly 'application/json'?: { readonly schema: Schema };
}
interface Operation {
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Schemas; readonly responses?: object };
}

/** An example beside every body that is JSON, made from its schema. */
function withExamples(document: Document): Document {
  const { schemas } = document.components;
  const add = (content: Content | undefined, make: typeof requestExample) => {
    const json = content?.['application/json'];
    if (json) Object.assign(json, { example: make(json.schema, schemas) });
  };
  for (const { requestBody, responses } of Object.values(document.paths).flatMap((item) =>
    Object.values(item),
  )) {
    add(requestBody?.content, requestExample);
    for (const { content } of Object.values(responses)) add(content, answerExample);
  }
  return document;
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
  const { answers, body, params, query, idempotency, access, contentTypes, uploads } = declaration;
  const headers = z.object({
    'Idempotency-Key': z.string().max(idempotencyKeyLengthMax).openapi({
      description: 'Chosen by the caller for one intent; a repeat with it is answered, not done again',
    }),
  });
  const content = {
    ...(answers && { 'application/json': { schema: answers } }),
    ...filesOf(contentTypes ?? []),
  };
  app.openAPIRegistry.registerPath({
    method: declaration.method,
    path: declaration.path,
    tags: [declaration.tag],
    summary: declaration.summary,
    ...(declaration.description !== undefined && { description: declaration.description }),
    operationId: operationIdOf(declaration),
    ...(access === 'public' ? { security: [] } : { security: securityOf(access), 'x-roles': access }),
    'x-refusals': refusalsOf(declaration),
    request: {
      ...(params && { params }),
      ...(query && { query }),
      ...(body && { body: { required: true, content: { 'application/json': { schema: body } } } }),
      ...(uploads && { body: { required: true, content: filesOf(uploads) } }),
      ...(idempotency && { headers: idempotency === 'required' ? headers : headers.partial() }),
    },
    responses: {
      [declaration.status ?? 200]: { description: 'Done', content },
      ...(declaration.guarded && { 202: waitsResponse }),
      ...problemsOf(declaration),
    },
  });
}

// The schema is registered with the approvals' own routes.
const waitsResponse = {
  description: 'Of staff, where four eyes are asked for: it waits for another person',
  content: { 'application/json': { schema: { $ref: '#/components/schemas/Approval' } } },
};

const filesOf = (types: readonly string[]) =>
  Object.fromEntries(types.map((type) => [type, { schema: z.string() }]));

/** `getV1Accounts` of `GET /v1/accounts`. */
const operationIdOf = ({ method, path }: AnyEndpoint): string =>
  method +
  path.replaceAll(/[^A-Za-z]+([A-Za-z])/g, (_, letter: string) => letter.toUpperCase()).replaceAll(/\W/g, '');

/** The refusals of an endpoint by status, each with its example. */
function problemsOf(declaration: AnyEndpoint) {
  const byStatus = Map.groupBy(refusalsOf(declaration), statusOf);
  const answers = [...byStatus].map(([status, codes]) => [
    status,
    {
      description: `Refused: ${codes.map((code) => `\`${code}\``).join(', ')}`,
      content: {
        'application/problem+json': {
          schema: problemSchema,
          examples: Object.fromEntries(
            codes.map((code) => [code, { $ref: `#/components/examples/${code}` }]),
          ),
        },
      },
    },
  ]);
  return Object.fromEntries(answers);
}

/** Participants may sign instead of sending a key. */
const securityOf = (access: readonly Who[]) =>
  access.includes('issuer') || access.includes('acquirer') ? [{ key: [] }, { signature: [] }] : [{ key: [] }];
