/**
 * One call to the switch, repeated as long as that is safe: reads, what carries an idempotency key, and what was
 * certainly not done. Every call of the API goes through here, typed by its name.
 */
import { NoAnswer, Refused } from './problems.ts';
import { type RequestSigner, signatureHeaders } from './sign.ts';
import type { Operations, Problem } from './types.ts';

/** A bearer key, or a participant's signing key. */
export type Credentials = { readonly key: string } | RequestSigner;

export interface ClientOptions {
  /** Public address of the switch, e.g. `https://pay.example.kg`. */
  readonly url: string;
  readonly credentials: Credentials;
  /** Language of refusals: en, ky, ru, th, km or zh. */
  readonly language?: string;
  /** How often a call is made at most; 6 unless given, which takes some ten seconds. */
  readonly attemptsMax?: number;
  /** How long one attempt may take, on top of the wait it asks for; 10 seconds unless given. */
  readonly attemptMs?: number;
  /** Another `fetch`, e.g. one with a client certificate. */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
  /** Another way to wait; throws the signal's reason when that ends it. */
  readonly pause?: (ms: number, signal?: AbortSignal) => Promise<void>;
}

type Needed<Name extends string, Value> = [Value] extends [undefined]
  ? { readonly [_ in Name]?: undefined }
  : Partial<Value> extends Value
    ? { readonly [_ in Name]?: Value }
    : { readonly [_ in Name]: Value };
type Keyed<Key> = Key extends 'required'
  ? { readonly idempotencyKey: string }
  : Key extends 'optional'
    ? { readonly idempotencyKey?: string | undefined }
    : { readonly idempotencyKey?: undefined };

/** What a call takes. */
export type Input<Name extends keyof Operations> = Needed<'params', Operations[Name]['params']> &
  Needed<'query', Operations[Name]['query']> &
  Needed<'body', Operations[Name]['body']> &
  Keyed<Operations[Name]['key']> & {
    /** Ends the call; it then throws the signal's reason. */
    readonly signal?: AbortSignal | undefined;
    /** Says that a POST without a key may be made twice, because it changes nothing the second time. */
    readonly repeatable?: boolean;
  };

export interface Client {
  readonly options: ClientOptions;
  /** Makes a call; throws `Refused` or `NoAnswer`. */
  call<Name extends keyof Operations>(name: Name, input: Input<Name>): Promise<Operations[Name]['answer']>;
  readonly pause: (ms: number, signal?: AbortSignal) => Promise<void>;
}

const attemptsDefault = 6;
const attemptDefaultMs = 10_000;
const [backoffMs, backoffMaxMs] = [250, 8_000];
// A switch that asks for more than this is not coming back while somebody waits.
const retryAfterMaxMs = 30_000;

export function clientOf(options: ClientOptions): Client {
  const { attemptsMax = attemptsDefault, attemptMs = attemptDefaultMs } = options;
  const pause = options.pause ?? paused;
  return {
    options,
    pause,
    async call(name, input) {
      const request = requestOf(options, name, input as unknown as AnyInput);
      const patienceMs = attemptMs + request.waitMs;
      for (let attempt = 1; ; attempt++) {
        input.signal?.throwIfAborted();
        const heard = await attempted(request, options, patienceMs, input.signal);
        if (heard.is === 'done') return heard.answer as never;
        if (!mayRepeat(request, heard) || attempt === attemptsMax || askedMs(heard) > retryAfterMaxMs) {
          throw failureOf(request, heard);
        }
        await pause(Math.max(askedMs(heard), backoff(attempt)), input.signal);
      }
    },
  };
}

interface AnyInput {
  readonly params?: Record<string, string>;
  readonly query?: Record<string, string | number | boolean | undefined>;
  readonly body?: unknown;
  readonly idempotencyKey?: string;
  readonly repeatable?: boolean;
}

interface Prepared {
  readonly method: string;
  readonly url: string;
  readonly body: string | undefined;
  readonly idempotencyKey: string | undefined;
  readonly repeatable: boolean;
  /** How long the switch was asked to hold its answer back. */
  readonly waitMs: number;
}

function requestOf({ url }: ClientOptions, name: string, input: AnyInput): Prepared {
  const [method = '', path = ''] = name.split(' ');
  const { params = {}, query = {}, body, idempotencyKey, repeatable = false } = input;
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, part: string) => encodeURIComponent(params[part] ?? ''));
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  const search = new URLSearchParams(given.map(([key, value]) => [key, String(value)])).toString();
  return {
    method,
    url: url.replace(/\/+$/, '') + filled + (search === '' ? '' : `?${search}`),
    body: body === undefined ? undefined : JSON.stringify(body),
    idempotencyKey,
    repeatable: method !== 'POST' || idempotencyKey !== undefined || repeatable,
    waitMs: Number(query.wait ?? 0) * 1_000,
  };
}

