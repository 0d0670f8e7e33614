import { z } from '@hono/zod-openapi';
import type { Who } from '../directory/index.ts';
import {
  cursorOf,
  idSchema,
  isoTime,
  listOf,
  moneySchema,
  pageQuery,
  type Shell,
  timeSchema,
} from '../http/index.ts';
import { ok, refuse } from '../kernel/index.ts';
import { checks } from './model.ts';
import { continueRun, type ReconcileParts, startRun } from './run.ts';
import type { RunRow } from './store.ts';

const readers: readonly Who[] = ['staff:admin', 'staff:officer', 'staff:analyst', 'staff:support'];
// A small switch is checked within the request that asks for it; a large one goes on every minute.
const perRequestMs = 5_000;

const findingSchema = z
  .object({
    check: z.enum(checks),
    book: z.int().nullable(),
    account: z.string().nullable(),
    sequence: z.int().nullable(),
    subject: z.string().nullable(),
    problem: z.string(),
    repaired: z.boolean(),
  })
  .openapi('ReconciliationFinding');

const summarySchema = z
  .object({
    id: z.string(),
    status: z.enum(['running', 'finished']),
    clean: z.boolean().openapi({ description: 'Nothing was found so far that is not repaired' }),
    started_by: z.string(),
    started_at: timeSchema,
    finished_at: timeSchema.nullable(),
    phase: z.enum(['audit', 'projection', 'rows', 'directory', 'log', 'totals']).nullable(),
    books: z.int().openapi({ description: 'Books that are done' }),
    accounts: z.int(),
    entries: z.int(),
    rows_compared: z.int(),
    audit_records: z.int().openapi({ description: 'Of the audit log' }),
    findings_count: z.int(),
    repaired_count: z.int(),
    currencies: z.array(
      z.object({
        currency: z.string(),
        net: moneySchema.openapi({ description: 'Credits minus debits: zero but for open transfers' }),
        open: moneySchema,
        transfers: z.int(),
      }),
    ),
  })
  .openapi('Reconciliation');

const wholeSchema = summarySchema
  .extend({ findings: z.array(findingSchema) })
  .openapi('ReconciliationWithFindings');

export function reconcileRoutes(shell: Shell, parts: ReconcileParts): void {
  shell.endpoint(
    {
      method: 'post',
      path: '/v1/centre/reconciliations',
      tag: 'Reconciliation',
      summary: 'Check every account, sum and report; repair the reports',
      description: 'While a run is under way it is answered, and goes on, instead of another one beginning.',
      access: ['staff:admin', 'staff:officer'],
      status: 201,
      body: z.strictObject({}),
      answers: wholeSchema,
    },
    async ({ caller }) => {
      const started = await startRun(parts, caller.owner);
      await continueRun(parts, { forMs: perRequestMs });
      return ok(wholeJson((await parts.runs.find(started.id)) ?? started));
    },
  );

  shell.endpoint(
    {
      method: 'get',
      path: '/v1/centre/reconciliations',
      tag: 'Reconciliation',
      summary: 'Reconciliations, newest first',
      access: readers,
      query: pageQuery,
      answers: listOf(summarySchema),
    },
    async ({ query }) => {
      const rows = await parts.runs.list(query.limit + 1, query.cursor);
      const shown = rows.slice(0, query.limit);
      const next = rows.length > query.limit ? (shown.at(-1)?.id ?? null) : null;
      return ok({ data: shown.map(summaryJson), next_cursor: cursorOf(next) });
    },
  );

  shell.endpoint(
    {
      method: 'get',
      path: '/v1/centre/reconciliations/{reconciliation}',
      tag: 'Reconciliation',
      summary: 'A reconciliation with what it found',
      access: readers,
      params: z.object({ reconciliation: idSchema('reconciliation') }),
      answers: wholeSchema,
    },
    async ({ params: { reconciliation } }) => {
      const run = await parts.runs.find(reconciliation);
      return run ? ok(wholeJson(run)) : refuse('reconciliation.not_found');
    },
  );
}

const summaryJson = ({ counters, ...run }: RunRow) => ({
  id: run.id,
  status: run.status,
  clean: counters.findings === counters.repaired,
  started_by: run.startedBy,
  started_at: isoTime(run.startedAtMs),
  finished_at: run.finishedAtMs === null ? null : isoTime(run.finishedAtMs),
  phase: run.status === 'running' ? run.progress.phase : null,
  books: counters.books,
  accounts: counters.accounts,
  entries: counters.entries,
  rows_compared: counters.rows,
  audit_records: counters.logEnd?.sequence ?? 0,
  findings_count: counters.findings,
  repaired_count: counters.repaired,
  currencies: Object.entries(counters.currencies)
    .sort(([left], [right]) => left.localeCompare(right))
    .map(([currency, { netMinor, openMinor, transfers }]) => ({
      currency,
      net: { amount: Number(netMinor), currency },
      open: { amount: Number(openMinor), currency },
      transfers,
    })),
});

const wholeJson = (run: RunRow) => ({
  ...summaryJson(run),
  findings: run.findings.map(({ check, problem, repaired, ...place }) => ({
    check,
    book: place.book ?? null,
    account: place.account ?? null,
    sequence: place.sequence ?? null,
    subject: place.subject ?? null,
    problem,
    repaired,
  })),
});
