import { z } from '@hono/zod-openapi';
import {
  bytesOf,
  cursorOf,
  idSchema,
  isoTime,
  listOf,
  moneySchema,
  pageQuery,
  type Shell,
  textSchema,
  timeSchema,
} from '../http/index.ts';
import { businessZone, dayAfter, newId, ok, refuse, startOfDayMs } from '../kernel/index.ts';
import { readers, unreadSchema, writers } from './format-routes.ts';
import { formatSchema } from './formats.ts';
import { differenceTypes, manners, noCounters, type Sums, start } from './model.ts';
import { endOfFile, partBytesMax, receivePart } from './receive.ts';
import { continueFile, type MatchingParts } from './run.ts';
import type { PartnerFileRow } from './store.ts';

const path = '/v1/centre/partner-files';
const params = z.object({ partnerFile: idSchema('partnerFile') });
const partParams = params.extend({
  part: z.coerce.number().int().min(1).max(1_000).openapi({ description: 'Its number, from 1', example: 1 }),
});
// What is not done by then goes on every minute, or when it is asked again.
const perRequestMs = 10_000;
const daysMax = 31;

const daySchema = z.iso
  .date()
  .refine((day) => day >= '2000-01-01' && day <= '2999-12-31', 'not a day of these centuries')
  .openapi({ example: '2026-11-21' });
// Of what is no day it is no number, and no comparison holds.
const daysBetween = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / 86_400_000;

const newFileSchema = z
  .strictObject({
    participant: idSchema('participant'),
    format: idSchema('fileFormat'),
    name: textSchema(120).openapi({ example: 'statement-2026-11-21.csv' }),
    from: daySchema,
    to: daySchema.openapi({ description: 'The last day, inclusive' }),
  })
  .refine(({ from, to }) => daysBetween(from, to) >= 0 && daysBetween(from, to) < daysMax, {
    path: ['to'],
    message: `not one to ${daysMax} days from the first`,
  })
  .openapi('NewPartnerFile');

const sumSchema = z.object({
  kind: z.enum(['payment', 'refund']),
  count: z.int(),
  sum: moneySchema,
});
const byType = Object.fromEntries(differenceTypes.map((type) => [type, z.int()])) as Record<
  (typeof differenceTypes)[number],
  z.ZodInt
>;
const byManner = Object.fromEntries(manners.map((manner) => [manner, z.int()])) as Record<
  (typeof manners)[number],
  z.ZodInt
>;

const fileSchema = z
  .object({
    id: z.string(),
    participant: z.string(),
    format: z.string(),
    name: z.string(),
    time_zone: z.string(),
    from: timeSchema,
    before: timeSchema,
    status: z.enum(['receiving', 'matching', 'finished']),
    phase: z.enum(['ours', 'references', 'amounts', 'theirs', 'totals']).nullable(),
    parts: z.int().openapi({ description: 'Received so far' }),
    bytes: z.int(),
    rows: z.int(),
    unread_count: z.int().openapi({ description: 'Rows that could not be read; nothing is looked for' }),
    unread: z.array(unreadSchema).openapi({ description: 'The first of them' }),
    matched: z.object(byManner).openapi({ description: 'Rows by what they were found' }),
    matched_count: z.int(),
    differences: z.object(byType),
    differences_count: z.int(),
    ours: z.array(sumSchema).openapi({ description: 'What completed by our word' }),
    theirs: z.array(sumSchema).openapi({ description: 'And by theirs, once matching is done' }),
    made_by: z.string(),
    created_at: timeSchema,
    finished_at: timeSchema.nullable(),
  })
  .openapi('PartnerFile');

