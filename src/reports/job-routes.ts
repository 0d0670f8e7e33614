import { z } from '@hono/zod-openapi';
import { type Directory, keptTo, ownMerchant, type Principal, type Who } from '../directory/index.ts';
import {
  cursorOf,
  fileOf,
  idSchema,
  isoTime,
  listOf,
  moneySchema,
  pageQuery,
  type Shell,
  timeSchema,
} from '../http/index.ts';
import { languages, ok, type Result, refuse } from '../kernel/index.ts';
import { fileFormats, typeOf } from './files.ts';
import { queryOf } from './job-query.ts';
import { jobStates } from './job-schema.ts';
import type { JobRow } from './job-store.ts';
import {
  continueJobs,
  fileOfJob,
  type JobParts,
  keptUntilMs,
  reportOf,
  startJob,
  totalsJson,
} from './jobs.ts';
import { reports } from './tables/index.ts';
import { staff } from './tables/payments.ts';

// A small file is made within the request that asks for it; a large one goes on every minute.
const perRequestMs = 2_000;

const jobSchema = z
  .object({
    id: z.string(),
    report: z.string(),
    format: z.enum(fileFormats),
    filters: z.record(z.string(), z.string()).openapi({ description: 'As they were given, and usual ones' }),
    status: z.enum(jobStates),
    started_by: z.string(),
    started_at: timeSchema,
    finished_at: timeSchema.nullable(),
    complete_up_to: timeSchema.openapi({ description: 'Everything that happened until then is in it' }),
    rows: z.int().openapi({ description: 'In the file so far' }),
    bytes: z.int(),
    totals: z
      .array(z.object({ column: z.string(), sum: moneySchema }))
      .openapi({ description: 'Control totals: what the rows of the file come to, by column and currency' }),
    sha256: z.string().nullable().openapi({ description: 'Of the whole file, in hex; once it is finished' }),
    expires_at: timeSchema.openapi({ description: 'Kept until then' }),
  })
  .openapi('ReportJob');

const jobJson = (job: JobRow) => ({
  id: job.id,
  report: job.report,
  format: job.format,
  filters: askedOf(job),
  status: job.status,
  started_by: job.startedBy,
  started_at: isoTime(job.startedAtMs),
  finished_at: job.finishedAtMs === null ? null : isoTime(job.finishedAtMs),
  complete_up_to: isoTime(job.completeUpToMs),
  rows: job.rows,
  bytes: job.bytes,
  totals: totalsJson(job),
  sha256: job.sha256,
  expires_at: isoTime(keptUntilMs(job)),
});

/** What was asked for, as the query of the list has it: the same again makes the file anew. */
const askedOf = ({ owner, query }: JobRow): Record<string, string> =>
  Object.fromEntries(
    Object.entries(query)
      .filter(([name]) => owner === 'centre' || name !== 'merchant')
      .map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : String(value)]),
  );

const filters = z
  .record(z.string().max(40), z.string().max(200))
  .optional()
  .openapi({ example: {}, description: 'As in the query of the list' });
const format = z.enum(fileFormats);
const heading = z.enum(languages).optional().openapi({
  description:
    'Of the headings. Absent: in a spreadsheet that of `Accept-Language`, else the names of fields',
});
const centreBody = z
  .strictObject({
    report: z.enum(reports.map(({ name }) => name) as [string]),
    format,
    language: heading,
    filters,
  })
  .openapi('NewReportJob');
const merchantBody = z.strictObject({ format, language: heading, filters }).openapi('NewPaymentFile');

/** Whose files they are: the centre's, or a merchant's own. */
interface Scope {
  readonly path: string;
  readonly tag: string;
  readonly access: readonly Who[];
  readonly body: typeof centreBody | typeof merchantBody;
  readonly of: string;
}

const centre: Scope = {
  ...{ path: '/v1/centre', tag: 'Reports', access: staff, body: centreBody },
  of: 'any report',
};
const merchant: Scope = {
  ...{ path: '/v1/merchants/{merchant}', tag: 'Merchants', body: merchantBody },
  access: ['merchant:owner', 'merchant:manager'],
  of: 'the merchant’s payments, or its refunds',
};

export function jobRoutes(shell: Shell, directory: Directory, parts: JobParts): void {
  for (const scope of [centre, merchant]) routesOf(shell, directory, parts, scope);
}

