/** The shell by itself, with endpoints of the test: what a handler's fault, value or file becomes. */
import { createExecutionContext } from 'cloudflare:test';
import { z } from '@hono/zod-openapi';
import { beforeAll, describe, expect, test } from 'vitest';
import { directoryOf } from '../../src/directory/index.ts';
import { answer, shell as newShell, type Shell, statusOf } from '../../src/http/index.ts';
import { ok, type RefusalCode, readConfig, refusals, refuse } from '../../src/kernel/index.ts';
import { nonceStore } from '../../src/nonces/index.ts';
import { adminKey, migrate, nobodyWaits, testEnv } from '../support/switch.ts';

let shell: Shell;
beforeAll(async () => {
  await migrate();
  shell = newShell(
    readConfig(testEnv),
    directoryOf(testEnv.DIRECTORY),
    nonceStore(testEnv.NONCES),
    nobodyWaits,
  );
  const declare = (path: string, handle: Parameters<Shell['endpoint']>[1]) =>
    shell.endpoint({ method: 'get', path, tag: 'Test', summary: 'Test', access: 'public' }, handle);
  declare('/fault', async () => {
    throw new Error('SQLITE_ERROR: no such column secret_thing');
  });
  declare('/thrown-text', async () => Promise.reject(new TypeError('undefined is not tolom_mer_abc')));
  declare('/overload', async () => {
    throw Object.assign(new Error('Durable Object is overloaded'), { overloaded: true });
  });
  declare('/value', async () => ok({ one: 1 }));
  declare('/stored', async () => answer({ one: 1 }, true));
  declare('/file', async () => new Response('a,b', { headers: { 'content-type': 'text/csv' } }));
  for (const code of Object.keys(refusals) as RefusalCode[]) {
    declare(`/refuse/${code}`, async () => refuse(code, 'because'));
  }
  shell.endpoint(
    {
      method: 'post',
      path: '/things/{thing}',
      tag: 'Test',
      summary: 'Test',
      access: ['staff:admin'],
      status: 201,
      idempotency: 'required',
      params: z.object({ thing: z.string().max(3) }),
      query: z.object({ size: z.coerce.number().max(9) }),
      body: z.strictObject({ 'a/b~c': z.object({ list: z.array(z.int()) }) }),
      answers: z.object({}),
    },
    async ({ params, query, body, caller, idempotency }) =>
      ok({ params, query, body, who: caller.who, idempotency }),
  );
});

const ask = async (path: string, init?: RequestInit) =>
  shell.fetch(new Request(`https://switch.test${path}`, init), createExecutionContext());
// biome-ignore lint/suspicious/noExplicitAny: tests read answers freely
const json = async (path: string, init?: RequestInit): Promise<{ status: number; body: any }> => {
  const response = await ask(path, init);
  return { status: response.status, body: await response.json() };
};
const thing = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  json(path, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${adminKey}`,
      'content-type': 'application/json',
      'idempotency-key': 'k',
      ...headers,
    },
    body: JSON.stringify(body),
  });

describe('what a handler gives', () => {
  test.each(['/fault', '/thrown-text'])(
    '%s: a fault is a 500 that says nothing of its cause',
    async (path) => {
      const response = await ask(path);
      const text = await response.text();
      expect(response.status).toBe(500);
      expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
      expect(JSON.parse(text)).toMatchObject({ code: 'switch.error', retryable: true, actor: 'switch' });
      expect(JSON.parse(text)).not.toHaveProperty('explanation');
      expect(text).not.toMatch(/SQLITE|secret_thing|undefined is|tolom_mer|\.ts|stack/);
      expect(response.headers.get('retry-after')).toBe('1');
      expect(response.headers.get('x-request-id')).toBe(JSON.parse(text).request_id);
    },
  );

  test('an overloaded object is a 503 to repeat', async () => {
    expect(await json('/overload')).toMatchObject({ status: 503, body: { code: 'switch.busy' } });
  });

  test('a value is JSON, an earlier one is marked, a file is as it came', async () => {
    const [value, stored, file] = [await ask('/value'), await ask('/stored'), await ask('/file')];
    expect(await value.json()).toEqual({ one: 1 });
    expect(value.headers.get('idempotency-replayed')).toBeNull();
    expect(stored.headers.get('idempotency-replayed')).toBe('true');
    expect(await file.text()).toBe('a,b');
    expect(file.headers.get('x-request-id')).toMatch(/^req_/);
    expect(file.headers.get('x-content-type-options')).toBe('nosniff');
  });

  test.each(Object.keys(refusals) as RefusalCode[])('refusal %s', async (code) => {
    const response = await ask(`/refuse/${code}`);
    const body = await response.json();
    const status = statusOf(code);
    expect(response.status).toBe(status);
    expect(body).toMatchObject({ code, status, ...refusals[code], explanation: 'because' });
    expect(status).toBeGreaterThanOrEqual(400);
    // Only what is the switch's own doing, or that of somebody it needs, is a server error.
    expect(status >= 500).toBe(/^switch\.|\.unavailable$/.test(code));
    expect(response.headers.has('www-authenticate')).toBe(status === 401);
    expect(response.headers.has('retry-after')).toBe(refusals[code].retryable);
  });
});

describe('the checks come in order: key, media type, form, idempotency key, values', () => {
  const good = { 'a/b~c': { list: [1] } };

  test('all well', async () => {
    expect(await thing('/things/abc?size=3', good)).toMatchObject({
      status: 201,
      body: { who: 'staff:admin' },
    });
  });

  test('a key to repeat with is asked for before any value is looked at', async () => {
    for (const headers of [{ 'idempotency-key': '' }, { 'idempotency-key': ' ' }]) {
      const answer = await thing('/things/abcd', {}, headers);
      expect(answer).toMatchObject({ status: 400, body: { code: 'idempotency.key_required' } });
    }
  });

  test('everything is wrong: the key is told first', async () => {
    const headers = { authorization: 'Bearer no', 'content-type': 'text/csv', 'idempotency-key': '' };
    expect((await thing('/things/abcd', 1, headers)).body.code).toBe('auth.invalid');
  });

  test('without a content type the body is read: many clients send none', async () => {
    const body = new Blob([JSON.stringify(good)]);
    const headers = { authorization: `Bearer ${adminKey}`, 'idempotency-key': 'k' };
    expect((await ask('/things/abc?size=3', { method: 'POST', headers, body })).status).toBe(201);
  });

  test('all wrong values are told at once, with RFC 6901 pointers', async () => {
    const answer = await thing('/things/abcd?size=10&x=1', { 'a/b~c': { list: [1, 'two'] } });
    const pointers = answer.body.violations.map((one: { pointer: string }) => one.pointer);
    expect(pointers.sort()).toEqual(['/a~1b~0c/list/1', '/params/thing', '/query', '/query/size']);
  });

  test('the digest of a request covers method, path and body', async () => {
    const digest = async (path: string, body: unknown) => (await thing(path, body)).body.idempotency.request;
    const first = await digest('/things/abc?size=3', good);
    expect(first).toMatch(/^[\w-]{43}$/);
    expect(await digest('/things/abc?size=3', good)).toBe(first);
    expect(await digest('/things/abd?size=3', good)).not.toBe(first);
    expect(await digest('/things/abc?size=3', { 'a/b~c': { list: [2] } })).not.toBe(first);
  });
});
