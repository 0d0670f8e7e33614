/** A day's takings as the API shows them, added up from rows of hours. Pure. */
import { z } from '@hono/zod-openapi';
import { moneySchema, timeSchema } from '../http/index.ts';
import { clockIn } from '../kernel/index.ts';

const hourMs = 3_600_000;
const hours = 24;

/** As the report database gives them. */
export interface HourRow {
  readonly kind: 'payment' | 'refund';
  /** Counted from the beginning of the day. */
  readonly hour: number;
  readonly person: string | null;
  readonly till: string | null;
  readonly store: string | null;
  readonly code: string | null;
  readonly count: number;
  readonly sum: number;
  readonly tips: number;
}

const figures = {
  count: z.int().openapi({ description: 'Payments' }),
  sum: moneySchema.openapi({ description: 'What was paid, tips included' }),
  tips: moneySchema,
  refunds: z.object({ count: z.int(), sum: moneySchema }),
  net: moneySchema.openapi({ description: '`sum` less what was given back' }),
};
const figuresSchema = z.object(figures).openapi('TakingsFigures');
const groupsOf = (whose: string) =>
  z
    .array(z.object({ id: z.string().nullable(), name: z.string().nullable(), ...figures }))
    .openapi({ description: `${whose}, the highest sum first; \`id\` null: what has none` });

export const daySchema = z.iso
  .date()
  .refine((day) => day >= '2000-01-01' && day < '3000-01-01', 'not a day of this millennium')
  .openapi({ example: '2026-11-21' });

export const takingsSchema = z
  .object({
    date: daySchema,
    time_zone: z.string().openapi({ example: 'Asia/Bishkek' }),
    from: timeSchema,
    to: timeSchema.openapi({ description: 'The end of the day, or now' }),
    complete_up_to: timeSchema.openapi({ description: 'What ended later may be missing' }),
    takings: figuresSchema,
    before: z.object({ date: daySchema, from: timeSchema, to: timeSchema, ...figures }).openapi({
      description: 'The day before, up to the same time',
    }),
    by_hour: z.array(z.object({ hour: z.int().min(0).max(23), ...figures })).length(hours),
    by_person: groupsOf('By who made the order, or the refund'),
    by_till: groupsOf('By till'),
    by_store: groupsOf('By store'),
    by_code: groupsOf('By printed code'),
  })
  .openapi('Takings');

type Sums = { [Name in 'count' | 'sum' | 'tips' | 'refunds' | 'refundsSum']: number };
const nothing: Sums = { count: 0, sum: 0, tips: 0, refunds: 0, refundsSum: 0 };

const plus = (sums: Sums, { kind, count, sum, tips }: HourRow): Sums =>
  kind === 'payment'
    ? { ...sums, count: sums.count + count, sum: sums.sum + sum, tips: sums.tips + tips }
    : { ...sums, refunds: sums.refunds + count, refundsSum: sums.refundsSum + sum };

export const total = (rows: readonly HourRow[]): Sums => rows.reduce(plus, nothing);

/** 24 rows, by the hour the merchant's clocks showed; one that a change of clocks leaves out is empty. */
export function byHour(rows: readonly HourRow[], fromMs: number, zone: string): Sums[] {
  const sums = Array.from({ length: hours }, () => nothing);
  for (const row of rows) {
    const { hour } = clockIn(zone, fromMs + row.hour * hourMs);
    sums[hour] = plus(sums[hour] ?? nothing, row);
  }
  return sums;
}

type Trait = 'person' | 'till' | 'store' | 'code';

/** By one trait, the highest sum first. */
export function by(rows: readonly HourRow[], trait: Trait): { id: string | null; sums: Sums }[] {
  const groups = new Map<string | null, Sums>();
  for (const row of rows) groups.set(row[trait], plus(groups.get(row[trait]) ?? nothing, row));
  return [...groups]
    .map(([id, sums]) => ({ id, sums }))
    .sort((left, right) => right.sums.sum - left.sums.sum || ((left.id ?? '') < (right.id ?? '') ? -1 : 1));
}

export function figuresJson({ count, sum, tips, refunds, refundsSum }: Sums, currency: string) {
  const money = (amount: number) => ({ amount, currency });
  return {
    count,
    sum: money(sum),
    tips: money(tips),
    refunds: { count: refunds, sum: money(refundsSum) },
    net: money(sum - refundsSum),
  };
}
