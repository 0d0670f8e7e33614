/** An alert as the API and its callbacks show it. */
import { z } from '@hono/zod-openapi';
import { isoTime, timeSchema } from '../http/index.ts';
import { alertNames, conditionOf } from './conditions.ts';
import type { AlertRow } from './store.ts';

export const nameSchema = z.enum(alertNames).openapi({ example: 'partner.down' });

export const alertSchema = z
  .object({
    id: z.string(),
    name: z.string().openapi({ example: 'partner.down', description: 'Of its condition' }),
    section: z.string().openapi({
      example: 'docs/operations.md#partnerdown',
      description: 'Where it says what this means and what to do',
    }),
    status: z.enum(['open', 'cleared']),
    subject: z
      .string()
      .nullable()
      .openapi({ description: 'Id of what it is about, where there can be several' }),
    concerns: z.array(z.string()).openapi({ description: 'Ids of what it concerns; the first ones' }),
    value: z.int().openapi({ description: 'As last measured' }),
    peak: z.int().openapi({ description: 'The most since it was raised' }),
    unit: z.enum(['seconds', 'percent', 'count']),
    raise_at: z.int().openapi({ description: 'From this figure on it is an alert' }),
    clear_at: z.int().openapi({ description: 'Down to this figure it stays one' }),
    raised_at: timeSchema,
    seen_at: timeSchema.openapi({ description: 'When it was last measured' }),
    cleared_at: timeSchema.nullable(),
    acknowledged: z
      .object({ at: timeSchema, by: z.string(), note: z.string() })
      .nullable()
      .openapi({ description: 'By whom, and what they said; it is not told again then' }),
    told: z
      .int()
      .openapi({ description: 'How often the centre was told; again every hour until acknowledged' }),
  })
  .openapi('Alert');

export function alertJson(row: AlertRow) {
  const { unit = 'count', raiseAt = 0, clearAt = 0 } = conditionOf(row.name) ?? {};
  const time = (ms: number | null) => (ms === null ? null : isoTime(ms));
  return {
    id: row.id,
    name: row.name,
    // As headings are addressed: without their dots.
    section: `docs/operations.md#${row.name.replaceAll('.', '')}`,
    status: row.clearedAtMs === null ? ('open' as const) : ('cleared' as const),
    subject: row.subject === '' ? null : row.subject,
    concerns: row.concerns,
    value: row.value,
    peak: row.peak,
    unit,
    raise_at: raiseAt,
    clear_at: clearAt,
    raised_at: isoTime(row.raisedAtMs),
    seen_at: isoTime(row.seenAtMs),
    cleared_at: time(row.clearedAtMs),
    acknowledged:
      row.acknowledgedAtMs === null
        ? null
        : { at: isoTime(row.acknowledgedAtMs), by: row.acknowledgedBy ?? '', note: row.note ?? '' },
    told: row.told,
  };
}
