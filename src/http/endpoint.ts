/**
 * One declaration per endpoint: path, who may call it, what goes in and out. From it come the route, the
 * checks in their order (key → role → form → values), the OpenAPI entry and the security tests' list.
 */
import { OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { requestId } from 'hono/request-id';
import { matchedRoutes } from 'hono/route';
import { secureHeaders } from 'hono/secure-headers';
import { authenticate, type Directory, type Principal, permits, type Who } from '../directory/index.ts';
import {
  type Config,
  isTransferId,
  type Language,
  logFault,
  logRequest,
  logs,
  newId,
  type Refusal,
  type RefusalCode,
  type Refused,
  sha256,
  toBase64Url,
} from '../kernel/index.ts';
import type { NonceStore } from '../nonces/index.ts';
import { languageOf, problem, problemSchema, refusalOfSchema, type Violation } from './problem.ts';
import { moneySchema } from './schemas.ts';
import { signedCaller, unmet } from './signed.ts';

// Far above any honest request, a 4,096 character payload included.
const bodyBytesMax = 64 * 1024;
const idempotencyKeyLengthMax = 255;
const jsonType = /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i;
const methodsKnown = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** What is known of a request by the time it is answered: for the log. */
interface Seen {
  route?: string;
  owner?: string;
  key?: string;
  transfer?: string | undefined;
  refusal?: RefusalCode | undefined;
}
interface Variables {
  requestId: string;
  seen: Seen;
}
type ShellEnv = { Variables: Variables };
type ObjectSchema = z.ZodObject<z.ZodRawShape>;

export interface Endpoint<Params, Query, Body> {
  readonly method: 'get' | 'post' | 'delete';
  /** OpenAPI form, e.g. `/v1/accounts/{account}`. */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  /** Who may call it; `public` needs no key. */
  readonly access: readonly Who[] | 'public';
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  /** `required` on everything that moves money. */
  readonly idempotency?: 'required' | 'optional';
  /** Shape of the answer; absent when the handler answers with a file of its own. */
  readonly answers?: z.ZodType;
  readonly status?: 200 | 201;
  readonly contentTypes?: readonly string[];
}

/** What a handler is given: checked, typed, and nothing of HTTP it does not need. */
export interface EndpointInput<Params, Query, Body> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly caller: Principal;
  readonly language: Language;
  /** The caller's key and the digest of the request; undefined when no key was sent. */
  readonly idempotency: { readonly key: string; readonly request: string } | undefined;
  readonly request: Request;
}

/** A success, and whether it is the stored answer of an earlier request. */
export interface Given<Value> {
  readonly ok: true;
  readonly value: Value;
  readonly replayed?: boolean;
}

export const answer = <Value>(value: Value, replayed: boolean): Given<Value> => ({
  ok: true,
  value,
  replayed,
});

type Output<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;
type Outcome<Answers> = Given<Answers> | Refused | Response;

export interface Shell {
  readonly app: OpenAPIHono<ShellEnv>;
  /** Every declared endpoint, in order: for the documents and the security tests. */
  readonly endpoints: { method: string; path: string; access: readonly Who[] | 'public' }[];
  endpoint<
    Params extends ObjectSchema | undefined = undefined,
    Query extends ObjectSchema | undefined = undefined,
    Body extends z.ZodType | undefined = undefined,
  >(
    declaration: Endpoint<Params, Query, Body>,
    handle: (input: EndpointInput<Output<Params>, Output<Query>, Output<Body>>) => Promise<Outcome<unknown>>,
  ): void;
}

const nobody: Principal = { who: 'merchant:cashier', owner: '', key: '', till: null };

