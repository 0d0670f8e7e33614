import { z } from '@hono/zod-openapi';
import type { BusinessDayRow, Who } from '../directory/index.ts';
import {
  cursorOf,
  isoTime,
  listOf,
  moneySchema,
  pageOf,
  pageQuery,
  type Shell,
  textSchema,
  timeSchema,
} from '../http/index.ts';
import { businessZone, type Language, ok, refusalText, refuse } from '../kernel/index.ts';
import {
  type ClosingParts,
  closeDay,
  type DaySum,
  exceptionsOf,
  type Obstacle,
  obstacleCodes,
  obstaclesOf,
  reopenDay,
  spanOf,
  totalsIn,
} from './close.ts';

const readers: readonly Who[] = ['staff:admin', 'staff:officer', 'staff:analyst', 'staff:support'];
const writers: readonly Who[] = ['staff:admin', 'staff:officer'];
const path = '/v1/centre/business-days';
const params = z.object({
  date: z.iso
    .date()
    .refine((day) => day >= '2000-01-01' && day <= '2999-12-31', 'not a day of these centuries')
    .openapi({ example: '2026-11-21' }),
});

const sumSchema = z
  .object({
    currency: z.string(),
    participant: z.string(),
    kind: z.string(),
    status: z.string(),
    count: z.int(),
    sum: moneySchema,
  })
  .openapi('DaySum');

const versionSchema = z
  .object({
    day: z.iso.date().openapi({ example: '2026-11-21' }),
    time_zone: z.string(),
    from: timeSchema,
    before: timeSchema,
    version: z.int(),
    status: z.enum(['closed', 'reopened']),
    by: z.string(),
    reason: z.string().nullable(),
    at: timeSchema,
    totals: z.array(sumSchema).openapi({ description: 'Of everything that began in the day; frozen' }),
    signed: z.object({ text: z.string(), signature: z.string(), key: z.string() }).nullable().openapi({
      description: 'Ed25519 over the text, base64url, by a key of /.well-known/jwks.json; of a closed day',
    }),
  })
  .openapi('BusinessDay');

const exceptionSchema = z.object({
  currency: z.string(),
  participant: z.string(),
  kind: z.string(),
  status: z.string(),
  frozen: z.object({ count: z.int(), sum: moneySchema }),
  now: z.object({ count: z.int(), sum: moneySchema }),
});

const wholeSchema = versionSchema
  .extend({
    exceptions: z
      .array(exceptionSchema)
      .openapi({ description: 'Totals that are not any more what was frozen' }),
    late_transfers: z
      .array(z.string())
      .openapi({ description: 'The first of those that began in the day and ended after it was closed' }),
    versions: z.array(versionSchema).openapi({ description: 'All of them, newest first' }),
  })
  .openapi('BusinessDayWithVersions');

const obstaclesSchema = z
  .object({
    day: z.iso.date().openapi({ example: '2026-11-21' }),
    over_at: timeSchema.openapi({ description: 'When the day ends in the scheme’s zone' }),
    obstacles: z.array(
      z.object({
        code: z.enum(obstacleCodes),
        title: z.string(),
        detail: z.string().nullable(),
        transfers: z.array(z.string()).openapi({ description: 'The first of those that have not ended' }),
      }),
    ),
  })
  .openapi('DayObstacles');

