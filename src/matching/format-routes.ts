import { z } from '@hono/zod-openapi';
import type { FileFormatRow, Who } from '../directory/index.ts';
import {
  cursorOf,
  idSchema,
  isoTime,
  listOf,
  moneySchema,
  pageOf,
  pageQuery,
  type Shell,
  textSchema,
  timeSchema,
} from '../http/index.ts';
import { newId, ok, refuse, utf8 } from '../kernel/index.ts';
import { formatSchema } from './formats.ts';
import { readWhole } from './receive.ts';
import type { MatchingParts } from './run.ts';

export const readers: readonly Who[] = ['staff:admin', 'staff:officer', 'staff:analyst', 'staff:support'];
export const writers: readonly Who[] = ['staff:admin', 'staff:officer'];
const path = '/v1/centre/participants/{participant}/file-formats';
const params = z.object({ participant: idSchema('participant') });
const sampleLengthMax = 30_000;
const sampleRowsMax = 20;

const formatJsonSchema = z
  .object({
    id: z.string(),
    participant: z.string(),
    name: z.string(),
    rules: formatSchema,
    created_at: timeSchema,
  })
  .openapi('FileFormat');

export const unreadSchema = z
  .object({ line: z.int(), problem: z.string() })
  .openapi('UnreadRow', { description: 'A row that could not be read, and why' });

const sampleSchema = z
  .object({
    data: z.array(
      z.object({
        line: z.int(),
        key: z.string().nullable().openapi({ description: 'Our id, otherwise their reference' }),
        kind: z.enum(['payment', 'refund']).nullable(),
        amount: moneySchema,
        status: z.enum(['completed', 'pending', 'declined']),
        earliest: timeSchema.nullable(),
        latest: timeSchema.nullable(),
      }),
    ),
    rows: z.int(),
    unread: z.array(unreadSchema),
  })
  .openapi('FileSample');

export function formatRoutes(shell: Shell, { directory }: MatchingParts): void {
  shell.endpoint(
    {
      method: 'post',
      audit: 'change',
      path,
      tag: 'Matching',
      summary: 'Save how a partner’s files are to be read',
      description: 'A format is never changed: another way of writing is another format.',
      access: writers,
      status: 201,
      params,
      body: z.strictObject({ name: textSchema(80), rules: formatSchema }).openapi('NewFileFormat'),
      answers: formatJsonSchema,
    },
    async ({ params: { participant }, body, act }) => {
      if (!(await directory.participant(participant))) return refuse('participant.not_found');
      const nowMs = Date.now();
      const row = { id: newId('fileFormat', nowMs), participant, ...body, createdAtMs: nowMs };
      await directory.add(act, directory.tables.fileFormats, row);
      return ok(formatJson(row));
    },
  );

  shell.endpoint(
    {
      method: 'get',
      path,
      tag: 'Matching',
      summary: 'How a partner’s files are read, newest first',
      access: readers,
      params,
      query: pageQuery,
      answers: listOf(formatJsonSchema),
    },
    async ({ params: { participant }, query }) => {
      if (!(await directory.participant(participant))) return refuse('participant.not_found');
      const page = await directory.fileFormats(participant, pageOf(query));
      return ok({ data: page.rows.map(formatJson), next_cursor: cursorOf(page.nextCursor) });
    },
  );

  shell.endpoint(
    {
      method: 'post',
      audit: 'change',
      path: '/v1/centre/file-formats/try',
      tag: 'Matching',
      summary: 'See how the first rows of a file would be read, before a format is saved',
      access: readers,
      body: z
        .strictObject({ rules: formatSchema, sample: z.string().min(1).max(sampleLengthMax) })
        .openapi('FileFormatTrial'),
      refusals: ['partner_file.unreadable'],
      answers: sampleSchema,
    },
    async ({ body: { rules, sample }, act }) => {
      // Lines of a partner's file may name people.
      await directory.record(act, '/v1/centre/file-formats/try', { rules });
      const read = readWhole(utf8(sample), rules.kind === 'csv' ? { ...rules, encoding: 'utf-8' } : rules);
      if (typeof read === 'string') return refuse('partner_file.unreadable', read);
      return ok({
        data: read.rows.slice(0, sampleRowsMax).map((row) => ({
          line: row.line,
          key: row.key,
          kind: row.kind,
          amount: { amount: row.amount, currency: row.currency },
          status: row.status,
          earliest: row.earliestMs === null ? null : isoTime(row.earliestMs),
          latest: row.latestMs === null ? null : isoTime(row.latestMs),
        })),
        rows: read.rows.length,
        unread: read.unread.slice(0, sampleRowsMax),
      });
    },
  );
}

const formatJson = ({ id, participant, name, rules, createdAtMs }: FileFormatRow) => ({
  id,
  participant,
  name,
  rules,
  created_at: isoTime(createdAtMs),
});
