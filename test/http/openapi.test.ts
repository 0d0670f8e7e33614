/** The API's own description: complete, well-formed, every reference resolved. */
import { beforeAll, describe, expect, test } from 'vitest';
import { switchOf } from '../../src/app.ts';
import { statusOf } from '../../src/http/index.ts';
import { get, migrate, testEnv } from '../support/switch.ts';

// biome-ignore lint/suspicious/noExplicitAny: a document of any shape is what is being checked
type Json = any;
let document: Json;
beforeAll(async () => {
  await migrate();
  document = (await get('/openapi.json')).body;
});

const endpoints = switchOf(testEnv).endpoints;
const rows = endpoints.map(
  ({ method, path, access, refusals }) =>
    [`${method.toUpperCase()} ${path}`, method, path, access, refusals] as const,
);

function* nodes(value: Json, path = '#'): Generator<[path: string, node: Json]> {
  if (value === null || typeof value !== 'object') return;
  yield [path, value];
  for (const [key, child] of Object.entries(value)) yield* nodes(child, `${path}/${key}`);
}

describe('the document', () => {
  test('says what it is', () => {
    expect(document.openapi).toMatch(/^3\.1\.\d+$/);
    expect(document.info).toMatchObject({ title: 'Tolom', version: expect.any(String) });
    expect(document.servers).toEqual([{ url: 'https://switch.test' }]);
    expect(document.components.securitySchemes.key).toMatchObject({ type: 'http', scheme: 'bearer' });
  });

  test('has every declared endpoint and no other', () => {
    const documented = Object.entries<Json>(document.paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(documented.sort()).toEqual(rows.map(([name]) => name).sort());
  });

  test('refers only to what is there', () => {
    const found = [...nodes(document)].flatMap(([path, node]) =>
      typeof node.$ref === 'string' ? [[path, node.$ref]] : [],
    );
    expect(found.length).toBeGreaterThan(20);
    for (const [path, reference] of found) {
      const target = (reference as string)
        .replace(/^#\//, '')
        .split('/')
        .reduce<Json>((node, part) => node?.[part], document);
      expect(target, `${path} → ${reference}`).toBeDefined();
    }
  });

  test('is JSON Schema 2020-12: no `nullable`, no type left out of an enum', () => {
    for (const [path, node] of nodes(document)) {
      expect(node, path).not.toHaveProperty('nullable');
      if (Array.isArray(node.required) && node.properties) {
        expect(Object.keys(node.properties), path).toEqual(expect.arrayContaining(node.required));
      }
    }
  });

  test('summaries are unique: a reader tells operations apart by them', () => {
    const summaries = Object.values<Json>(document.paths).flatMap((item) =>
      Object.values<Json>(item).map(({ summary }) => summary),
    );
    expect(new Set(summaries).size).toBe(summaries.length);
  });
});

describe.each(rows)('%s', (_, method, path, access, refusals) => {
  const operation = () => document.paths[path][method];

  test('has a summary, a tag and answers', () => {
    expect(operation().summary).toMatch(/^\S.{8,118}[^.\s]$/);
    expect(operation().tags).toEqual([expect.stringMatching(/^[A-Z]/)]);
    const statuses = Object.keys(operation().responses);
    expect(statuses.filter((status) => /^20[01]$/.test(status))).toHaveLength(1);
    const [success] = statuses;
    const contents = Object.values<Json>(operation().responses[success!].content);
    expect(contents.length).toBeGreaterThan(0);
    for (const content of contents) expect(content.schema).toBeTypeOf('object');
  });

  test('has every refusal it can answer, under its status, with an example', () => {
    const said = Object.entries<Json>(operation().responses)
      .filter(([status]) => !status.startsWith('2'))
      .flatMap(([status, { $ref }]) => {
        const answer = document.components.responses[$ref.split('/').at(-1)];
        const { schema, examples } = answer.content['application/problem+json'];
        expect(schema).toEqual({ $ref: '#/components/schemas/Problem' });
        return Object.keys(examples).map((code) => [Number(status), code]);
      });
    const declared = refusals.map((code) => [statusOf(code), code]);
    expect(said.sort()).toEqual(declared.sort());
    for (const code of refusals) expect(document.components.examples[code].value.code).toBe(code);
    expect(refusals).toContain('switch.error');
    if (access !== 'public') expect(refusals).toContain('auth.forbidden');
  });

  test('has an example of what is sent and answered', () => {
    const bodies: Json[] = [operation().requestBody, ...Object.values(operation().responses)];
    for (const { content } of bodies.filter(Boolean)) {
      const json = content?.['application/json'];
      if (json) expect(json.example, json.schema).toBeTypeOf('object');
    }
  });

  test('says who may call it', () => {
    if (access === 'public') expect(operation().security).toEqual([]);
    else {
      const signs = access.some((who) => who === 'issuer' || who === 'acquirer');
      const security = [{ key: [] }, ...(signs ? [{ signature: [] }] : [])];
      expect(operation()).toMatchObject({ security, 'x-roles': access });
    }
  });

  test('describes each part of its path, and only a POST has a body', () => {
    const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const parameters: Json[] = operation().parameters ?? [];
    const inPath = parameters.filter((one) => one.in === 'path');
    expect(inPath.map(({ name }) => name).sort()).toEqual(named.sort());
    for (const one of inPath) expect(one.required).toBe(true);
    for (const one of parameters) expect(one.schema, one.name).toBeTypeOf('object');
    if (method !== 'post') expect(operation()).not.toHaveProperty('requestBody');
  });
});
