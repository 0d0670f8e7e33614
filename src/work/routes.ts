import { z } from '@hono/zod-openapi';
import { isoTime, type Shell, timeSchema } from '../http/index.ts';
import { ok, timeOfId } from '../kernel/index.ts';
import { callbackRoutes } from './callback-routes.ts';
import { path, readers, stuckAfterMs, type WorkParts } from './common.ts';
import { letterRoutes } from './letter-routes.ts';
import { stuckTransfers } from './stuck.ts';
import { stuckRoutes } from './stuck-routes.ts';

const itemsShown = 50;

export const workKinds = ['transfer', 'callback', 'difference', 'dead_letter'] as const;

const itemSchema = z
  .object({
    kind: z.enum(workKinds),
    id: z.string().openapi({ description: 'Of the transfer, event, difference or dead letter' }),
    since: timeSchema,
    about: z.string().openapi({ description: 'The participant or merchant it is about, or `switch`' }),
    about_name: z.string().nullable().openapi({ description: 'What that one is called' }),
    what: z.string().openapi({ description: 'What it is, in a word of the API: the kind or type of it' }),
    endpoint: z.string().nullable().openapi({ description: 'Of a callback' }),
  })
  .openapi('WorkItem');

const workSchema = z
  .object({
    counts: z.object({
      transfer: z.int(),
      callback: z.int(),
      difference: z.int(),
      dead_letter: z.int(),
    }),
    data: z.array(itemSchema).openapi({ description: `The oldest ${itemsShown}, oldest first` }),
  })
  .openapi('Work');

export type Work = z.output<typeof workSchema>;
export type WorkItem = z.output<typeof itemSchema>;

export function workRoutes(shell: Shell, parts: WorkParts): void {
  shell.endpoint(
    {
      method: 'get',
      path,
      tag: 'Work',
      summary: 'What waits for a person: how much of each kind, and the oldest',
      access: readers,
      query: z.object({
        kind: z.enum(workKinds).optional().openapi({ description: 'The oldest of this kind' }),
      }),
      answers: workSchema,
    },
    async ({ query }) => ok(await workJson(parts, query.kind)),
  );
  stuckRoutes(shell, parts);
  callbackRoutes(shell, parts);
  letterRoutes(shell, parts);
}

async function workJson(parts: WorkParts, kind: (typeof workKinds)[number] | undefined) {
  const { callbacks, differences, directory } = parts;
  const [stuck, parked, parkedCount, differing, differenceCount, letters] = await Promise.all([
    stuckTransfers(parts, Date.now() - stuckAfterMs),
    callbacks.parked(itemsShown),
    callbacks.count(),
    differences.open(itemsShown),
    differences.count(),
    directory.deadLetters('open', itemsShown),
  ]);
  const items = [
    ...stuck.map((one) => ({
      kind: 'transfer' as const,
      id: one.transfer.id,
      sinceMs: one.sinceMs,
      about: one.participant ?? 'switch',
      what: one.transfer.kind,
    })),
    ...parked.map(({ event, type, endpoint, owner }) => ({
      kind: 'callback' as const,
      id: event,
      sinceMs: timeOfId(event),
      about: owner,
      what: type,
      endpoint,
    })),
    ...differing.map(({ id, type, participant, createdAtMs }) => ({
      kind: 'difference' as const,
      id,
      sinceMs: createdAtMs,
      about: participant,
      what: type,
    })),
    ...letters.map(({ id, createdAtMs }) => ({
      kind: 'dead_letter' as const,
      id,
      sinceMs: createdAtMs,
      about: 'switch',
      what: 'dead_letter',
    })),
  ];
  const shown = items
    .filter((item) => kind === undefined || item.kind === kind)
    .sort((left, right) => left.sinceMs - right.sinceMs)
    .slice(0, itemsShown);
  const names = await directory.namesOf(shown.map(({ about }) => about));
  return {
    counts: {
      transfer: stuck.length,
      callback: parkedCount,
      difference: differenceCount,
      dead_letter: letters.length,
    },
    data: shown.map(({ sinceMs, ...item }) => ({
      endpoint: null,
      ...item,
      about_name: names.get(item.about) ?? null,
      since: isoTime(sinceMs),
    })),
  };
}
