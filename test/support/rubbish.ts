/**
 * Requests that no honest caller sends, made from the OpenAPI document: for every operation, every field of its
 * path, query, headers and body in turn holds rubbish while the others are right. A seed fixes all of it.
 */
import type { Random } from '../../scripts/chaos/random.ts';

// biome-ignore lint/suspicious/noExplicitAny: a schema of any shape
type Json = any;

export interface Operation {
  readonly method: string;
  readonly path: string;
  readonly roles: readonly string[];
  readonly declared: Json;
}

export interface Odd {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  /** What is odd about it. */
  readonly what: string;
}

export const texts = [
  '',
  ' ',
  '0',
  '-1',
  '1e999',
  'null',
  'undefined',
  'NaN',
  "' OR 1=1 --",
  '"; DROP TABLE api_key; --',
  "1' UNION ALL VALUES(1,2,3)--",
  '%_%',
  '../../../../etc/passwd',
  '..%2f..%2fetc%2fpasswd',
  '..\\..\\windows\\win.ini',
  'file:///etc/passwd',
  'http://169.254.169.254/latest/meta-data/',
  'https://[::1]:22/',
  '%00',
  '%',
  '%ff%fe',
  '\u0000',
  'a\u0000b',
  '\ud800',
  'x\udfff',
  '\u202e\u200b\ufeff',
  'ا\u202eلعربية‏',
  'ก็ขมែរ支付төлөм',
  '𝒜𝓁𝒶-𝒯ℴℴ 𠜎𠜱',
  '👩‍👩‍👧‍👦'.repeat(8),
  'e\u0301'.repeat(40),
  '\r\nx-injected: 1',
  '{{7*7}}<%= 7*7 %>#{7*7}$' + '{7*7}',
  '<img src=x onerror=alert(1)>',
  '__proto__',
  'constructor',
  'toString',
  'a'.repeat(5_000),
  '0000-01-01T00:00:00Z',
  '9999-12-31T23:59:59.999Z',
  '+275760-09-13T00:00:00.000Z',
  '2026-02-30T00:00:00.000Z',
  'mch_00000000000000000000',
  'acc_zzzzzzzzzzzzzzzzzzzz',
] as const;

/** JSON texts, some of which no JSON.stringify would write. */
const values: readonly string[] = [
  ...texts.map((text) => JSON.stringify(text)),
  ...['null', 'true', '0', '-0', '-1', '1', '1.5', '1e400', '-1e400', '1e-400'],
  ...['9007199254740991', '9007199254740992', '123456789012345678901234567890', '-9223372036854775808'],
  ...['[]', '{}', '[null]', '[[[[[[]]]]]]', '{"amount":1}', '[1,[2,{"a":[3]}]]'],
  '{"__proto__":{"polluted":true}}',
  '{"constructor":{"prototype":{"polluted":true}}}',
  '{"toString":1,"valueOf":1,"length":-1,"then":1}',
  '"\\ud83d"',
  '"\\u0000\\uffff"',
  JSON.stringify('支'.repeat(9_000)),
  JSON.stringify(Array.from({ length: 500 }, (_, index) => index)),
  JSON.stringify(Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`k${index}`, 'v']))),
];

const bytes = (...given: number[]) => Uint8Array.from(given);

/** Bodies that are no body of ours, whatever the operation. */
const bodies: readonly (readonly [what: string, body: string | Uint8Array<ArrayBuffer>])[] = [
  ['no JSON', '{'],
  ['nothing', ''],
  ['JSON of nothing', 'null'],
  ['a list', '[]'],
  ['a text', '"x"'],
  ['a number', '1e400'],
  ['a key twice', '{"amount":1,"amount":2,"currency":"KGS"}'],
  ['a prototype', '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}'],
  ['depth of lists', '['.repeat(5_000)],
  ['depth of objects', `${'{"a":'.repeat(2_000)}1${'}'.repeat(2_000)}`],
  ['size', `{"payload":"${'x'.repeat(70_000)}"}`],
  ['a byte order mark', '\ufeff{}'],
  ['bytes that are no text', bytes(0x7b, 0x22, 0xff, 0xfe, 0xc0, 0x80, 0x22, 0x3a, 0x31, 0x7d)],
  ['half a character', bytes(0x22, 0xf0, 0x9f, 0x92, 0x22)],
  ['text after the end', '{}{}'],
  ['a NUL', '{}\u0000'],
];