/** The empty house: what every request passes, with nothing in it yet. */
export function shell(config: Config, directory: Directory, nonces: NonceStore): Shell {
  const app = new OpenAPIHono<ShellEnv>({ strict: true });
  // Before any use of them: a use may add a description, which must not become the schema's own.
  app.openAPIRegistry.register('Money', moneySchema);
  app.openAPIRegistry.register('Refusal', refusalOfSchema);
  const endpoints: Shell['endpoints'] = [];
  app.use(requestId({ generator: () => newId('request', Date.now()) }));
  // A handler's own Response does not carry headers set before it. Set on the answer itself: c.header() would
  // copy it.
  app.use(async (c, next) => {
    const startedMs = Date.now();
    c.set('seen', {});
    await next();
    c.res.headers.set('X-Request-Id', c.get('requestId'));
    logAnswer(c, config, startedMs);
  });
  app.use(secureHeaders({ crossOriginResourcePolicy: 'cross-origin' }));
  app.use(bodyLimit({ maxSize: bodyBytesMax, onError: (c) => problemOf(c, { code: 'request.too_large' }) }));
  app.notFound((c) => {
    const allowed = methodsAt(app, c.req.path);
    if (allowed.length === 0) return problemOf(c, { code: 'request.unknown_route' });
    const answer = problemOf(c, { code: 'request.method_not_allowed' });
    answer.headers.set('Allow', allowed.join(', '));
    return answer;
  });
  app.onError((error, c) => {
    logFault('request failed', error, { request: c.get('requestId'), route: routeOf(c) });
    return problemOf(c, { code: isOverload(error) ? 'switch.busy' : 'switch.error' });
  });

  return {
    app,
    endpoints,
    endpoint(declaration, handle) {
      endpoints.push(declaration);
      register(app, declaration);
      const path = declaration.path.replaceAll(/\{(\w+)\}/g, ':$1');
      app.on(declaration.method.toUpperCase(), path, async (c) => {
        const seen = c.get('seen');
        seen.route = declaration.path;
        const caller = await identify(c, config, directory, nonces, declaration.access);
        if ('code' in caller) return problemOf(c, caller);
        seen.owner = caller.owner;
        seen.key = caller.key;
        const input = await readInput(c, declaration, caller);
        if ('refusal' in input) return problemOf(c, input.refusal, input.violations);
        // The schemas just ran: their outputs have the types the declaration promises.
        const outcome = await handle(input as Parameters<typeof handle>[0]);
        return respond(c, outcome, declaration.status ?? 200);
      });
    },
  };
}

/** What may be asked at a path; middleware, which takes every method, does not count. HEAD goes with GET. */
function methodsAt(app: OpenAPIHono<ShellEnv>, path: string): string[] {
  const answers = (method: string) =>
    app.router.match(method, path)[0].some(([[, route]]) => route.method === method);
  return methodsKnown.filter(answers).flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
}

function problemOf(c: Context<ShellEnv>, refusal: Refusal, violations?: readonly Violation[]): Response {
  c.get('seen').refusal = refusal.code;
  return problem(
    {
      requestId: c.get('requestId'),
      path: c.req.path,
      language: languageOf(c.req.header('accept-language')),
    },
    refusal,
    violations,
  );
}

function logAnswer(c: Context<ShellEnv>, { log }: Config, startedMs: number): void {
  const { route: _, ...seen } = c.get('seen');
  const { status } = c.res;
  if (!logs(log, status >= 400 || seen.refusal !== undefined)) return;
  const ms = Date.now() - startedMs;
  logRequest({ request: c.get('requestId'), route: routeOf(c), status, ...seen, ms });
}

/** Method and pattern; what nobody declared is known by the last route that matched. */
const routeOf = (c: Context<ShellEnv>): string =>
  `${c.req.method} ${c.get('seen').route ?? matchedRoutes(c).at(-1)?.path}`;

/** Notes what was made: which transfer, and why it was declined. */
function note(seen: Seen, value: unknown): void {
  const { id, refusal } = (value ?? {}) as { id?: unknown; refusal?: Refusal | null };
  if (typeof id === 'string' && isTransferId(id)) seen.transfer = id;
  seen.refusal = refusal?.code;
}

function respond(c: Context<ShellEnv>, outcome: Outcome<unknown>, status: 200 | 201): Response {
  if (outcome instanceof Response) return outcome;
  if (!outcome.ok) return problemOf(c, outcome.refusal);
  if (c.req.method === 'POST') note(c.get('seen'), outcome.value);
  if (outcome.replayed) c.header('Idempotency-Replayed', 'true');
  c.header('Cache-Control', 'no-store');
  return c.json(outcome.value, outcome.replayed ? 200 : status);
}

async function identify(
  c: Context<ShellEnv>,
  config: Config,
  directory: Directory,
  nonces: NonceStore,
  access: readonly Who[] | 'public',
): Promise<Principal | Refusal> {
  if (access === 'public') return nobody;
  const header = c.req.header('authorization');
  const signed = !header && c.req.header('signature-input') !== undefined;
  const caller = signed
    ? await signedCaller(c, config, directory, nonces)
    : await bearer(config, directory, header);
  if ('code' in caller) return caller;
  if (caller.requires) {
    const refusal = await unmet(caller.requires, c.req.raw, signed, config);
    if (refusal) return refusal;
  }
  return permits(access, caller) ? caller : { code: 'auth.forbidden' };
}

