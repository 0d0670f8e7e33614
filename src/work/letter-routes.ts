import { z } from '@hono/zod-openapi';
import type { DeadLetterRow } from '../directory/index.ts';
import { cursorOf, idSchema, isoTime, listOf, pageQuery, type Shell, timeSchema } from '../http/index.ts';
import { ok, refuse } from '../kernel/index.ts';
import { path, readers, reason, unblockers, type WorkParts } from './common.ts';
import { tryAgain } from './dead-letters.ts';

const letterSchema = z
  .object({
    id: z.string(),
    book: z.int(),
    position: z.int().openapi({ description: 'The last entry that could not be taken' }),
    recorded: z.int().openapi({ description: 'How far the reports have this book' }),
    times: z.int().openapi({ description: 'How often it was given up' }),
    fault: z.string(),
    status: z.enum(['open', 'resolved']),
    created_at: timeSchema,
    last_at: timeSchema,
  })
  .openapi('DeadLetter');

export type DeadLetter = z.output<typeof letterSchema>;

const letterParams = z.object({ deadLetter: idSchema('deadLetter') });

export function letterRoutes(shell: Shell, parts: WorkParts): void {
  const { directory, projector } = parts;
  const one = `${path}/dead-letters/{deadLetter}`;
  const recordedOf = async (rows: readonly DeadLetterRow[]) =>
    projector.projection.watermarks([...new Set(rows.map(({ book }) => book))]);
  const shown = async (row: DeadLetterRow) => letterJson(row, await recordedOf([row]));

  shell.endpoint(
    {
      method: 'get',
      path: `${path}/dead-letters`,
      tag: 'Work',
      summary: 'Entries the reports could not take; open ones oldest first, resolved ones newest first',
      description:
        'They are safe in their accounts and are sent again every minute; once the reports have them they are ' +
        'resolved by themselves.',
      access: readers,
      query: pageQuery.extend({ status: z.enum(['open', 'resolved']).default('open') }),
      answers: listOf(letterSchema),
    },
    async ({ query: { status, limit, cursor } }) => {
      const rows = await directory.deadLetters(status, limit + 1, cursor);
      const listed = rows.slice(0, limit);
      const marks = await recordedOf(listed);
      const next = rows.length > limit ? (listed.at(-1)?.id ?? null) : null;
      return ok({ data: listed.map((row) => letterJson(row, marks)), next_cursor: cursorOf(next) });
    },
  );

  shell.endpoint(
    {
      method: 'post',
      audit: 'change',
      path: `${one}/retry`,
      tag: 'Work',
      summary: 'Try again at once; answers what goes wrong, if it still does',
      access: unblockers,
      params: letterParams,
      refusals: ['dead_letter.resolved'],
      answers: letterSchema,
    },
    async ({ params: { deadLetter: id }, act }) => {
      const row = await directory.deadLetter(id);
      if (!row) return refuse('dead_letter.not_found');
      if (row.status === 'resolved') return refuse('dead_letter.resolved');
      await directory.record(act, id, { tried: row.book });
      const fault = await tryAgain(row.book, parts);
      const marks = await recordedOf([row]);
      if ((marks.get(row.book) ?? 0) >= row.position) {
        return ok(letterJson((await directory.resolveDeadLetter(act, id)) ?? row, marks));
      }
      return ok(letterJson(fault === undefined ? row : { ...row, fault }, marks));
    },
  );

  shell.endpoint(
    {
      method: 'post',
      path: `${one}/resolve`,
      tag: 'Work',
      audit: 'change',
      summary: 'Put it aside, with a reason; when it is given up once more, it is back',
      access: unblockers,
      params: letterParams,
      body: z.strictObject({ reason }).openapi('DeadLetterResolved'),
      refusals: ['dead_letter.resolved'],
      answers: letterSchema,
    },
    async ({ params: { deadLetter: id }, body, act }) => {
      const row = await directory.resolveDeadLetter({ ...act, reason: body.reason }, id);
      if (row) return ok(await shown(row));
      return refuse((await directory.deadLetter(id)) ? 'dead_letter.resolved' : 'dead_letter.not_found');
    },
  );
}

const letterJson = (row: DeadLetterRow, marks: ReadonlyMap<number, number>) => ({
  id: row.id,
  book: row.book,
  position: row.position,
  recorded: marks.get(row.book) ?? 0,
  times: row.times,
  fault: row.fault,
  status: row.status,
  created_at: isoTime(row.createdAtMs),
  last_at: isoTime(row.lastAtMs),
});
