/** What is asked of a report whose file is made later, checked as the list would. */
import { z } from '@hono/zod-openapi';
import { ok, type Result, refuse } from '../kernel/index.ts';
import { filtersOf } from './lists.ts';
import type { Query, Report } from './table.ts';

export function queryOf(report: Report, given: Record<string, string>): Result<Query> {
  const parsed = z.strictObject(filtersOf(report)).safeParse(given);
  if (parsed.success) return ok(parsed.data);
  const [issue] = parsed.error.issues;
  return refuse('request.invalid', `filters: ${[...(issue?.path ?? []), issue?.message].join(': ')}`);
}
