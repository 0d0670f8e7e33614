import { z } from '@hono/zod-openapi';
import { type Directory, type Made, onlyMade, ownMerchant, type Who } from '../directory/index.ts';
import { idSchema, isoTime, type Shell } from '../http/index.ts';
import { clockIn, dayAfter, dayStartIn, isZone, ok, zoneOf } from '../kernel/index.ts';
import { by, byHour, daySchema, figuresJson, type HourRow, takingsSchema, total } from './model.ts';

const readers: readonly Who[] = [
  'merchant:owner',
  'merchant:manager',
  'merchant:cashier',
  'staff:admin',
  'staff:officer',
  'staff:analyst',
  'staff:support',
];
const zoneLengthMax = 64;

export interface TakingsParts {
  readonly directory: Directory;
  /** From the report database: completed payments and refunds that began in a time. */
  readonly read: (filter: {
    readonly merchant: string;
    readonly fromMs: number;
    readonly beforeMs: number;
    readonly only?: Made | undefined;
  }) => Promise<HourRow[]>;
  /** Until when the reports hold everything these books have written. */
  readonly completeUpTo: (books: readonly number[]) => Promise<number>;
}

export function takingsRoutes(shell: Shell, { directory, read, completeUpTo }: TakingsParts): void {
  shell.endpoint(
    {
      method: 'get',
      path: '/v1/merchants/{merchant}/takings',
      tag: 'Merchants',
      summary: 'What a merchant took on a day, and gave back, against the day before',
      description:
        'A payment belongs to the day and hour in which it began. Cashiers are shown their own: what the person ' +
        'made who is signed in, or what was made at the till of the key.',
      access: readers,
      params: z.object({ merchant: idSchema('merchant') }),
      query: z.object({
        date: daySchema.optional().openapi({ description: 'Absent: today' }),
        zone: z
          .string()
          .max(zoneLengthMax)
          .refine(isZone, 'not the name of a time zone')
          .optional()
          .openapi({ example: 'Asia/Bishkek', description: 'Absent: that of the merchant’s country' }),
      }),
      answers: takingsSchema,
    },
    async ({ params, query, caller }) => {
      const own = await ownMerchant(directory, caller, params.merchant);
      if (!own.ok) return own;
      const { id, country, currency, account } = own.value;
      const nowMs = Date.now();
      const zone = query.zone ?? zoneOf(country);
      const date = query.date ?? clockIn(zone, nowMs).day;
      const today = dayOf(zone, date, nowMs);
      const before = dayBefore(zone, date, today);
      const place = await directory.freshAccount(account);
      // Asked before the rows are read, so that it never promises too much.
      const completeUpToMs = await completeUpTo(place?.books ?? []);
      const filter = { merchant: id, only: onlyMade(caller) };
      const [rows, rowsBefore] = await Promise.all([
        read({ ...filter, ...today }),
        read({ ...filter, ...before }),
      ]);
      const groups = { person: by(rows, 'person'), till: by(rows, 'till') };
      const more = { store: by(rows, 'store'), code: by(rows, 'code') };
      const all = [...groups.person, ...groups.till, ...more.store, ...more.code];
      const names = await directory.namesOf(all.flatMap((group) => group.id ?? []));
      const named = (some: typeof all) =>
        some.map((group) => ({
          id: group.id,
          name: names.get(group.id ?? '') ?? null,
          ...figuresJson(group.sums, currency),
        }));
      return ok({
        date,
        time_zone: zone,
        from: isoTime(today.fromMs),
        to: isoTime(today.beforeMs),
        complete_up_to: isoTime(Math.min(completeUpToMs, today.beforeMs)),
        takings: figuresJson(total(rows), currency),
        before: {
          date: before.date,
          from: isoTime(before.fromMs),
          to: isoTime(before.beforeMs),
          ...figuresJson(total(rowsBefore), currency),
        },
        by_hour: byHour(rows, today.fromMs, zone).map((sums, hour) => ({
          hour,
          ...figuresJson(sums, currency),
        })),
        by_person: named(groups.person),
        by_till: named(groups.till),
        by_store: named(more.store),
        by_code: named(more.code),
      });
    },
  );
}

interface Span {
  readonly fromMs: number;
  readonly beforeMs: number;
}

/** A day in a zone, as far as it has come; what begins in this very millisecond belongs to it. */
function dayOf(zone: string, date: string, nowMs: number): Span {
  const fromMs = dayStartIn(zone, date);
  const endMs = dayStartIn(zone, dayAfter(date, 1));
  return { fromMs, beforeMs: Math.max(fromMs, Math.min(endMs, nowMs + 1)) };
}

/** The day before: all of it when the day is over, else as much of it as of the day. */
function dayBefore(zone: string, date: string, { fromMs, beforeMs }: Span): Span & { date: string } {
  const earlier = dayAfter(date, -1);
  const startMs = dayStartIn(zone, earlier);
  const isOver = beforeMs === dayStartIn(zone, dayAfter(date, 1));
  const endMs = isOver ? fromMs : Math.min(fromMs, startMs + beforeMs - fromMs);
  return { date: earlier, fromMs: startMs, beforeMs: endMs };
}
