import { beforeAll, describe, expect, it } from 'vitest';
import { languages } from '../../src/kernel/index.ts';
import { pages } from '../../src/web/index.ts';
import { missingTexts } from '../../src/web/missing/texts.ts';
import { call, get, migrate } from '../support/switch.ts';

beforeAll(migrate);

const paths = ['/', '/docs', '/docs/guides', '/docs/refusals', '/pay/nothing', '/receipt/nothing', '/wallet'];

describe.each(paths)('%s', (path) => {
  it('runs nothing, frames nothing and loads nothing that is not ours', async () => {
    const { headers, body } = await get(path);
    const policy = headers.get('content-security-policy');
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(body).not.toMatch(/ (style|on\w+)="|<style|<script>|<base/);
    for (const [, address] of body.matchAll(/(?:src|<link[^>]*href)="([^"]+)"/g)) {
      expect(address).toMatch(/^\/(?!\/)|^data:image\//);
    }
  });

  it('names its language and its files, which never change', async () => {
    const { body } = await get(path);
    expect(body).toMatch(/^<!doctype html><html lang="[a-z]{2}">/i);
    const [, stylesheet = ''] = body.match(/rel="stylesheet" href="([^"]+)"/) ?? [];
    const file = await get(stylesheet);
    expect(file.status).toBe(200);
    expect(file.headers.get('content-type')).toMatch(/^text\/css/);
    expect(file.headers.get('cache-control')).toContain('immutable');
  });
});

it('what belongs to one payer is not kept by anybody', async () => {
  expect((await get('/pay/nothing')).headers.get('cache-control')).toBe('no-store');
});

describe('an address where nothing is', () => {
  const asked = (path: string, method = 'GET', headers: Record<string, string> = {}) =>
    call(method, path, { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8', ...headers } });

  it.each(languages)('tells a person so, with the way home, in %s', async (language) => {
    for (const path of ['/nothing', '/portal/nothing', '/centre/nothing/at/all', '/v1']) {
      const { status, headers, body } = await asked(path, 'GET', { 'accept-language': language });
      expect([status, headers.get('content-language')], path).toEqual([404, language]);
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('cache-control')).toBe('no-store');
      expect(body).toContain(missingTexts(language)('title'));
      expect(body).toMatch(/<a [^>]*href="\/"/);
    }
  });

  it('answers programs as ever, and a browser that asks the API', async () => {
    for (const answer of [
      await get('/nothing'),
      await asked('/v1/nothing'),
      await asked('/nothing', 'POST'),
      await call('GET', '/nothing', { headers: { accept: 'application/json' } }),
    ]) {
      expect(answer.body).toMatchObject({ status: 404, code: 'request.unknown_route' });
    }
    expect(await asked('/v1/registrations')).toMatchObject({
      status: 405,
      body: { code: 'request.method_not_allowed' },
    });
  });
});

describe('the landing page', () => {
  it('of a sandbox says where its keys are and what to try', async () => {
    const { body } = await get('/');
    expect(body).toContain('$TOLOM_STATE/sandbox.json');
    expect(body).toContain('npm run demo');
    for (const path of ['/docs', '/openapi.json', '/healthz']) {
      expect(body).toContain(`href="${path}"`);
      expect((await get(path)).status).toBe(200);
    }
  });

  it('in production speaks of no sandbox', async () => {
    const parts = { config: { mode: 'production' }, document: {} } as Parameters<typeof pages>[0];
    const body = await (await pages(parts).request('/')).text();
    expect(body).toContain('Production');
    expect(body).not.toMatch(/sandbox/i);
  });
});
