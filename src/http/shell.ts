/** The empty house: what every request passes, with nothing in it yet. */
import { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import {
  authenticate,
  authenticateSession,
  type Directory,
  type GuardedAction,
  keptTo,
  type Principal,
  permits,
} from '../directory/index.ts';
import { type Config, isTransferId, logFault, ok, type Refusal, type RefusalCode } from '../kernel/index.ts';
import type { NonceStore } from '../nonces/index.ts';
import { addressOf } from './address.ts';
import { isOwnSite, sessionToken } from './cookie.ts';
import type { AnyEndpoint, Asked, EndpointInput, Guard, Outcome, Shell } from './endpoint.ts';
import { dataGuards, guard } from './guards.ts';
import { readerOf } from './input.ts';
import { limitsOf } from './limits.ts';
import { register, registerShared } from './openapi.ts';
import { languageOf, problem, type Violation } from './problem.ts';
import { refusalsOf } from './refusals.ts';
import { type Gate, signedCaller, unmet } from './signed.ts';
import { accessHeader, staffAccess } from './staff-access.ts';
import { leavesLine, logVisit, newVisit, type Visit, type VisitEnv } from './visit.ts';

type AnyInput = EndpointInput<unknown, unknown, unknown>;

const methodsKnown = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
// Our longest addresses have a few hundred characters.
const urlLengthMax = 8_192;
const polledHard: Refusal = { code: 'rate.exceeded', detail: 'ask once a second at most, or with ?wait=25' };
const keptToStore = 'it is about the whole merchant, and you are kept to a store';
const nobody: Principal = { who: 'merchant:cashier', owner: '', key: '', till: null, person: null };

export function shell(config: Config, directory: Directory, nonces: NonceStore, fourEyes: Guard): Shell {
  const app = new OpenAPIHono<VisitEnv>({ strict: true });
  registerShared(app);
  const endpoints: Shell['endpoints'] = [];
  const access = config.access && staffAccess(config.access, directory);
  const gate = { config, directory, nonces, limits: limitsOf(config), ...(access && { access }) };
  let missingPage: Parameters<Shell['missing']>[0] | undefined;
  app.notFound((c) => {
    const allowed = methodsAt(app, c.req.path);
    if (allowed.length === 0) {
      if (!missingPage || !isVisit(c.req.raw)) return problemOf(c, { code: 'request.unknown_route' });
      c.env.refusal = 'request.unknown_route';
      return missingPage(c);
    }
    const answer = problemOf(c, { code: 'request.method_not_allowed' });
    answer.headers.set('Allow', allowed.join(', '));
    return answer;
  });
  app.onError((error, c) => {
    c.env.route ??= patternAt(app, c.req.raw);
    logFault('request failed', error, { request: c.env.requestId, route: `${c.req.method} ${c.env.route}` });
    return problemOf(c, { code: isOverload(error) ? 'switch.busy' : 'switch.error' });
  });

  return {
    app,
    endpoints,
    missing(page) {
      missingPage = page;
    },
    // Not Hono's middleware: with a single handler for a route it calls that, and nothing in between.
    async fetch(request, context) {
      const visit = newVisit(request);
      const answer =
        request.url.length > urlLengthMax
          ? tooLong(request, visit)
          : await app.fetch(request, visit, context);
      if (!visit.dressed) guard(answer.headers, visit.requestId);
      if (leavesLine(visit, config, answer.status)) {
        visit.route ??= patternAt(app, request);
        logVisit(visit, request.method, answer.status);
      }
      return answer;
    },
    carryOut({ approval, maker, method, path, body, idempotencyKey }) {
      const headers = {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
      };
      const text = body === undefined ? null : JSON.stringify(body);
      const request = new Request(config.url + path, { method, headers, body: text });
      const visit: Visit = { requestId: approval, startedMs: Date.now(), approved: { approval, maker } };
      return Promise.resolve(app.fetch(request, visit));
    },
    endpoint(declaration, handle, settle) {
      endpoints.push({ ...declaration, refusals: refusalsOf(declaration) });
      register(app, declaration);
      const read = readerOf(declaration);
      const recordsRequests = declaration.method !== 'get' && declaration.audit === undefined;
      const path = declaration.path.replaceAll(/\{(\w+)\}/g, ':$1');
      app.on(declaration.method.toUpperCase(), path, async (c) => {
        const visit = c.env;
        visit.route = declaration.path;
        const { approved } = visit;
        const caller = approved
          ? permitted(approved.maker, declaration.access)
          : await identify(c, gate, declaration);
        if ('code' in caller) return problemOf(c, caller);
        visit.owner = caller.owner;
        visit.key = caller.key;
        const input = await read(c, caller);
        if ('refusal' in input) return problemOf(c, input.refusal, input.violations);
        // Counted by path: only now it is known to be no longer than its ids.
        if (declaration.polled && !gate.limits.admitsPoll(caller, c.req.path))
          return problemOf(c, polledHard);
        if (declaration.guesses && gate.limits.isGuessing(caller))
          return problemOf(c, { code: 'rate.exceeded' });
        const { guarded } = declaration;
        if (guarded && isStaff(caller) && !approved && (await fourEyes.waits(guarded, caller))) {
          const settled = async () =>
            settle ? settle(input as Parameters<typeof settle>[0]) : ok(input.body);
          return respond(c, await fourEyes.propose({ ...askedIn(c, guarded, input), settled }), 202);
        }
        if (recordsRequests && isStaff(caller)) await directory.record(input.act, c.req.path, input.body);
        // The schemas just ran: their outputs have the types the declaration promises.
        const outcome = await handle(input as Parameters<typeof handle>[0]);
        const refused = outcome instanceof Response || outcome.ok ? undefined : outcome.refusal.code;
        if (refused && declaration.guesses?.includes(refused)) gate.limits.countGuess(caller);
        return respond(c, outcome, declaration.status ?? 200);
      });
    },
  };
}

/** What may be asked at a path; middleware, which takes every method, does not count. HEAD goes with GET. */
function methodsAt(app: OpenAPIHono<VisitEnv>, path: string): string[] {
  const answers = (method: string) =>
    app.router.match(method, path)[0].some(([[, route]]) => route.method === method);
  return methodsKnown.filter(answers).flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
}

/** Pattern of a path that is no endpoint's: for the log, which never has the path itself. */
function patternAt(app: OpenAPIHono<VisitEnv>, { method, url }: Request): string {
  return app.router.match(method, new URL(url).pathname)[0].at(-1)?.[0][1].path ?? '/*';
}

/** A person who followed or mistyped an address; what is under `/v1` is for programs, whatever they accept. */
const isVisit = ({ method, url, headers }: Request): boolean =>
  (method === 'GET' || method === 'HEAD') &&
  (headers.get('accept') ?? '').includes('text/html') &&
  !new URL(url).pathname.startsWith('/v1/');

function tooLong({ headers }: Request, visit: Visit): Response {
  visit.dressed = true;
  visit.refusal = 'request.url_too_long';
  const language = languageOf(headers.get('accept-language'));
  return problem({ requestId: visit.requestId, path: '/', language }, { code: visit.refusal });
}

function problemOf(c: Context<VisitEnv>, refusal: Refusal, violations?: readonly Violation[]): Response {
  const visit = c.env;
  visit.dressed = true;
  visit.refusal = refusal.code;
  const language = languageOf(c.req.raw.headers.get('accept-language'));
  return problem({ requestId: visit.requestId, path: c.req.path, language }, refusal, violations);
}

const askedIn = (c: Context<VisitEnv>, action: GuardedAction, input: AnyInput): Omit<Asked, 'settled'> => ({
  action,
  method: c.req.method,
  path: c.req.path,
  params: c.req.param(),
  body: input.body,
  caller: input.caller,
  act: input.act,
  idempotencyKey: input.idempotency?.key,
});

function respond(c: Context<VisitEnv>, outcome: Outcome<unknown>, status: 200 | 201 | 202): Response {
  if (outcome instanceof Response) return outcome;
  if (!outcome.ok) return problemOf(c, outcome.refusal);
  const visit = c.env;
  if (c.req.method === 'POST') note(visit, outcome.value);
  visit.dressed = true;
  return new Response(JSON.stringify(outcome.value), {
    status: outcome.replayed ? 200 : status,
    headers: {
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'x-request-id': visit.requestId,
      ...dataGuards,
      ...(outcome.replayed && { 'idempotency-replayed': 'true' }),
      ...(outcome.cookie !== undefined && { 'set-cookie': outcome.cookie }),
    },
  });
}

/** Notes what was made: which transfer, and why it was declined. */
function note(visit: Visit, value: unknown): void {
  const { id, refusal } = (value ?? {}) as { id?: unknown; refusal?: Refusal | null };
  if (typeof id === 'string' && isTransferId(id)) visit.transfer = id;
  visit.refusal = refusal?.code;
}

async function identify(
  c: Context<VisitEnv>,
  gate: Gate,
  { access, whole }: Pick<AnyEndpoint, 'access' | 'whole'>,
): Promise<Principal | Refusal> {
  const { raw } = c.req;
  const { config, limits } = gate;
  if (access === 'public') return nobody;
  const header = raw.headers.get('authorization') ?? offeredKey(raw);
  const signed = !header && raw.headers.has('signature-input');
  const mayLookUp = () => !limits.isBlocked(addressOf(raw, config));
  const caller = signed
    ? await signedCaller(c, gate, mayLookUp)
    : header === null && (raw.headers.has('cookie') || gate.access)
      ? await visitor(gate, raw, mayLookUp)
      : await bearer(gate, header, mayLookUp);
  if ('code' in caller) {
    if (!blameless.includes(caller.code)) limits.countFailure(addressOf(raw, config));
    return caller;
  }
  if (caller.requires) {
    const refusal = await unmet(caller.requires, raw, signed, config);
    if (refusal) return refusal;
  }
  if (!limits.admits(caller)) return { code: 'rate.exceeded' };
  if (!permits(access, caller)) return { code: 'auth.forbidden' };
  return whole && keptTo(caller) !== undefined ? { code: 'auth.forbidden', detail: keptToStore } : caller;
}

// Nothing was tried, or it was not the caller who failed.
const blameless: readonly RefusalCode[] = ['auth.missing', 'access.unavailable'];

async function bearer(
  { config, directory }: Gate,
  header: string | null,
  mayLookUp: () => boolean,
): Promise<Principal | Refusal> {
  if (!header) return { code: 'auth.missing' };
  const [scheme, secret, ...rest] = header.split(' ', 3);
  if (!secret || scheme?.toLowerCase() !== 'bearer' || rest.length > 0) {
    return { code: 'auth.invalid', detail: 'not of the form `Bearer KEY`' };
  }
  return authenticate(directory, config, secret, mayLookUp);
}

/** Browsers cannot set headers of a WebSocket, but name protocols: one of them may be `bearer.KEY`. */
function offeredKey({ headers }: Request): string | null {
  if (!headers.has('upgrade')) return null;
  const [, key] = /(?:^|,)\s*bearer\.([^\s,]+)/.exec(headers.get('sec-websocket-protocol') ?? '') ?? [];
  return key === undefined ? null : `Bearer ${key}`;
}

/** Whoever signed in; what changes something must have been asked for by a page of the switch itself. */
async function visitor(
  { config, directory, access }: Gate,
  request: Request,
  mayLookUp: () => boolean,
): Promise<Principal | Refusal> {
  const assertion = access && request.headers.get(accessHeader);
  const token = sessionToken(request, config);
  if (!assertion && token === undefined) return { code: 'auth.missing' };
  if (changes(request) && !isOwnSite(request, config)) return { code: 'auth.cross_site' };
  if (assertion) return mayLookUp() ? access(assertion) : { code: 'rate.exceeded' };
  const caller = await authenticateSession(directory, token ?? '', mayLookUp);
  // A session from before Access was asked for, or from a door that was forgotten.
  return access && !('code' in caller) && isStaff(caller) ? { code: 'access.required' } : caller;
}

// What a socket is opened for is not known yet, and browsers open them for any page.
const changes = ({ method, headers }: Request): boolean =>
  !(method === 'GET' || method === 'HEAD') || headers.has('upgrade');

/** Whoever asked for it has to be one of those who may, still. */
const permitted = (maker: Principal, access: AnyEndpoint['access']): Principal | Refusal =>
  access === 'public' || permits(access, maker) ? maker : { code: 'auth.forbidden' };

const isStaff = ({ who }: Principal): boolean => who.startsWith('staff:');

const isOverload = (error: Error): boolean => 'overloaded' in error && error.overloaded === true;
