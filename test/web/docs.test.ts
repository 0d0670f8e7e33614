import { beforeAll, describe, expect, it } from 'vitest';
import * as client from '../../src/client/index.ts';
import { statusOf } from '../../src/http/index.ts';
import { languages, type RefusalCode, refusals, refusalText } from '../../src/kernel/index.ts';
import { pages } from '../../src/web/index.ts';
import { call, get, migrate } from '../support/switch.ts';

beforeAll(migrate);

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll("'", '&#39;').replaceAll('<', '&lt;');

interface Document {
  paths: Record<
    string,
    Record<string, { summary: string; 'x-roles'?: string[]; parameters?: { name: string }[] }>
  >;
  components: { schemas: Record<string, { properties?: Record<string, unknown> }> };
}

describe('the API documentation', () => {
  let page = '';
  let document: Document;
  beforeAll(async () => {
    page = (await get('/docs')).body as string;
    document = (await get('/openapi.json')).body as Document;
  });

  const sectionOf = (id: string): string => page.split(` id="${id}">`)[1]?.split('</section>')[0] ?? '';

  it('has every operation, with who may call it, its parameters and an example', () => {
    for (const [path, methods] of Object.entries(document.paths)) {
      for (const [method, operation] of Object.entries(methods)) {
        const id = `${method}${path.replaceAll(/[^\w]+/g, '-').replace(/-$/, '')}`;
        const section = sectionOf(id);
        expect(section, id).toContain(`<code>${path}</code>`);
        expect(section, id).toContain('curl ');
        for (const role of operation['x-roles'] ?? []) expect(section, id).toContain(role);
        for (const { name } of operation.parameters ?? [])
          expect(section, id).toContain(`<code>${name}</code>`);
      }
    }
  });

  it('has every named schema with all its fields', () => {
    for (const [name, schema] of Object.entries(document.components.schemas)) {
      const section = sectionOf(`object-${name}`);
      expect(section, name).not.toBe('');
      for (const field of Object.keys(schema.properties ?? {})) {
        expect(section, `${name}.${field}`).toContain(`<code>${field}</code>`);
      }
    }
  });

  it('says what goes into an order, within which limits', () => {
    const section = sectionOf('post-v1-merchants-merchant-orders');
    expect(section).toMatch(/<code>amount<\/code>.*?required/);
    expect(section).toContain('10 to 86,400. <code>900</code> unless given.');
    expect(section).toContain('Idempotency-Key: $(uuidgen)');
    expect(section).toContain(escaped('"amount": 12550'));
    expect(section).toContain('<a href="#object-Order">Order</a>');
  });

  it('has no link that leads nowhere, and no id twice', async () => {
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    const there = new Set(ids);
    expect(ids.length).toBe(there.size);
    const anchors = [...page.matchAll(/href="#([^"]+)"/g)].map(([, anchor]) => anchor);
    expect(anchors.filter((anchor) => !there.has(anchor))).toEqual([]);
    // Hundreds of links lead to a few pages.
    const paths = new Set([...page.matchAll(/href="(\/[^"#]*)/g)].map(([, path]) => path));
    for (const path of paths) expect((await get(path ?? '')).status, path).toBe(200);
  });
});

describe('trying the API out', () => {
  let page = '';
  let document: Document;
  beforeAll(async () => {
    page = (await get('/docs')).body as string;
    document = (await get('/openapi.json')).body as Document;
  });

  const scriptIn = (text: string): string => text.match(/<script src="([^"]+)"/)?.[1] ?? '';
  const formsIn = (text: string): string[] => text.match(/<form .*?<\/form>/gs) ?? [];

  it('has a form for every operation, hidden until the script is there', () => {
    const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method, ...operation })),
    );
    const forms = formsIn(page);
    expect(forms.length).toBe(operations.length);
    expect(page.match(/<details class="try-it" hidden/g)).toHaveLength(forms.length);
    for (const { path, method, parameters = [], 'x-roles': roles = [] } of operations) {
      const form =
        forms.find((one) => one.includes(`data-method="${method}" data-path="${path}"`)) ??
        `${method} ${path}`;
      expect(form.includes('data-keyed'), form).toBe(roles.length > 0);
      for (const { name } of parameters) expect(form).toContain(`data-name="${name}"`);
      expect(form).not.toMatch(/ name="/);
    }
  });

  it('starts with the example of the document as the body', () => {
    const form =
      formsIn(page).find((one) =>
        one.includes('data-method="post" data-path="/v1/merchants/{merchant}/orders"'),
      ) ?? '';
    expect(form).toContain(escaped('"amount": 12550'));
  });

  it('loads one small file that keeps nothing and writes no markup', async () => {
    const { status, headers, body } = await get(scriptIn(page));
    expect([status, headers.get('content-type')]).toEqual([200, 'text/javascript; charset=utf-8']);
    expect(body.length).toBeLessThan(8_000);
    expect(body).not.toMatch(/localStorage|sessionStorage|indexedDB|cookie|history|innerHTML|eval|Function/);
  });

  it('needs no other security policy than every page has', async () => {
    const policyOf = async (path: string) => (await get(path)).headers.get('content-security-policy');
    expect(await policyOf('/docs')).toBe(await policyOf('/docs/refusals'));
    expect(await policyOf('/docs')).toContain("script-src 'self';");
  });

  it('is not there in production: no form, no script, no file', async () => {
    const parts = { config: { mode: 'production' }, document } as unknown as Parameters<typeof pages>[0];
    const production = pages(parts);
    const text = await (await production.request('/docs')).text();
    expect(text.includes('id="post-v1-scans"')).toBe(true);
    expect(text.match(/<script|<form|<input|<textarea|try-it|try-key/g)).toBe(null);
    expect((await production.request(scriptIn(page))).status).toBe(404);
  });
});

