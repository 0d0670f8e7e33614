/**
 * The API as pages use it: called within the process, as the visitor. A page can do what its visitor may do by
 * API and nothing else; whatever is refused comes back as the problem the API answers, in the visitor's language.
 *
 *     const answer = await api(c).get<Me>('/v1/me');
 *     if (!answer.ok) return show(c, <Trouble problem={answer.problem} />, …);
 *
 * What an answer sets as its cookie is passed on to the visitor.
 */
import type { Context } from 'hono';
import type { VisitEnv } from '../http/index.ts';
import type { RefusalCode } from '../kernel/index.ts';
import { languageFor } from './language.ts';

/** A refusal as the API tells it: `detail` is for people, in their language. */
export interface ApiProblem {
  readonly status: number;
  readonly code: RefusalCode;
  readonly title: string;
  readonly detail: string;
  readonly explanation?: string;
  readonly request_id: string;
  readonly retryable: boolean;
  /** Of fields: `pointer` is `/amount` for the field `amount`. */
  readonly violations?: readonly {
    readonly pointer: string;
    readonly code: string;
    readonly message: string;
  }[];
  /** How long to wait before the same call, where the API says so. */
  readonly retryAfterS?: number;
}
export type ApiAnswer<Value> =
  | { readonly ok: true; readonly status: number; readonly value: Value }
  | { readonly ok: false; readonly status: number; readonly problem: ApiProblem };

export interface PageApi {
  get<Value>(path: string): Promise<ApiAnswer<Value>>;
  /** `idempotencyKey` for what moves money: made when the form is shown, so that sending it twice is safe. */
  post<Value>(path: string, body: unknown, idempotencyKey?: string): Promise<ApiAnswer<Value>>;
  /** Sends bytes as they are. */
  upload<Value>(path: string, bytes: Uint8Array<ArrayBuffer>): Promise<ApiAnswer<Value>>;
  delete<Value>(path: string): Promise<ApiAnswer<Value>>;
}
export type Api = (c: Context<VisitEnv>) => PageApi;
export type Fetch = (request: Request, context: ExecutionContext) => Promise<Response>;

// Of the visitor's request: what says who they are, where they are, and that our own page asked.
const notPassedOn = [
  'content-type',
  'content-length',
  'transfer-encoding',
  'authorization',
  'if-none-match',
  'range',
];

export function apiOf(fetch: Fetch, url: string): Api {
  return (c) => {
    async function call<Value>(
      method: string,
      path: string,
      body?: BodyInit,
      type = 'application/json',
      idempotencyKey?: string,
    ): Promise<ApiAnswer<Value>> {
      const headers = new Headers(c.req.raw.headers);
      for (const name of notPassedOn) headers.delete(name);
      headers.set('accept-language', languageFor(c));
      headers.set('x-request-id', c.env.requestId);
      if (body !== undefined) headers.set('content-type', type);
      // It comes back with the form: whatever became of it there, it can be said in a header.
      if (idempotencyKey !== undefined) headers.set('idempotency-key', encodeURIComponent(idempotencyKey));
      const { cf } = c.req.raw;
      const request = new Request(url + path, {
        method,
        headers,
        ...(body !== undefined && { body }),
        ...(cf && { cf: cf as RequestInitCfProperties }),
      });
      const response = await fetch(request, c.executionCtx as ExecutionContext);
      const cookie = response.headers.get('set-cookie');
      if (cookie !== null) c.header('set-cookie', cookie, { append: true });
      const json = await response.json();
      if (response.ok) return { ok: true, status: response.status, value: json as Value };
      const retryAfterS = Number(response.headers.get('retry-after') ?? 0);
      const problem = { ...(json as ApiProblem), ...(retryAfterS > 0 && { retryAfterS }) };
      return { ok: false, status: response.status, problem };
    }
    return {
      get: (path) => call('GET', path),
      post: (path, body, idempotencyKey) =>
        call('POST', path, JSON.stringify(body), 'application/json', idempotencyKey),
      upload: (path, bytes) => call('POST', path, bytes, 'application/octet-stream'),
      delete: (path) => call('DELETE', path),
    };
  };
}