type Heard =
  | { readonly is: 'done'; readonly answer: unknown }
  | { readonly is: 'refused'; readonly problem: Problem; readonly retryAfterMs: number | undefined }
  /** Nothing came, or nothing that the switch would say. */
  | {
      readonly is: 'lost';
      readonly reason: string;
      readonly cause?: unknown;
      readonly retryAfterMs?: number | undefined;
    };

async function attempted(
  request: Prepared,
  options: ClientOptions,
  patienceMs: number,
  signal: AbortSignal | undefined,
): Promise<Heard> {
  const ending = new AbortController();
  const end = () => ending.abort(signal?.reason);
  const timer = setTimeout(() => ending.abort(new Error(`no answer in ${patienceMs} ms`)), patienceMs);
  signal?.addEventListener('abort', end, { once: true });
  try {
    const init = {
      method: request.method,
      headers: await headersOf(request, options),
      signal: ending.signal,
    };
    const send = options.fetch ?? ((url: string, all: RequestInit) => fetch(url, all));
    const response = await send(
      request.url,
      request.body === undefined ? init : { ...init, body: request.body },
    );
    return heardIn(response, await response.text());
  } catch (cause) {
    signal?.throwIfAborted();
    return { is: 'lost', reason: `${request.method} ${request.url} got no answer`, cause };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', end);
  }
}

async function headersOf(
  { method, url, body, idempotencyKey }: Prepared,
  { credentials, language }: ClientOptions,
): Promise<Record<string, string>> {
  return {
    accept: 'application/json, application/problem+json',
    ...(language !== undefined && { 'accept-language': language }),
    ...(body !== undefined && { 'content-type': 'application/json' }),
    ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
    ...('key' in credentials
      ? { authorization: `Bearer ${credentials.key}` }
      : await signatureHeaders({ method, url, body, idempotencyKey }, credentials, Date.now())),
  };
}

function heardIn(response: Response, text: string): Heard {
  const type = response.headers.get('content-type') ?? '';
  const retryAfterMs = retryAfterIn(response.headers.get('retry-after'));
  const json = /^application\/(?:problem\+)?json\b/.test(type) ? parsed(text) : undefined;
  if (response.ok && json !== undefined) return { is: 'done', answer: json };
  if (isProblem(json)) return { is: 'refused', problem: json, retryAfterMs };
  // A proxy on the way, or a network that wants a log-in first.
  return { is: 'lost', reason: `answered ${response.status}, and not by the switch`, retryAfterMs };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isProblem = (json: unknown): json is Problem =>
  typeof json === 'object' && json !== null && 'code' in json && 'status' in json;

/** Seconds, or a date (RFC 9110 §10.2.3). */
function retryAfterIn(header: string | null): number | undefined {
  if (header === null) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

const askedMs = (heard: Heard): number => (heard.is === 'done' ? 0 : (heard.retryAfterMs ?? 0));

/** Refused before anything was done: good to repeat whatever it was. */
const notDone = ({ status }: Problem): boolean => status === 429;
/** The call is being done, or may have been: only good to repeat when that is harmless. */
const undecided = ({ status, code }: Problem): boolean =>
  status >= 500 || status === 408 || code === 'idempotency.in_flight';

function mayRepeat({ repeatable }: Prepared, heard: Heard): boolean {
  if (heard.is !== 'refused') return repeatable;
  return notDone(heard.problem) || (repeatable && undecided(heard.problem));
}

function failureOf({ idempotencyKey }: Prepared, heard: Exclude<Heard, { is: 'done' }>): Error {
  if (heard.is === 'lost') return new NoAnswer(heard.reason, { idempotencyKey, cause: heard.cause });
  const { problem, retryAfterMs } = heard;
  if (undecided(problem))
    return new NoAnswer(`${problem.code}: ${problem.detail}`, { idempotencyKey, problem });
  return new Refused(problem, retryAfterMs);
}

/** Doubles, and differs between clients, so that those who failed together do not return together. */
const backoff = (attempt: number): number =>
  Math.min(backoffMaxMs, backoffMs * 2 ** (attempt - 1)) * (0.5 + Math.random() / 2);

function paused(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', end);
      resolve();
    }, ms);
    if (signal?.aborted) end();
    else signal?.addEventListener('abort', end, { once: true });
  });
}