const headers: readonly (readonly [name: string, value: string])[] = [
  ['accept-language', `${',;q=,;'.repeat(60)}ky;q=x`],
  ['accept-language', '\u00ff'],
  ['accept', 'text/html, image/svg+xml;q=0.9'],
  ['content-type', 'text/plain'],
  ['content-type', 'application/json; charset=utf-16'],
  ['content-type', 'application/x-www-form-urlencoded'],
  ['content-type', 'multipart/form-data; boundary='],
  ['content-encoding', 'gzip'],
  ['idempotency-key', 'k'.repeat(300)],
  ['idempotency-key', "' OR 1=1"],
  ['idempotency-key', '\u00e9\u00ff'],
  ['x-request-id', '<script>'],
  ['x-request-id', 'a'.repeat(4_000)],
  ['x-http-method-override', 'DELETE'],
  ['x-forwarded-for', "127.0.0.1, ' OR 1=1"],
  ['x-forwarded-host', 'evil.example'],
  ['x-original-url', '/v1/centre/keys'],
  ['cf-connecting-ip', 'x'.repeat(2_000)],
  ['range', 'bytes=0-,-1'],
  ['if-none-match', '*'],
  ['expect', '100-continue'],
  ['authorization', 'Bearer'],
  ['authorization', 'Bearer tolom_sta_00000000000000000000000000000000'],
  ['authorization', `Bearer ${'a'.repeat(4_000)}`],
  ['authorization', 'Basic OjpAOg=='],
  ['authorization', 'Bearer \u00ff\u00fe'],
  ['signature-input', 'sig=("@method" "@target-uri");created=1;keyid="x"'],
  ['signature-input', 'sig=('.repeat(500)],
  ['content-digest', 'sha-256=:x:'],
];

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND'];

export function operationsOf(document: Json): Operation[] {
  return Object.entries<Json>(document.paths).flatMap(([path, item]) =>
    Object.entries<Json>(item).map(([method, declared]) => ({
      method: method.toUpperCase(),
      path,
      roles: declared['x-roles'] ?? [],
      declared,
    })),
  );
}

interface Parts {
  readonly document: Json;
  readonly random: Random;
  /** Right ids by their prefix, `mch`. */
  readonly ids: Readonly<Record<string, string>>;
  /** Right values of fields whose schema alone does not tell one, by name. */
  readonly known: Readonly<Record<string, unknown>>;
  /** How many kinds of rubbish each field gets. */
  readonly perField: number;
}

/** Odd requests of one operation. */
export function oddRequests(operation: Operation, parts: Parts): Odd[] {
  const { random, perField } = parts;
  const { declared, method, path } = operation;
  const resolved = (schema: Json): Json => (schema?.$ref ? resolved(named(parts.document, schema)) : schema);
  const parameters: Json[] = declared.parameters ?? [];
  const bodySchema = resolved(declared.requestBody?.content['application/json']?.schema);
  const rightPath = (odd: Record<string, string> = {}) =>
    path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
      const schema = parameters.find((one) => one.in === 'path' && one.name === name)?.schema;
      return odd[name] ?? encodeURIComponent(String(rightValue(schema, parts)));
    });
  const rightHeaders = () => ({ 'idempotency-key': `k${random.below(2 ** 31)}-${random.below(2 ** 31)}` });
  const rightBody = () => (bodySchema ? JSON.stringify(rightValue(bodySchema, parts)) : undefined);
  const request = (what: string, more: Partial<Odd> = {}): Odd => {
    const body = 'body' in more ? more.body : rightBody();
    return {
      method: more.method ?? method,
      path: more.path ?? rightPath(),
      headers: { ...rightHeaders(), ...more.headers },
      ...(body !== undefined && { body }),
      what,
    };
  };
  const several = <Item>(items: readonly Item[], times = perField): Item[] =>
    Array.from({ length: times }, () => random.pick(items));

  const odd: Odd[] = [request('nothing')];
  for (const { name, in: place } of parameters) {
    if (place === 'header') continue;
    for (const text of several(texts)) {
      const sent = encodeURIComponent(text.toWellFormed());
      const at = place === 'path' ? rightPath({ [name]: sent }) : `${rightPath()}?${query(name, sent)}`;
      odd.push(request(`${place} ${name}=${text.slice(0, 40)}`, { path: at }));
    }
    const twice = `${query(name, '1')}&${query(name, '2')}`;
    if (place === 'query') odd.push(request(`query ${name} twice`, { path: `${rightPath()}?${twice}` }));
  }
  for (const text of several(texts, 1)) {
    odd.push(request('an unknown query', { path: `${rightPath()}?${query(text.toWellFormed(), '1')}` }));
    odd.push(
      request('a raw path', { path: `${rightPath()}/${text.toWellFormed().replaceAll(/[?#]/g, '')}` }),
    );
  }
  for (const [name, value] of several(headers)) {
    odd.push(request(`header ${name}: ${value.slice(0, 40)}`, { headers: { [name]: value } }));
  }
  for (const other of several(methods, 2)) {
    const bodied = other !== 'GET' && other !== 'HEAD' ? { body: '{}' } : { body: undefined };
    odd.push(request(`method ${other}`, { method: other, ...(bodied as Partial<Odd>) }));
  }
  if (bodySchema) {
    for (const [what, body] of several(bodies)) odd.push(request(`body: ${what}`, { body }));
    for (const pointer of [...pointersIn(bodySchema, parts.document), '/unknown', '/__proto__']) {
      for (const value of several(values)) {
        const body = withValue(rightValue(bodySchema, parts), pointer, value);
        odd.push(request(`${pointer}=${value.slice(0, 60)}`, { body }));
      }
    }
  }
  return odd;
}

