/** TypeScript for the client, from the OpenAPI document: its objects, and what each call takes and answers. */
import type { Document } from '../openapi/document.ts';

// Read as the document has it.
type Schema = Document;

const callers = /^(issuer|acquirer|merchant:)/;

/** The text of `src/client/types.ts`, but for its layout. */
export function typesOf(document: Document): string {
  const operations = operationsOf(document);
  const schemas = document.components.schemas;
  const named = Object.keys(schemas).filter((name) => usedBy(operations, schemas).has(name));
  return [
    '/**',
    ' * What the API takes and answers, made from its OpenAPI document by `npm run client-types`; a test holds the',
    ' * two together. Types only: nothing of this file is left when it runs.',
    ' */',
    '/** No parameters. */',
    'export type Nothing = Record<never, never>;',
    ...named.map((name) => declarationOf(name, schemas[name])),
    '/** Every call that participants and merchants may make. */',
    'export interface Operations {',
    ...operations.map(operationText),
    '}',
  ].join('\n');
}

interface Operation {
  readonly name: string;
  readonly method: string;
  readonly object: Schema;
}

/** The calls of participants and merchants, and those that need no key; files and pictures are no calls. */
function operationsOf(document: Document): Operation[] {
  return Object.entries<Schema>(document.paths).flatMap(([path, item]) =>
    Object.entries<Schema>(item)
      .filter(([, object]) => (object['x-roles'] ?? ['issuer']).some((role: string) => callers.test(role)))
      .filter(([, object]) => answerOf(object) !== undefined)
      .map(([method, object]) => ({ name: `${method.toUpperCase()} ${path}`, method, object })),
  );
}

function usedBy(operations: readonly Operation[], schemas: Record<string, Schema>): Set<string> {
  const used = new Set<string>();
  const visit = (node: unknown): void => {
    for (const [, name = ''] of JSON.stringify(node).matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
      if (used.has(name)) continue;
      used.add(name);
      visit(schemas[name]);
    }
  };
  visit([operations.map(({ object }) => object), { $ref: '#/components/schemas/Problem' }]);
  return used;
}

/** What a call answers; undefined when that is a file or a picture, or may be one. */
function answerOf({ responses }: Schema): Schema | undefined {
  const content =
    Object.entries<Schema>(responses).find(([status]) => status.startsWith('2'))?.[1].content ?? {};
  const types = Object.keys(content);
  return types.length === 1 && types[0] === 'application/json'
    ? content['application/json'].schema
    : undefined;
}

function operationText({ name, object }: Operation): string {
  const parameters: Schema[] = object.parameters ?? [];
  const inPlace = (place: string) =>
    objectText(
      parameters
        .filter((one) => one.in === place)
        .map((one) => [one.name, one.schema, one.required === true]),
    );
  const key = parameters.find(
    ({ in: place, name: header }) => place === 'header' && header === 'Idempotency-Key',
  );
  const body = object.requestBody?.content['application/json']?.schema;
  return [
    `${comment(object.summary)}'${name}': {`,
    `params: ${inPlace('path')};`,
    `query: ${inPlace('query')};`,
    `body: ${body ? typeText(body) : 'undefined'};`,
    `answer: ${typeText(answerOf(object))};`,
    `key: ${key ? (key.required ? "'required'" : "'optional'") : "'none'"};`,
    '};',
  ].join('\n');
}

function declarationOf(name: string, schema: Schema): string {
  const described = comment(schema.description);
  return schema.properties
    ? `${described}export interface ${name} ${propertiesText(schema)}`
    : `${described}export type ${name} = ${typeText(schema)};`;
}

const propertiesText = ({ properties, required = [] }: Schema): string =>
  objectText(
    Object.entries<Schema>(properties).map(([name, schema]) => [name, schema, required.includes(name)]),
  );

function objectText(fields: readonly (readonly [name: string, schema: Schema, required: boolean])[]): string {
  if (fields.length === 0) return 'Nothing';
  const lines = fields.map(
    ([name, schema, required]) =>
      `${comment(descriptionOf(schema))}${/^\w+$/.test(name) ? name : `'${name}'`}` +
      `${required ? '' : '?'}: ${typeText(schema)}${required ? '' : ' | undefined'};`,
  );
  return `{\n${lines.join('\n')}\n}`;
}

const descriptionOf = (schema: Schema): string | undefined =>
  schema.description ?? schema.allOf?.map((part: Schema) => part.description).find(Boolean);

const comment = (text: string | undefined): string => (text === undefined ? '' : `/** ${text} */\n`);

function typeText(schema: Schema): string {
  if (schema.$ref) return schema.$ref.split('/').at(-1);
  if (schema.enum) return schema.enum.map(literal).join(' | ');
  if ('const' in schema) return literal(schema.const);
  const variants = schema.anyOf ?? schema.oneOf;
  if (variants) return [...new Set(variants.map(typeText))].join(' | ');
  // A part that only describes says nothing about the type.
  const parts: Schema[] = (schema.allOf ?? []).filter((part: Schema) => part.$ref || part.properties);
  if (schema.allOf) return parts.map(typeText).join(' & ');
  const types: string[] = [schema.type ?? 'unknown'].flat();
  return types.map((type) => plainText(type, schema)).join(' | ');
}

function plainText(type: string, schema: Schema): string {
  if (type === 'integer' || type === 'number') return 'number';
  if (type === 'array') return `${enclosed(typeText(schema.items))}[]`;
  if (type !== 'object') return type;
  if (schema.properties) return propertiesText(schema);
  return `Record<string, ${schema.additionalProperties ? typeText(schema.additionalProperties) : 'unknown'}>`;
}

const enclosed = (text: string): string => (/ \| /.test(text) && !text.startsWith('{') ? `(${text})` : text);
const literal = (value: unknown): string => (typeof value === 'string' ? `'${value}'` : String(value));
