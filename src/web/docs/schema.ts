/**
 * Schemas in words: which fields, of what type, within which limits. A named schema is named and linked;
 * one without a name is spread into its parent as `parent.field`.
 */
import type { OpenApi, Schema } from './openapi.ts';

type Plain = Exclude<Schema, { $ref: string }>;

export interface Field {
  readonly name: string;
  readonly type: TypeText;
  readonly required: boolean;
  readonly description: string | undefined;
  /** One per rule, e.g. `1 to 64 characters`. */
  readonly limits: readonly string[];
  /** The values it may have, when they are listed. */
  readonly values: readonly string[];
}

/** Words, and the named schema they lead to. */
export interface TypeText {
  readonly before: string;
  readonly name: string | undefined;
  readonly after: string;
}

export type Schemas = Readonly<Record<string, Schema>>;

export const schemasOf = (document: OpenApi): Schemas => document.components?.schemas ?? {};

/** The fields of an object; more than one list when the object has several forms. */
export function formsOf(schema: Schema, schemas: Schemas): Field[][] {
  const plain = resolve(schema, schemas);
  const variants = variantsOf(plain);
  return variants.length > 1
    ? variants.flatMap((variant) => formsOf(variant, schemas))
    : [fieldsOf(plain, schemas, '')];
}

/** One value by itself, such as a parameter. */
export const fieldOf = (name: string, schema: Schema, required: boolean, schemas: Schemas): Field => ({
  name,
  type: typeOf(schema, schemas),
  required,
  description: descriptionOf(schema),
  limits: limitsOf(unwrap(schema)),
  values: valuesOf(unwrap(schema)),
});

/** `allOf` and `$ref` followed to the schema itself. */
export function resolve(schema: Schema, schemas: Schemas): Plain {
  const name = nameOf(schema);
  const named = name === undefined ? undefined : schemas[name];
  if (named) return resolve(named, schemas);
  if ('$ref' in schema) return {};
  if (!schema.allOf) return schema;
  const parts = schema.allOf.map((part) => resolve(part, schemas));
  return {
    type: 'object',
    properties: Object.assign({}, ...parts.map((part) => part.properties), schema.properties),
    required: [...parts, schema].flatMap((part) => part.required ?? []),
  };
}

/** The forms a value may have, `null` left out. */
export const variantsOf = (schema: Plain): Schema[] =>
  (schema.anyOf ?? schema.oneOf ?? []).filter((variant) => '$ref' in variant || variant.type !== 'null');

export const typesOf = ({ type }: Plain): string[] =>
  type === undefined ? [] : Array.isArray(type) ? type : [type];

/** The name of a reference, also of one with only a description beside it, or of one that may be null. */
function nameOf(schema: Schema): string | undefined {
  if ('$ref' in schema) return schema.$ref.split('/').at(-1);
  const [variant, ...others] = variantsOf(schema);
  if (variant && others.length === 0) return nameOf(variant);
  const references = schema.allOf?.filter((part) => '$ref' in part || 'properties' in part) ?? [];
  const [only] = references;
  return references.length === 1 && only && !schema.properties ? nameOf(only) : undefined;
}

function fieldsOf(schema: Plain, schemas: Schemas, prefix: string): Field[] {
  const required = new Set(schema.required ?? []);
  return Object.entries(schema.properties ?? {}).flatMap(([key, value]) => {
    const field = fieldOf(prefix + key, value, required.has(key), schemas);
    const nested = nestedIn(value);
    return [field, ...(nested ? fieldsOf(nested.schema, schemas, `${prefix}${key}${nested.join}`) : [])];
  });
}

/** An object without a name inside a field, or inside the list a field is. */
function nestedIn(schema: Schema): { schema: Plain; join: string } | undefined {
  if ('$ref' in schema) return undefined;
  if (schema.properties) return { schema, join: '.' };
  if (schema.items && !('$ref' in schema.items) && schema.items.properties) {
    return { schema: schema.items, join: '[].' };
  }
  return undefined;
}

function typeOf(schema: Schema, schemas: Schemas): TypeText {
  const name = nameOf(schema);
  if (name !== undefined) return { before: '', name, after: mayBeNull(schema) ? ' or null' : '' };
  if ('$ref' in schema) return word('value');
  const variants = variantsOf(schema);
  if (variants.length > 0) {
    const texts = variants.map((variant) => flat(typeOf(variant, schemas)));
    return word([...new Set(texts)].join(' or '));
  }
  const types = typesOf(schema);
  const after = types.includes('null') ? ' or null' : '';
  if (types.includes('array') && schema.items) {
    const item = typeOf(schema.items, schemas);
    return { before: `list of ${item.before}`, name: item.name, after: item.after + after };
  }
  if (typeof schema.additionalProperties === 'object') {
    return word(`map of ${flat(typeOf(schema.additionalProperties, schemas))}${after}`);
  }
  return word(
    (types
      .filter((type) => type !== 'null')
      .map(wordFor(schema))
      .join(' or ') || 'any') + after,
  );
}

const mayBeNull = (schema: Schema): boolean =>
  'anyOf' in schema &&
  (schema.anyOf ?? []).some((variant) => !('$ref' in variant) && variant.type === 'null');

const word = (before: string): TypeText => ({ before, name: undefined, after: '' });
const flat = ({ before, name, after }: TypeText): string => before + (name ?? '') + after;

const wordFor =
  ({ format }: Plain) =>
  (type: string): string =>
    type === 'string' && format === 'date-time' ? 'time' : type === 'string' ? (format ?? 'text') : type;

const unwrap = (schema: Schema): Plain => ('$ref' in schema ? {} : schema);

function descriptionOf(schema: Schema): string | undefined {
  const plain = unwrap(schema);
  return plain.description ?? plain.allOf?.map((part) => unwrap(part).description).find(Boolean);
}

function limitsOf(schema: Plain): string[] {
  const { minLength, maxLength, minimum, maximum, maxItems } = schema;
  const limits: string[] = [];
  const between = (low: number | undefined, high: number | undefined, unit: string) => {
    if (low !== undefined && high !== undefined) limits.push(`${low} to ${number(high)}${unit}`);
    else if (high !== undefined) limits.push(`At most ${number(high)}${unit}`);
    else if (low !== undefined) limits.push(`At least ${low}${unit}`);
  };
  between(minLength, maxLength, ' characters');
  between(minimum, maximum, '');
  between(undefined, maxItems, ' items');
  if (schema.default !== undefined) limits.push(`\`${String(schema.default)}\` unless given`);
  return limits;
}

const number = (value: number): string =>
  value === Number.MAX_SAFE_INTEGER ? '2⁵³\u00a0−\u00a01' : value.toLocaleString('en');

const valuesOf = (schema: Plain): string[] =>
  (schema.enum ?? []).filter((value: unknown) => value !== null).map(String);
