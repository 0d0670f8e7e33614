/** What a request brings, checked against its declaration: media type, form, idempotency key, values. */
import type { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { Principal } from '../directory/index.ts';
import { type Refusal, sha256, toBase64Url } from '../kernel/index.ts';
import { decoded, isTooDeep, textOf } from './body.ts';
import type { AnyEndpoint, EndpointInput } from './endpoint.ts';
import { languageOf, type Violation } from './problem.ts';
import type { VisitEnv } from './visit.ts';

export const idempotencyKeyLengthMax = 255;
const jsonType = /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i;

export interface Invalid {
  readonly refusal: Refusal;
  readonly violations: readonly Violation[];
}
type Read = EndpointInput<unknown, unknown, unknown> | Invalid;

/** Reads requests of one endpoint. Made once: making a schema costs more than using it. */
export function readerOf(declaration: AnyEndpoint) {
  const { params: paramsSchema, body: bodySchema, idempotency: keyed } = declaration;
  const querySchema = declaration.query?.strict();
  const action = `${declaration.method.toUpperCase()} ${declaration.path}`;

  return async (c: Context<VisitEnv>, caller: Principal): Promise<Read> => {
    const request = c.req.raw;
    let text = '';
    let json: unknown;
    if (bodySchema) {
      const type = request.headers.get('content-type');
      if (type !== null && !jsonType.test(type)) {
        return refused({ code: 'request.unsupported_type', detail: 'content-type is not application/json' });
      }
      const sent = c.env.body ? decoded(c.env.body) : await textOf(request);
      if (typeof sent !== 'string') return refused(sent);
      text = sent;
      if (isTooDeep(text)) return refused({ code: 'request.malformed', detail: 'nested too deep' });
      try {
        json = JSON.parse(text);
      } catch {
        return refused({ code: 'request.malformed', detail: 'the body is not JSON' });
      }
    }
    const key = keyed && request.headers.get('idempotency-key');
    if (keyed === 'required' && !key) return refused({ code: 'idempotency.key_required' });
    if (key && key.length > idempotencyKeyLengthMax) {
      return invalid([{ pointer: '/headers/idempotency-key', code: 'too_big', message: 'longer than 255' }]);
    }
    const violations: Violation[] = [];
    const read = (place: string, schema: z.ZodType | undefined, value: unknown) => {
      const parsed = schema?.safeParse(value);
      if (parsed && !parsed.success)
        violations.push(...parsed.error.issues.flatMap((issue) => violationsOf(place, issue)));
      return parsed?.data;
    };
    const asked = request.url.includes('?');
    if (asked) violations.push(...repeated(c.req.queries()));
    const params = paramsSchema && read('/params', paramsSchema, c.req.param());
    const query = read('/query', querySchema, asked ? c.req.query() : {});
    const body = read('', bodySchema, json);
    if (violations.length > 0) return invalid(violations);
    const idempotency = key ? { key, request: await digest(request.method, c.req.path, text) } : undefined;
    const language = languageOf(request.headers.get('accept-language'));
    const { requestId, approved } = c.env;
    const act = {
      ...{ by: caller, request: requestId, action },
      ...(approved && { approval: approved.approval }),
    };
    return { params, query, body, caller, act, language, idempotency, request };
  };
}

const refused = (refusal: Refusal): Invalid => ({ refusal, violations: [] });
const invalid = (violations: Violation[]): Invalid => ({ refusal: { code: 'request.invalid' }, violations });

/** Which of two values counts is read differently by everyone on the way: none does. */
const repeated = (queries: Record<string, string[]>): Violation[] =>
  Object.entries(queries)
    .filter(([, given]) => given.length > 1)
    .map(([name]) => ({ pointer: `/query/${name}`, code: 'repeated', message: 'given twice' }));

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