async function bearer(
  config: Config,
  directory: Directory,
  header: string | undefined,
): Promise<Principal | Refusal> {
  if (!header) return { code: 'auth.missing' };
  const [scheme, secret, ...rest] = header.split(' ');
  if (!secret || scheme?.toLowerCase() !== 'bearer' || rest.length > 0) {
    return { code: 'auth.invalid', detail: 'not of the form `Bearer KEY`' };
  }
  return (await authenticate(directory, config, secret)) ?? { code: 'auth.invalid' };
}

type Invalid = { refusal: Refusal; violations: Violation[] };

async function readInput(
  c: Context<ShellEnv>,
  declaration: Endpoint<ObjectSchema | undefined, ObjectSchema | undefined, z.ZodType | undefined>,
  caller: Principal,
): Promise<EndpointInput<unknown, unknown, unknown> | Invalid> {
  const type = c.req.header('content-type');
  if (declaration.body && type !== undefined && !jsonType.test(type)) {
    return {
      refusal: { code: 'request.unsupported_type', detail: 'content-type is not application/json' },
      violations: [],
    };
  }
  const text = declaration.body ? await c.req.text() : '';
  let json: unknown;
  try {
    json = declaration.body ? JSON.parse(text) : undefined;
  } catch {
    return { refusal: { code: 'request.malformed', detail: 'the body is not JSON' }, violations: [] };
  }
  const key = c.req.header('idempotency-key');
  if (declaration.idempotency === 'required' && !key) {
    return { refusal: { code: 'idempotency.key_required' }, violations: [] };
  }
  if (key !== undefined && key.length > idempotencyKeyLengthMax) {
    return invalid([{ pointer: '/headers/idempotency-key', code: 'too_big', message: 'longer than 255' }]);
  }
  const violations: Violation[] = [];
  const read = (place: string, schema: z.ZodType | undefined, value: unknown) => {
    const parsed = schema?.safeParse(value);
    if (parsed && !parsed.success)
      violations.push(...parsed.error.issues.flatMap((issue) => violationsOf(place, issue)));
    return parsed?.data;
  };
  // Which of two values counts is read differently by everyone on the way: none does.
  for (const [name, given] of Object.entries(c.req.queries())) {
    if (given.length > 1)
      violations.push({ pointer: `/query/${name}`, code: 'repeated', message: 'given twice' });
  }
  const params = read('/params', declaration.params, c.req.param());
  const query = read('/query', declaration.query?.strict(), c.req.query());
  const body = read('', declaration.body, json);
  if (violations.length > 0) return invalid(violations);
  const idempotency =
    declaration.idempotency && key
      ? { key, request: await digest(c.req.method, c.req.path, text) }
      : undefined;
  const language = languageOf(c.req.header('accept-language'));
  return { params, query, body, caller, language, idempotency, request: c.req.raw };
}

const invalid = (violations: Violation[]): Invalid => ({ refusal: { code: 'request.invalid' }, violations });

/** Of a union, what its nearest forms find wrong: "invalid input" would name no field. */
function violationsOf(place: string, issue: z.core.$ZodIssue): Violation[] {
  const pointer = [
    place,
    ...issue.path.map((part) => String(part).replaceAll('~', '~0').replaceAll('/', '~1')),
  ].join('/');
  const forms = issue.code === 'invalid_union' ? issue.errors : [];
  const fewest = Math.min(...forms.map((form) => form.length));
  const nearest = forms.filter((form) => form.length === fewest).flat();
  if (nearest.length > 0) return nearest.flatMap((inner) => violationsOf(pointer, inner));
  return [{ pointer, code: issue.code, message: issue.message }];
}

const digest = async (method: string, path: string, body: string): Promise<string> =>
  toBase64Url(await sha256(`${method}\n${path}\n${body}`));

const isOverload = (error: Error): boolean => 'overloaded' in error && error.overloaded === true;

function register(
  app: OpenAPIHono<ShellEnv>,
  declaration: Endpoint<ObjectSchema | undefined, ObjectSchema | undefined, z.ZodType | undefined>,
): void {
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
