/** Examples of what is sent and answered, made from the schemas: whole, valid, and always the same. */
import { exampleId, type IdKind, idPrefixes } from '../kernel/index.ts';

/** A schema as the document has it. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly example?: unknown;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
}
export type Schemas = Readonly<Record<string, Schema>>;

// What a text looks like, by the name of its field, where the schema itself has no example.
const texts: Record<string, string> = {
  payload: 'https://qr.tolom.kg/#00020101021232…',
  scan: 'scn_eyJwYXlsb2FkIjoi…',
  reference: 'sale-1042',
  order_reference: 'sale-1042',
  description: 'Two loaves, one tea',
  name: 'Ala-Too Coffee',
  city: 'Bishkek',
  country: 'KG',
  category_code: '5812',
  currency: 'KGS',
  language: 'ky',
  scheme: 'ELQR',
  profile: 'elqr',
  email: 'aigul@example.kg',
  url: 'https://shop.example.kg/callbacks',
  svg_url: 'https://pay.example.kg/v1/merchants/mch_1hq3v8k2m0abcdefgh01/qr.svg',
  png_url: 'https://pay.example.kg/v1/merchants/mch_1hq3v8k2m0abcdefgh01/qr.png',
  pdf_url:
    'https://pay.example.kg/v1/merchants/mch_1hq3v8k2m0abcdefgh01/codes/qrc_1hq3v8k2m0abcdefgh01/qr.pdf',
  link: 'https://pay.example.kg/pay/ord_1hq3v8k2m0abcdefgh01?merchant=mch_1hq3v8k2m0abcdefgh01',
  code: 'payment.insufficient_funds',
  reason: 'AM04',
  detail: 'Not enough money in the wallet. Top up or pay another way.',
  hash: 'y3J0mPpZ0mJkqk0bP1Q2n0W8wq7n3Yv1h0n5c2m9d4E',
  secret: 'whsec_…',
  public_key: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
  proof: 'hZ4eJ0mYpFqg2n3bQhJvGmJ8lq1Wc6uQ0l9tYk2XoV5sRrT7dNwPzKcE3yUxMfBiAa6LhDg4SjO1vCnQp8ItBQ',
};

// Where the required fields alone would not make a useful call.
const alsoSent: Record<string, readonly string[]> = {
  NewPayment: ['payload', 'reference'],
  NewOrder: ['reference'],
};

/** What a caller sends: the fields that must be there, and what makes them useful. */
export function requestExample(schema: Schema, schemas: Schemas): unknown {
  const also = alsoSent[nameOf(schema) ?? ''] ?? [];
  return sampleOf({ schemas, only: (name, required) => required || also.includes(name) }, '', schema);
}

/** What is answered when all went well, with every field there is then. */
export const answerExample = (schema: Schema, schemas: Schemas): unknown =>
  sampleOf({ schemas, only: (name) => name !== 'next_poll_after' }, '', schema);

// Of the states a thing can be in, the one that a reader wants to see; then the first.
const goodEnds: readonly unknown[] = ['completed', 'paid', 'active'];
// Null when all went well.
const absent = ['refusal', 'confirmation', 'tip', 'next_cursor', 'error', 'last_error', 'revoked_at'];

interface Making {
  readonly schemas: Schemas;
  readonly only: (name: string, required: boolean) => boolean;
  /** The named schema that is being made. */
  readonly inside?: string;
}

const nameOf = ({ $ref }: Schema): string | undefined => $ref?.split('/').at(-1);

function sampleOf(making: Making, field: string, schema: Schema): unknown {
  if (absent.includes(field) && mayBeNull(schema)) return null;
  const name = nameOf(schema);
  if (name !== undefined) {
    return sampleOf({ ...making, inside: name }, field, making.schemas[name] ?? {});
  }
  const given = schema.example ?? schema.const;
  if (given !== undefined) return given;
  const variant = (schema.anyOf ?? schema.oneOf)?.find(({ type }) => type !== 'null');
  if (variant) return sampleOf(making, field, variant);
  if (schema.allOf) return merged(schema.allOf.map((part) => sampleOf(making, field, part)));
  const types = [schema.type ?? []].flat();
  if (types.includes('object')) return objectOf(making, field, schema);
  if (types.includes('array')) return schema.items ? [sampleOf(making, field, schema.items)] : [];
  if (schema.enum)
    return schema.enum.find((value) => value === texts[field] || goodEnds.includes(value)) ?? schema.enum[0];
  if (schema.default !== undefined) return schema.default;
  if (types.includes('integer') || types.includes('number')) return Math.max(1, schema.minimum ?? 1);
  if (types.includes('boolean')) return true;
  return types.includes('string') ? textOf(making, field, schema) : undefined;
}

const mayBeNull = ({ type, anyOf }: Schema): boolean =>
  [type].flat().includes('null') || (anyOf ?? []).some((variant) => variant.type === 'null');

function objectOf(
  making: Making,
  field: string,
  { properties, required = [], additionalProperties }: Schema,
): object {
  const { inside = field, ...open } = making;
  if (!properties && typeof additionalProperties === 'object') {
    return { name: sampleOf(open, 'name', additionalProperties) };
  }
  const fields = Object.entries(properties ?? {})
    .filter(([name]) => making.only(name, required.includes(name)))
    .map(
      ([name, schema]) => [name, sampleOf(name === 'id' ? { ...open, inside } : open, name, schema)] as const,
    )
    .filter(([, value]) => value !== undefined);
  return Object.fromEntries(fields);
}

/** Parts of one object; a part that only describes makes nothing. */
const merged = (parts: readonly unknown[]): unknown =>
  parts.every((part) => part === undefined || typeof part === 'object')
    ? Object.assign({}, ...parts)
    : parts.find((part) => part !== undefined);

function textOf({ inside = '' }: Making, field: string, { format }: Schema): string {
  const kind =
    field === 'id'
      ? inside.charAt(0).toLowerCase() + inside.slice(1)
      : field === 'owner'
        ? 'merchant'
        : field;
  // A refusal's code is none of the printed ones.
  if (isKind(kind) && texts[field] === undefined) return exampleId(kind);
  if (format === 'date-time') return '2026-11-21T08:30:00.000Z';
  return texts[field] ?? (field === '' ? 'text' : field);
}

const isKind = (name: string): name is IdKind => Object.hasOwn(idPrefixes, name);