export function closingRoutes(shell: Shell, parts: ClosingParts): void {
  const { directory } = parts;
  shell.endpoint(
    {
      method: 'post',
      audit: 'change',
      path: `${path}/{date}/close`,
      tag: 'Closing',
      summary: 'Close a business day: freeze and sign its totals',
      description:
        'Refused until the day is over in the scheme’s zone, everything that began in it has ended, the reports ' +
        'have all of it, and the accounts add up to zero. A day that is closed is answered as it was.',
      access: writers,
      params,
      body: z.strictObject({}),
      refusals: [
        'business_day.not_over',
        'reports.behind',
        'business_day.open_transfers',
        'business_day.not_balanced',
        'business_day.changed',
      ],
      answers: versionSchema,
    },
    async ({ params: { date }, act }) => {
      const closed = await closeDay(parts, act, date);
      return closed.ok ? ok(versionJson(closed.value)) : closed;
    },
  );

  shell.endpoint(
    {
      method: 'post',
      audit: 'change',
      path: `${path}/{date}/reopen`,
      guarded: 'business_day.reopen',
      tag: 'Closing',
      summary: 'Open a closed day again, with a reason; somebody else than who closed it',
      access: writers,
      params,
      body: z.strictObject({ reason: textSchema(500) }).openapi('DayReopening'),
      refusals: [
        'business_day.not_found',
        'business_day.not_closed',
        'business_day.own',
        'business_day.changed',
      ],
      answers: versionSchema,
    },
    async ({ params: { date }, body, act }) => {
      const opened = await reopenDay(parts, { ...act, reason: body.reason }, date);
      return opened.ok ? ok(versionJson(opened.value)) : opened;
    },
  );

  shell.endpoint(
    {
      method: 'get',
      path,
      tag: 'Closing',
      summary: 'Closings and reopenings of business days, newest first',
      access: readers,
      query: pageQuery,
      answers: listOf(versionSchema),
    },
    async ({ query }) => {
      const page = await directory.businessDays(pageOf(query));
      return ok({ data: page.rows.map(versionJson), next_cursor: cursorOf(page.nextCursor) });
    },
  );

  shell.endpoint(
    {
      method: 'get',
      path: `${path}/{date}`,
      tag: 'Closing',
      summary: 'A business day as it is now, with its versions and what has changed since it was closed',
      access: readers,
      params,
      refusals: ['business_day.not_found'],
      answers: wholeSchema,
    },
    async ({ params: { date } }) => {
      const versions = await directory.versionsOfDay(date);
      const [last] = versions;
      if (!last) return refuse('business_day.not_found');
      const changed =
        last.status === 'closed' ? await exceptionsOf(parts, last) : { groups: [], transfers: [] };
      return ok({
        ...versionJson(last),
        exceptions: changed.groups.map(({ frozen, now }) => {
          const { currency = '', participant, kind, status } = frozen ?? now ?? {};
          const figures = (one: DaySum | undefined) => ({
            count: one?.count ?? 0,
            sum: { amount: Number(one?.sum ?? 0), currency },
          });
          return { currency, participant, kind, status, frozen: figures(frozen), now: figures(now) };
        }),
        late_transfers: changed.transfers,
        versions: versions.map(versionJson),
      });
    },
  );

  shell.endpoint(
    {
      method: 'get',
      path: `${path}/{date}/obstacles`,
      tag: 'Closing',
      summary: 'What keeps a business day from being closed; nothing when it can be, or is',
      access: readers,
      params,
      answers: obstaclesSchema,
    },
    async ({ params: { date }, language }) => {
      const last = await directory.businessDay(date);
      const obstacles: Obstacle[] = [];
      if (last?.status !== 'closed') {
        for await (const obstacle of obstaclesOf(parts, date)) obstacles.push(obstacle);
      }
      return ok({
        day: date,
        over_at: isoTime(spanOf(date).beforeMs),
        obstacles: obstacles.map((obstacle) => obstacleJson(obstacle, language)),
      });
    },
  );
}

const obstacleJson = ({ code, detail, transfers }: Obstacle, language: Language) => ({
  code,
  title: refusalText(code, language),
  detail: detail ?? null,
  transfers: [...transfers],
});

function versionJson(row: BusinessDayRow) {
  const { text, signature, keyId } = row;
  const { fromMs, beforeMs } = spanOf(row.day);
  return {
    day: row.day,
    time_zone: businessZone.name,
    from: isoTime(fromMs),
    before: isoTime(beforeMs),
    version: row.version,
    status: row.status,
    by: row.by,
    reason: row.reason,
    at: isoTime(row.createdAtMs),
    totals: totalsIn(text).map(({ sum, ...group }) => ({
      ...group,
      sum: { amount: Number(sum), currency: group.currency },
    })),
    signed: text === null || signature === null || keyId === null ? null : { text, signature, key: keyId },
  };
}
