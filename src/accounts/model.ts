/** An account as the API shows it. */
import { z } from '@hono/zod-openapi';
import type { AccountRow } from '../directory/index.ts';
import { isoTime, moneySchema, timeSchema } from '../http/index.ts';
import { toMoneyJson } from '../kernel/index.ts';
import type { Balance } from '../ledger/index.ts';

export const accountSchema = z
  .object({
    id: z.string(),
    participant: z.string(),
    kind: z.enum(['payer', 'merchant', 'funding', 'position', 'external']).openapi({
      description:
        'external: kept at its issuer, so that it has no balance here; position: what a partner has in the switch',
    }),
    currency: z.string(),
    label: z.string().nullable(),
    status: z.enum(['active', 'frozen', 'closed']),
    stripes: z.int().openapi({ description: 'Objects that share the load; several of a busy merchant only' }),
    created_at: timeSchema,
    reference: z.string().optional().openapi({ description: 'The issuer’s own name of an external account' }),
    position: z.string().optional().openapi({ description: 'The account that pays in its place' }),
    balance: moneySchema
      .optional()
      .openapi({ description: 'available + held; an external account’s is known to its issuer only' }),
    available: moneySchema.optional(),
    held: moneySchema.optional(),
  })
  .openapi('Account');

export const accountJson = (row: AccountRow, balance?: Balance) => ({
  id: row.id,
  participant: row.owner,
  kind: row.kind,
  currency: row.currency,
  label: row.label,
  status: row.status,
  stripes: row.books.length,
  created_at: isoTime(row.createdAtMs),
  ...(row.reference !== null && { reference: row.reference }),
  ...(row.position !== null && { position: row.position }),
  ...(balance && {
    balance: toMoneyJson(balance.balanceMinor, balance.currency),
    available: toMoneyJson(balance.availableMinor, balance.currency),
    held: toMoneyJson(balance.heldMinor, balance.currency),
  }),
});
