import { z } from '@hono/zod-openapi';
import type { ParticipantRow, SigningKeyRow } from '../directory/index.ts';
import { isoTime, textSchema, timeSchema } from '../http/index.ts';

const certificatesMax = 10;
const requestsPerSecondMax = 100_000;

const base64Url = (length: number) =>
  z.string().regex(new RegExp(`^[\\w-]{${length}}$`), `not ${length} characters of base64url`);

const keyText = base64Url(43).openapi({ example: 'JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs' });
// Strict, above all about `d`: whoever sends a private key has to make another.
const keyJwk = z.strictObject({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: keyText,
  kid: z.string().max(200).optional(),
  use: z.literal('sig').optional(),
  alg: z.enum(['EdDSA', 'Ed25519']).optional(),
});

const futureSchema = timeSchema.refine((time) => Date.parse(time) > Date.now(), 'not in the future');

export const newSigningKey = z
  .strictObject({
    public_key: z
      .union([keyText, keyJwk])
      .openapi({ description: 'Ed25519: 32 bytes in base64url, or a JWK' }),
    proof: base64Url(86).openapi({
      description:
        'Ed25519 signature by the new key, in base64url, under the lines `tolom signing key`, the address of ' +
        'this switch, the participant’s id and the public key (base64url), joined by line feeds',
    }),
    label: textSchema(80).optional(),
    not_after: futureSchema.optional().openapi({ description: 'When the key stops by itself' }),
  })
  .openapi('NewSigningKey');

export const newEnd = z.strictObject({ not_after: futureSchema }).openapi('NewSigningKeyEnd');

export const signingKeySchema = z
  .object({
    id: z.string().openapi({ description: 'The `keyid` of signatures by this key' }),
    participant: z.string(),
    public_key: z.object({ kty: z.string(), crv: z.string(), x: z.string() }),
    label: z.string().nullable(),
    not_after: timeSchema.nullable(),
    revoked_at: timeSchema.nullable(),
    created_at: timeSchema,
  })
  .openapi('SigningKey');

export const newTrust = z
  .strictObject({
    require_signature: z.boolean().optional(),
    certificates: z
      .array(z.string().regex(/^[0-9a-f]{64}$/, 'not a SHA-256 in hex, small letters'))
      .max(certificatesMax)
      .optional(),
    reason: textSchema(500).optional(),
  })
  .openapi('NewTrust', { description: 'What is left out stays as it is' });

export const newRate = z
  .strictObject({
    requests_per_second: z
      .int()
      .min(1)
      .max(requestsPerSecondMax)
      .nullable()
      .openapi({ description: 'Of each of its keys, on each isolate; null: as for every participant' }),
    reason: textSchema(500).optional(),
  })
  .openapi('NewRate');

export const trustSchema = z
  .object({
    participant: z.string(),
    require_signature: z.boolean().openapi({ description: 'Whether bearer keys are refused' }),
    certificates: z.array(z.string()).openapi({
      description: 'SHA-256 of its client certificates; when there is any, every request must come with one',
    }),
    requests_per_second: z
      .int()
      .nullable()
      .openapi({ description: 'Of each of its keys; null: as for every participant' }),
  })
  .openapi('Trust');

const timeOrNull = (ms: number | null) => (ms === null ? null : isoTime(ms));

export const signingKeyJson = (row: SigningKeyRow) => ({
  id: row.id,
  participant: row.participant,
  public_key: { kty: 'OKP', crv: 'Ed25519', x: row.publicKey },
  label: row.label,
  not_after: timeOrNull(row.notAfterMs),
  revoked_at: timeOrNull(row.revokedAtMs),
  created_at: isoTime(row.createdAtMs),
});

export const trustJson = (row: ParticipantRow) => ({
  participant: row.id,
  require_signature: row.requireSignature,
  certificates: row.certificates,
  requests_per_second: row.requestsPerSecond,
});
