/** An example call of an operation, as one types it into a shell. */
import type { Operation, Schema } from './openapi.ts';
import { resolve, type Schemas, typesOf, variantsOf } from './schema.ts';

// What a text looks like, by the name of its field, where the schema itself has no example.
const texts: Record<string, string> = {
  payload: 'https://qr.tolom.kg/#00020101021232…',
  scan: '…',
  reference: 'sale-1042',
  name: 'Ala-Too Coffee',
  city: 'Bishkek',
  email: 'aigul@example.kg',
  url: 'https://shop.example.kg/callbacks',
};

// Where the required fields alone would not make a useful call.
const alsoSent: Record<string, readonly string[]> = {
  'post /v1/accounts/{account}/payments': ['payload', 'reference'],
  'post /v1/merchants/{merchant}/orders': ['reference'],
};

/** The lines of a `curl` command. `url` is the switch's public address. */
export function curlOf(operation: Operation, url: string, schemas: Schemas): string {
  const { method, path, roles, parameters, body } = operation;
  const filled = parameters
    .filter(({ place }) => place === 'path')
    .reduce(
      (text, { name, schema }) => text.replace(`{${name}}`, String(sampleOf(name, schema, schemas))),
      path,
    );
  const query = parameters
    .filter(({ place, required }) => place === 'query' && required)
    .map(({ name, schema }) => `${name}=${encodeURIComponent(String(sampleOf(name, schema, schemas)))}`);
  const address = `${url}${filled}${query.length > 0 ? `?${query.join('&')}` : ''}`;
  const idempotent = parameters.some(({ name }) => name === 'Idempotency-Key');
  return [
    method === 'get' || (method === 'post' && body)
      ? `curl ${address}`
      : `curl -X ${method.toUpperCase()} ${address}`,
    ...(roles.length > 0 ? [`-H "Authorization: Bearer $TOLOM_KEY"`] : []),
    ...(idempotent ? [`-H "Idempotency-Key: $(uuidgen)"`] : []),
    ...(body
      ? [`--json '${JSON.stringify(bodyOf(operation, body, schemas), null, 2).replaceAll('\n', '\n  ')}'`]
      : []),
  ].join(' \\\n  ');
}

function bodyOf(operation: Operation, body: Schema, schemas: Schemas): Record<string, unknown> {
  const [first] = variantsOf(resolve(body, schemas));
  const { properties = {}, required = [] } = resolve(first ?? body, schemas);
  const also = alsoSent[`${operation.method} ${operation.path}`] ?? [];
  const names = Object.keys(properties).filter((name) => required.includes(name) || also.includes(name));
  return Object.fromEntries(names.map((name) => [name, sampleOf(name, properties[name] ?? {}, schemas)]));
}

function sampleOf(name: string, schema: Schema, schemas: Schemas): unknown {
  const plain = resolve(schema, schemas);
  const [variant] = variantsOf(plain);
  if (variant) return sampleOf(name, variant, schemas);
  const given: unknown = plain.example ?? texts[name] ?? plain.enum?.[0] ?? plain.default;
  if (given !== undefined) return given;
  const types = typesOf(plain);
  if (types.includes('integer') || types.includes('number')) return plain.minimum ?? 1;
  if (types.includes('boolean')) return true;
  return name;
}