function routesOf(shell: Shell, directory: Directory, parts: JobParts, scope: Scope): void {
  const { tag, access } = scope;
  const path = `${scope.path}/report-jobs`;
  const place = scope === merchant ? { merchant: idSchema('merchant') } : {};
  const params = z.object(place);
  const named = z.object({ ...place, reportJob: idSchema('reportJob') });

  async function ownerOf(caller: Principal, given: object): Promise<Result<string>> {
    const id = (given as { merchant?: string }).merchant;
    if (id === undefined) return ok('centre');
    const own = await ownMerchant(directory, caller, id);
    return own.ok ? ok(own.value.id) : own;
  }

  /** A job of these, of a report the caller may read. */
  async function jobOf(caller: Principal, given: { reportJob: string }): Promise<Result<JobRow>> {
    const owner = await ownerOf(caller, given);
    if (!owner.ok) return owner;
    const job = await parts.jobs.find(given.reportJob);
    const seen = job?.owner === owner.value && mayRead(caller, job);
    return seen ? ok(job) : refuse('report_job.not_found');
  }

  shell.endpoint(
    {
      ...{ method: 'post', path, tag, access, params, body: scope.body, status: 201, answers: jobSchema },
      summary: `Make a file of ${scope.of}: CSV, a spreadsheet, or JSON lines`,
      description:
        'For what is larger than a page. It is made in steps; ask for it again until it is finished, then for its ' +
        'file. In CSV and JSON lines amounts are minor units; in a spreadsheet they are whole units with decimals, ' +
        'and times are UTC. Five may be under way at once.',
      refusals: ['report_job.too_many', 'store.not_found'],
    },
    async ({ caller, params: given, body, language }) => {
      const owner = await ownerOf(caller, given);
      if (!owner.ok) return owner;
      const report = reportOf({ owner: owner.value, report: 'report' in body ? body.report : '' });
      if (!report?.access.includes(caller.who) && owner.value === 'centre') return refuse('auth.forbidden');
      if (!report) return refuse('request.invalid');
      const query = queryOf(report, body.filters ?? {});
      if (!query.ok) return query;
      const startedBy = caller.person ?? caller.owner;
      const store = keptTo(caller);
      const asked = query.value.store ?? store;
      if (store !== undefined && asked !== store) return refuse('store.not_found');
      const own = owner.value === 'centre' ? {} : { merchant: owner.value };
      const here = store === undefined ? {} : { store };
      const words = body.language ?? (body.format === 'xlsx' ? language : null);
      const file = { report, format: body.format, language: words };
      const wish = { ...file, query: { ...query.value, ...own, ...here }, startedBy };
      const job = await startJob(parts, { ...wish, owner: owner.value });
      if (!job) return refuse('report_job.too_many');
      await continueJobs(parts, perRequestMs);
      return ok(jobJson((await parts.jobs.find(job.id)) ?? job));
    },
  );

  shell.endpoint(
    {
      ...{ method: 'get', path, tag, access, params, query: pageQuery, answers: listOf(jobSchema) },
      summary: `Files of ${scope.of}, newest first`,
    },
    async ({ caller, params: given, query }) => {
      const owner = await ownerOf(caller, given);
      if (!owner.ok) return owner;
      const rows = await parts.jobs.list(owner.value, query.limit + 1, query.cursor);
      const shown = rows.slice(0, query.limit);
      const next = rows.length > query.limit ? (shown.at(-1)?.id ?? null) : null;
      const seen = shown.filter((job) => mayRead(caller, job));
      return ok({ data: seen.map(jobJson), next_cursor: cursorOf(next) });
    },
  );

  shell.endpoint(
    {
      ...{ method: 'get', path: `${path}/{reportJob}`, tag, access, params: named, answers: jobSchema },
      summary: `How far a file of ${scope.of} has come`,
      polled: true,
    },
    async ({ caller, params: given }) => {
      const job = await jobOf(caller, given);
      return job.ok ? ok(jobJson(job.value)) : job;
    },
  );

  shell.endpoint(
    {
      ...{ method: 'get', path: `${path}/{reportJob}/file`, tag, access, params: named },
      summary: `The file of ${scope.of}, once it is finished`,
      contentTypes: Object.values(typeOf),
      refusals: ['report_job.not_ready'],
    },
    async ({ caller, params: given }) => {
      const job = await jobOf(caller, given);
      if (!job.ok) return job;
      const { report, format: extension, id, status } = job.value;
      if (status !== 'finished') return refuse('report_job.not_ready');
      return fileOf(`${report}-${id}.${extension}`, typeOf[extension], fileOfJob(parts.jobs, job.value));
    },
  );

  shell.endpoint(
    {
      ...{
        method: 'post',
        path: `${path}/{reportJob}/cancel`,
        tag,
        access,
        params: named,
        answers: jobSchema,
      },
      summary: `Stop making a file of ${scope.of}; one that is finished stays`,
      body: z.strictObject({}),
    },
    async ({ caller, params: given }) => {
      const job = await jobOf(caller, given);
      if (!job.ok) return job;
      await parts.jobs.cancel(job.value.id, Date.now());
      return ok(jobJson((await parts.jobs.find(job.value.id)) ?? job.value));
    },
  );
}

/** Of a merchant's files whoever is kept to a store has those of that store. */
function mayRead(caller: Principal, job: JobRow): boolean {
  if (job.owner === 'centre') return reportOf(job)?.access.includes(caller.who) ?? false;
  const store = keptTo(caller);
  return store === undefined || job.query.store === store;
}