export function fileRoutes(shell: Shell, parts: MatchingParts): void {
  const { directory, store } = parts;
  const rulesOf = async (file: PartnerFileRow) => {
    const row = await directory.fileFormat(file.format);
    return row && formatSchema.parse(row.rules);
  };

  shell.endpoint(
    {
      method: 'post',
      path,
      tag: 'Matching',
      summary: 'Begin a file of a partner; its parts follow',
      access: writers,
      status: 201,
      body: newFileSchema,
      refusals: ['participant.not_found', 'file_format.not_found'],
      answers: fileSchema,
    },
    async ({ body, act }) => {
      if (!(await directory.participant(body.participant))) return refuse('participant.not_found');
      const format = await directory.fileFormat(body.format);
      if (format?.participant !== body.participant) return refuse('file_format.not_found');
      const nowMs = Date.now();
      const row: PartnerFileRow = {
        id: newId('partnerFile', nowMs),
        participant: body.participant,
        format: body.format,
        name: body.name,
        fromMs: startOfDayMs(body.from),
        beforeMs: startOfDayMs(dayAfter(body.to, 1)),
        status: 'receiving',
        by: act.by.person ?? act.by.owner,
        createdAtMs: nowMs,
        finishedAtMs: null,
        ...{ parts: [], bytes: 0, place: {}, carry: '', rows: 0, unreadCount: 0, unread: [] },
        ...{ steps: 0, progress: start, counters: noCounters },
      };
      await store.addFile(row);
      return ok(fileJson(row));
    },
  );

  shell.endpoint(
    {
      method: 'post',
      path: `${path}/{partnerFile}/parts/{part}`,
      tag: 'Matching',
      summary: 'Send a part of a file, as it is, cut anywhere',
      description: `At most ${partBytesMax} bytes each, in their order. A part that is sent again changes nothing.`,
      access: writers,
      params: partParams,
      uploads: ['text/csv', 'application/xml', 'application/octet-stream'],
      refusals: [
        'file_format.not_found',
        'partner_file.part_changed',
        'partner_file.out_of_order',
        'partner_file.complete',
        'partner_file.unreadable',
      ],
      answers: fileSchema,
    },
    async ({ params: { partnerFile, part }, request }) => {
      const file = await store.file(partnerFile);
      if (!file) return refuse('partner_file.not_found');
      const rules = await rulesOf(file);
      if (!rules) return refuse('file_format.not_found');
      const bytes = await bytesOf(request, partBytesMax);
      if (!(bytes instanceof Uint8Array)) return { ok: false, refusal: bytes };
      const received = await receivePart(store, file, rules, part, bytes);
      return received.ok ? ok(fileJson(received.value)) : received;
    },
  );

  shell.endpoint(
    {
      method: 'post',
      path: `${path}/{partnerFile}/match`,
      tag: 'Matching',
      summary: 'Say that a file is complete, and match it',
      description: 'What is not done within seconds goes on by itself, and when it is asked again.',
      access: writers,
      params,
      body: z.strictObject({}),
      refusals: ['file_format.not_found', 'partner_file.unreadable', 'reports.behind'],
      answers: fileSchema,
    },
    async ({ params: { partnerFile } }) => {
      const file = await store.file(partnerFile);
      if (!file) return refuse('partner_file.not_found');
      if (file.status === 'receiving') {
        const rules = await rulesOf(file);
        if (!rules) return refuse('file_format.not_found');
        // Of what is still to come nothing is missing yet.
        const neededMs = Math.min(file.beforeMs, Date.now());
        const completeMs = await parts.completeUpTo();
        if (completeMs < neededMs) {
          return refuse('reports.behind', `complete up to ${isoTime(completeMs)}`);
        }
        const ended = await endOfFile(store, file, rules);
        if (!ended.ok) return ended;
      }
      const begun = (await store.file(partnerFile)) ?? file;
      return ok(fileJson(await continueFile(parts, begun, perRequestMs)));
    },
  );

  shell.endpoint(
    {
      method: 'get',
      path,
      tag: 'Matching',
      summary: 'Files of partners, newest first',
      access: readers,
      query: pageQuery.extend({ participant: idSchema('participant').optional() }),
      answers: listOf(fileSchema),
    },
    async ({ query: { participant, limit, cursor } }) => {
      const rows = await store.files(participant, limit + 1, cursor);
      const shown = rows.slice(0, limit);
      const next = rows.length > limit ? (shown.at(-1)?.id ?? null) : null;
      return ok({ data: shown.map(fileJson), next_cursor: cursorOf(next) });
    },
  );

  shell.endpoint(
    {
      method: 'get',
      path: `${path}/{partnerFile}`,
      tag: 'Matching',
      summary: 'A file: how far it is, what was found, the sums of both sides',
      access: readers,
      params,
      answers: fileSchema,
    },
    async ({ params: { partnerFile } }) => {
      const file = await store.file(partnerFile);
      return file ? ok(fileJson(file)) : refuse('partner_file.not_found');
    },
  );
}

const total = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

const sumsJson = (sums: Sums) =>
  Object.entries(sums)
    .sort(([one], [other]) => one.localeCompare(other))
    .map(([name, { count, minor }]) => {
      const [currency = '', kind] = name.split(' ');
      return { kind, count, sum: { amount: Number(minor), currency } };
    });

const fileJson = ({ counters, ...file }: PartnerFileRow) => ({
  id: file.id,
  participant: file.participant,
  format: file.format,
  name: file.name,
  time_zone: businessZone.name,
  from: isoTime(file.fromMs),
  before: isoTime(file.beforeMs),
  status: file.status,
  phase: file.status === 'matching' ? file.progress.phase : null,
  parts: file.parts.length,
  bytes: file.bytes,
  rows: file.rows,
  unread_count: file.unreadCount,
  unread: file.unread,
  matched: counters.matched,
  matched_count: total(counters.matched),
  differences: counters.differences,
  differences_count: total(counters.differences),
  ours: sumsJson(counters.ours),
  theirs: sumsJson(counters.theirs),
  made_by: file.by,
  created_at: isoTime(file.createdAtMs),
  finished_at: file.finishedAtMs === null ? null : isoTime(file.finishedAtMs),
});
