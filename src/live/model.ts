/** What is told live, and who hears it. Pure. */
import { z } from '@hono/zod-openapi';
import { type Made, traitsOf, type Who } from '../directory/index.ts';
import { timeSchema } from '../http/index.ts';

export const messageSchema = z
  .union([
    z.strictObject({ type: z.literal('hello'), sequence: z.int() }),
    z.strictObject({ type: z.literal('resync'), sequence: z.int() }),
    z.object({
      type: z.string().openapi({ example: 'order.paid' }),
      sequence: z.int(),
      id: z.string(),
      timestamp: timeSchema,
      data: z.object({}).loose(),
    }),
  ])
  .openapi('LiveMessage', {
    description:
      'hello: from here on. resync: something was missed, read orders and payments anew. All others are events, ' +
      'the same as callbacks. `since` is the last `sequence` seen.',
  });

/** An event as it is told: what callbacks say of it. */
export interface Told {
  readonly id: string;
  readonly type: string;
  readonly timestamp: string;
  readonly data: object;
}

/** What a socket is opened for; kept with it while its object sleeps. */
export interface Wish {
  readonly key: string;
  readonly who: Who;
  /** What its caller's view is narrowed to. */
  readonly only: Made | null;
  readonly till: string | null;
  /** An order that the caller may see. */
  readonly order: string | null;
  readonly since: number | null;
}

interface Traits {
  readonly id?: unknown;
  readonly order?: unknown;
  readonly store?: unknown;
  readonly till?: unknown;
  readonly person?: unknown;
  readonly made_by?: unknown;
}

/** Whether an event is one that a socket was opened for, and its caller may see. */
export function hears({ only, till, order }: Pick<Wish, 'only' | 'till' | 'order'>, { data }: Told): boolean {
  const about: Traits = data;
  if (order !== null) return about.id === order || about.order === order;
  if (till !== null && about.till !== till) return false;
  return traitsOf(only ?? undefined).every(
    ([trait, wanted]) =>
      (about[trait] ?? null) === wanted ||
      (trait === 'person' && wanted !== null && about.made_by === wanted),
  );
}
