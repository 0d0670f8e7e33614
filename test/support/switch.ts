/** The switch under test, reached as its callers reach it: over HTTP, in workerd, with empty databases. */
import { applyD1Migrations, createExecutionContext, type D1Migration } from 'cloudflare:test';
import { env, exports } from 'cloudflare:workers';
import { type Env, switchOf } from '../../src/app.ts';
import { ownAct } from '../../src/directory/index.ts';
import type { Guard } from '../../src/http/index.ts';
import type { RefusalCode } from '../../src/kernel/index.ts';

export interface TestEnv extends Env {
  TEST_MIGRATIONS: { directory: D1Migration[]; reports: D1Migration[] };
  SHELF_1: D1Database;
  SHELF_2: D1Database;
  SHELF_3: D1Database;
}

export const testEnv = env as unknown as TestEnv;
export const adminKey = 'an-administrator-that-only-the-tests-of-this-project-know';

/** For changes that a test makes itself. */
export const testAct = ownAct('a test');

/** For a shell by itself, whose staff decide alone. */
export const nobodyWaits: Guard = {
  waits: async () => false,
  propose: async () => {
    throw new Error('nothing is guarded here');
  },
};

export async function migrate(): Promise<void> {
  await applyD1Migrations(testEnv.DIRECTORY, testEnv.TEST_MIGRATIONS.directory);
  await applyD1Migrations(testEnv.REPORTS, testEnv.TEST_MIGRATIONS.reports);
}

export interface Answer<Body = Record<string, never>> {
  status: number;
  headers: Headers;
  // Tests read answers freely; the schemas are checked where answers are made.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  body: Body extends Record<string, never> ? any : Body;
}

interface CallOptions {
  key?: string | undefined;
  body?: unknown;
  headers?: Record<string, string>;
}

export type Call = (method: string, path: string, options?: CallOptions) => Promise<Answer>;

export const call: Call = (method, path, options) =>
  callThrough((exports as unknown as { default: Fetcher }).default, method, path, options);

/** Another isolate of the same switch: what it remembers of the directory is its own, and perhaps more is bound to it. */
export function newIsolate(more: Partial<Record<string, D1Database | string>> = {}): Call {
  const own = switchOf({ ...testEnv, ...more } as Env);
  const fetch = async (request: Request) => own.fetch(request, createExecutionContext());
  return (method, path, options) => callThrough({ fetch }, method, path, options);
}

export async function callThrough(
  worker: { fetch(request: Request): Promise<Response> },
  method: string,
  path: string,
  options: CallOptions = {},
): Promise<Answer> {
  const request = new Request(`https://switch.test${path}`, {
    method,
    redirect: 'manual',
    headers: {
      ...(options.key && { authorization: `Bearer ${options.key}` }),
      ...(options.body !== undefined && { 'content-type': 'application/json' }),
      ...options.headers,
    },
    ...(options.body !== undefined && {
      body: isRaw(options.body) ? options.body : JSON.stringify(options.body),
    }),
  });
  const response = await worker.fetch(request);
  const text = await response.text();
  const json = /[/+]json\b/.test(response.headers.get('content-type') ?? '');
  // An answer to HEAD has no body to look at.
  if (text !== '' && response.headers.get('content-type')?.startsWith('application/problem+json')) {
    expectDeclared(request, JSON.parse(text).code);
  }
  return {
    status: response.status,
    headers: response.headers,
    body: (json && text !== '' ? JSON.parse(text) : text) as never,
  };
}

const isRaw = (body: unknown): body is string | Uint8Array<ArrayBuffer> =>
  typeof body === 'string' || body instanceof Uint8Array;

// What is answered where there is no endpoint.
const nowhere: readonly RefusalCode[] = ['request.unknown_route', 'request.method_not_allowed'];

/** A refusal that the documents do not promise must not come out, whichever test brings it about. */
function expectDeclared({ method, url }: Request, code: RefusalCode): void {
  const { pathname } = new URL(url);
  const asked = switchOf(testEnv).endpoints.filter(
    (one) => one.method === method.toLowerCase() && fits(one.path, pathname),
  );
  if (asked.length === 0 || nowhere.includes(code)) return;
  if (!asked.some(({ refusals }) => refusals.includes(code))) {
    throw new Error(`${method} ${asked[0]?.path} answered ${code}, which it does not declare`);
  }
}

const fits = (pattern: string, pathname: string): boolean => {
  const [wanted, given] = [pattern.split('/'), pathname.split('/')];
  return (
    wanted.length === given.length && wanted.every((part, at) => part.startsWith('{') || part === given[at])
  );
};

export const get = (path: string, key?: string) => call('GET', path, { key });
export const post = (path: string, key: string, body: unknown, idempotencyKey?: string) =>
  call('POST', path, {
    key,
    body,
    headers: idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey },
  });

let counter = 0;
/** A key no other request has used. */
export const freshKey = (): string => `key-${++counter}-${crypto.randomUUID()}`;

export async function until<T>(
  read: () => Promise<T>,
  done: (value: T) => boolean,
  withinMs = 10_000,
): Promise<T> {
  const untilMs = Date.now() + withinMs;
  for (;;) {
    const value = await read();
    if (done(value)) return value;
    if (Date.now() > untilMs) throw new Error(`still waiting, last saw ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