const query = (name: string, value: string) => `${encodeURIComponent(name)}=${value}`;
const named = (document: Json, { $ref }: { $ref: string }): Json =>
  document.components.schemas[$ref.split('/').at(-1) ?? ''];

/** Where a schema's fields are, through references, alternatives, lists and maps: `/answers/x`. */
function pointersIn(schema: Json, document: Json, depth = 0): string[] {
  if (!schema || depth > 5) return [];
  if (schema.$ref) return pointersIn(named(document, schema), document, depth + 1);
  const forms: Json[] = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])];
  const found = forms.flatMap((form) => pointersIn(form, document, depth + 1));
  for (const [name, field] of Object.entries<Json>(schema.properties ?? {})) {
    found.push(`/${name}`, ...pointersIn(field, document, depth + 1).map((rest) => `/${name}${rest}`));
  }
  if (schema.items)
    found.push('/0', ...pointersIn(schema.items, document, depth + 1).map((rest) => `/0${rest}`));
  if (typeof schema.additionalProperties === 'object') found.push('/any');
  return [...new Set(found)];
}

/** A JSON text with a raw one at a pointer; what stands in the way is replaced. */
function withValue(whole: unknown, pointer: string, raw: string): string {
  const mark = '\u0001here\u0001';
  const put = (value: unknown, [name, ...rest]: string[]): unknown => {
    if (name === undefined) return mark;
    if (Array.isArray(value)) return [put(value[0], rest), ...value.slice(1)];
    const object = typeof value === 'object' && value !== null ? value : {};
    // As a list of pairs: `__proto__` is a field like any other in JSON.
    const pairs = Object.entries(object).filter(([key]) => key !== name);
    const inner = put((object as Record<string, unknown>)[name], rest);
    return Object.fromEntries([...pairs, [name, inner]]);
  };
  const text = JSON.stringify(put(whole, pointer.split('/').slice(1)));
  return text.replace(JSON.stringify(mark), () => raw);
}

/** A value that its schema allows, most of the time. */
function rightValue(schema: Json, parts: Parts, depth = 0): unknown {
  const { random, document, ids, known } = parts;
  if (!schema || depth > 6) return null;
  if (schema.$ref) return rightValue(named(document, schema), parts, depth + 1);
  const forms: Json[] = schema.anyOf ?? schema.oneOf ?? [];
  if (forms.length > 0) return rightValue(random.pick(forms), parts, depth + 1);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return random.pick(schema.enum);
  const example: unknown = schema.example ?? schema.examples?.[0];
  const prefix = typeof example === 'string' && /^([a-z]{3})_[0-9a-z]{20,}$/.exec(example)?.[1];
  if (prefix) return ids[prefix] ?? example;
  const type = Array.isArray(schema.type) ? random.pick<string>(schema.type) : schema.type;
  if (type === 'object' || schema.properties) {
    const required: string[] = schema.required ?? [];
    const fields = Object.entries<Json>(schema.properties ?? {}).filter(
      ([name]) => required.includes(name) || name in known || random.percent(30),
    );
    const valueAt = (name: string, field: Json) => known[name] ?? rightValue(field, parts, depth + 1);
    return Object.fromEntries(fields.map(([name, field]) => [name, valueAt(name, field)]));
  }
  if (type === 'array') return [rightValue(schema.items, parts, depth + 1)];
  if (example !== undefined) return example;
  if (type === 'integer' || type === 'number') return Math.max(schema.minimum ?? 1, 1);
  if (type === 'boolean') return random.percent(50);
  return type === 'null' ? null : 'x'.repeat(Math.max(schema.minLength ?? 3, 1));
}