describe('the table of refusals', () => {
  const codes = Object.keys(refusals) as RefusalCode[];

  it('has a row for every code, where the problem document says', async () => {
    const { body } = await get('/docs/refusals');
    for (const code of codes) {
      const row: string = body.split(`<tr id="${code}">`)[1]?.split('</tr>')[0] ?? '';
      expect(row, code).toContain(escaped(refusalText(code, 'en')));
      expect(row, code).toContain(String(statusOf(code)));
      expect(row, code).toContain(refusals[code].reason);
      expect(row, code).toContain(refusals[code].actor);
    }
    const problem = await get('/v1/merchants/mch_00000000000000000000');
    const [path, code] = problem.body.type.split('#');
    expect((await get(path)).body).toContain(`<tr id="${code}">`);
  });

  it.each(languages)('speaks %s', async (language) => {
    const text = escaped(refusalText('qr.expired', language));
    expect((await get(`/docs/refusals?lang=${language}`)).body).toContain(text);
    const asked = await call('GET', '/docs/refusals', { headers: { 'accept-language': language } });
    expect(asked.body).toContain(text);
  });
});

describe('the guides', () => {
  it('lead only to what is there', async () => {
    const { body } = await get('/docs/guides');
    const links = [...(body as string).matchAll(/href="(\/docs[^"#]*)#([^"]+)"/g)];
    expect(links.length).toBeGreaterThan(2);
    for (const [, path = '', anchor] of links) {
      expect((await get(path)).body, `${path}#${anchor}`).toContain(` id="${anchor}"`);
    }
  });

  it('use what the client has', async () => {
    const { body } = await get('/docs/guides');
    const imported = [...(body as string).matchAll(/import \{ ([^}]+) \} from &#39;tolom\/client&#39;/g)];
    const names = imported.flatMap(([, list = '']) => list.split(', '));
    expect(names.length).toBeGreaterThan(4);
    for (const name of names) expect(client, name).toHaveProperty(name);
  });
});
