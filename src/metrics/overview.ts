/**
 * The overview as the API shows it: the switch at work at a glance, for people and their screens. Rates come from
 * counters (`pulse.ts`), who pays and is paid from sums by hour; nothing walks over payments.
 */
import { z } from '@hono/zod-openapi';
import { isoTime, moneySchema, timeSchema } from '../http/index.ts';
import type { CallbackFigures, WorkFigures } from './figures.ts';
import { type Beat, between, completed, minutesOf, rateOf, sumOf } from './pulse.ts';

/** How payments of one issuer, or to one merchant, ended in some hours. */
export interface Share {
  readonly id: string;
  /** As it called itself; null where nobody did. */
  readonly name: string | null;
  readonly completed: number;
  readonly refused: number;
}

/** A partner's position against its cap, in minor units. */
export interface PositionFigure {
  readonly account: string;
  readonly participant: string;
  readonly name: string | null;
  readonly currency: string;
  readonly balance: number;
  readonly cap: number;
  readonly usedPercent: number;
}

/** Handed in: what the switch knows of itself. */
export interface OverviewFigures {
  readonly work: () => Promise<WorkFigures>;
  readonly callbacks: () => Promise<CallbackFigures>;
  /** Differences with partners' files that nobody has resolved. */
  readonly differences: () => Promise<number>;
  /** Since an hour of UTC began: issuers by payments, and merchants by refusals, the first few of each. */
  readonly busiest: (
    fromMs: number,
    limit: number,
  ) => Promise<{ readonly issuers: readonly Share[]; readonly merchants: readonly Share[] }>;
  readonly positions: (limit: number) => Promise<readonly PositionFigure[]>;
}

const shareSchema = z.object({
  id: z.string(),
  name: z.string().nullable(),
  completed: z.int(),
  refused: z.int(),
});

export const overviewSchema = z
  .object({
    at: timeSchema,
    payments_per_minute: z.number().nullable().openapi({
      description: 'That ended, whichever way, within the last minute or two; null: not known yet',
    }),
    hour: z
      .object({
        since: timeSchema.nullable().openapi({ description: 'As far back as is known, at most an hour' }),
        completed: z.int(),
        refused: z.int(),
        success_percent: z.number().nullable().openapi({ description: 'null: there was no payment' }),
        refusals: z.array(z.object({ code: z.string(), count: z.int() })).openapi({
          description: 'Most frequent first',
        }),
      })
      .openapi({ description: 'Payments that ended within the last hour' }),
    minutes: z
      .array(z.object({ from: timeSchema, to: timeSchema, completed: z.int(), refused: z.int() }))
      .openapi({ description: 'The same, about a minute each, oldest first; the last one is not over' }),
    busiest: z
      .object({ since: timeSchema, issuers: z.array(shareSchema), merchants: z.array(shareSchema) })
      .openapi({
        description:
          'Of the hour of the clock and the one before: issuers by payments, merchants by refusals',
      }),
    open_transfers: z
      .object({ count: z.int(), oldest_at: timeSchema.nullable() })
      .openapi({ description: 'When the sweeper last came by, at most a few minutes ago' }),
    outbox: z
      .object({ entries_behind: z.int(), newest_entry_at: timeSchema.nullable() })
      .openapi({ description: 'How far the reports, and with them callbacks, are behind the books' }),
    callbacks: z
      .object({ retrying: z.int(), parked: z.int(), oldest_at: timeSchema.nullable() })
      .openapi({ description: 'That are not delivered; at most 10000 of either are counted' }),
    differences: z.int().openapi({
      description: 'With partners’ files, that nobody has resolved; at most 10000 are counted',
    }),
    positions: z
      .array(
        z.object({
          account: z.string(),
          participant: z.string(),
          name: z.string().nullable(),
          balance: moneySchema,
          cap: moneySchema,
          used_percent: z.number(),
        }),
      )
      .openapi({ description: 'Those that use most of their caps first' }),
  })
  .openapi('Overview');

export type Overview = z.infer<typeof overviewSchema>;

export interface Reading {
  readonly work: WorkFigures;
  readonly beats: readonly Beat[];
  readonly callbacks: CallbackFigures;
  readonly differences: number;
}

/** What changes slowly, or costs more. */
export interface SlowReading {
  readonly sinceMs: number;
  readonly issuers: readonly Share[];
  readonly merchants: readonly Share[];
  readonly positions: readonly PositionFigure[];
}

const timeOrNull = (ms: number | null | undefined) => (ms ? isoTime(ms) : null);

export function overviewJson(reading: Reading, slow: SlowReading, nowMs: number): Overview {
  const { work, beats, callbacks, differences } = reading;
  const states = [...work.books];
  const open = states.map(([, state]) => state).filter(({ oldestOpenAtMs }) => oldestOpenAtMs !== null);
  const rate = rateOf(beats);
  return {
    at: isoTime(nowMs),
    payments_per_minute: rate === null ? null : rounded(rate),
    hour: hourJson(beats),
    minutes: minutesOf(beats).map(({ fromMs, toMs, ...counts }) => ({
      ...{ from: isoTime(fromMs), to: isoTime(toMs) },
      ...counts,
    })),
    busiest: {
      since: isoTime(slow.sinceMs),
      issuers: slow.issuers.map((share) => ({ ...share })),
      merchants: slow.merchants.map((share) => ({ ...share })),
    },
    open_transfers: {
      count: states.reduce((sum, [, state]) => sum + state.open, 0),
      oldest_at: timeOrNull(
        open.length === 0 ? null : Math.min(...open.map(({ oldestOpenAtMs }) => oldestOpenAtMs ?? nowMs)),
      ),
    },
    outbox: {
      entries_behind: states.reduce(
        (sum, [book, { position }]) => sum + Math.max(0, position - (work.recorded.get(book) ?? 0)),
        0,
      ),
      newest_entry_at: timeOrNull(work.newestEntryAtMs),
    },
    callbacks: {
      ...{ retrying: callbacks.retrying, parked: callbacks.parked },
      oldest_at: timeOrNull(callbacks.oldestAtMs),
    },
    differences,
    positions: slow.positions
      .map(({ account, participant, name, currency, balance, cap, usedPercent }) => ({
        ...{ account, participant, name, used_percent: usedPercent },
        balance: { amount: balance, currency },
        cap: { amount: cap, currency },
      }))
      .sort((one, other) => other.used_percent - one.used_percent),
  };
}

function hourJson(beats: readonly Beat[]): Overview['hour'] {
  const [first, last] = [beats[0], beats.at(-1)];
  const ended = first && last ? between(first, last) : new Map<string, number>();
  const sum = sumOf(ended);
  const all = sum.completed + sum.refused;
  return {
    since: beats.length > 1 ? timeOrNull(first?.atMs) : null,
    ...sum,
    success_percent: all === 0 ? null : rounded((sum.completed / all) * 100),
    refusals: [...ended]
      .filter(([code]) => code !== completed)
      .map(([code, count]) => ({ code, count }))
      .sort((one, other) => other.count - one.count || (one.code < other.code ? -1 : 1)),
  };
}

const rounded = (value: number): number => Math.round(value * 10) / 10;
