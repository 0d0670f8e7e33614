/** An example call of an operation, as one types it into a shell. */
import type { Operation, Schema } from './openapi.ts';
import { resolve, type Schemas } from './schema.ts';

/** The lines of a `curl` command. `url` is the switch's public address. */
export function curlOf(operation: Operation, url: string, schemas: Schemas): string {
  const { method, path, roles, parameters, body, example } = operation;
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
    ...(body ? [`--json '${JSON.stringify(example, null, 2).replaceAll('\n', '\n  ')}'`] : []),
  ].join(' \\\n  ');
}

/** A value a parameter may have; its name when the document shows none. */
export function sampleOf(name: string, schema: Schema, schemas: Schemas): unknown {
  const plain = resolve(schema, schemas);
  return plain.example ?? plain.enum?.[0] ?? plain.default ?? name;
}
