/**
 * Statements to print, or to save as PDF: `/print/statements/merchants/mch_…?from=2026-11-01&to=2026-11-30`, and the
 * same for `participants/par_…` with `currency` and `kind`. The API is asked as the visitor, who must have signed in.
 */
import { type Context, Hono } from 'hono';
import type { VisitEnv } from '../../../http/index.ts';
import { isId } from '../../../kernel/index.ts';
import type { Api, ApiAnswer } from '../../api.ts';
import { shown } from '../../desk/parts.tsx';
import { languageFor } from '../../language.ts';
import { show } from '../../respond.tsx';
import { toSignIn, visitorOf } from '../../visitor.ts';
import { type Entry, NoStatementPage, type Statement, StatementPage } from './page.tsx';

// Two hundred pages of paper; of more, people want the file.
const pagesMax = 5;
const limit = 1_000;

const owners = { merchants: 'merchant', participants: 'participant' } as const;

export function statementPages(apiOf: Api): Hono<VisitEnv> {
  const app = new Hono<VisitEnv>();
  for (const [path, kind] of Object.entries(owners)) {
    app.get(`/${path}/:owner`, (c) => {
      const owner = c.req.param('owner');
      if (isId(kind, owner)) return answered(apiOf, c, `${path}/${owner}`);
      const language = languageFor(c);
      return show(c, <NoStatementPage language={language} />, { language, status: 404, cache: 'never' });
    });
  }
  return app;
}

async function answered(apiOf: Api, c: Context<VisitEnv>, owner: string) {
  const api = apiOf(c);
  if (!(await visitorOf(api))) return toSignIn(c);
  const language = languageFor(c);
  const whose = queryOf(c, ['kind', 'currency']);
  const days = queryOf(c, ['from', 'to']);
  const path = `/v1/${owner}/statement`;
  const answer = await wholeOf((cursor) => {
    const query = new URLSearchParams([...whose, ...days, ['limit', String(limit)]]);
    if (cursor !== null) query.set('cursor', cursor);
    return api.get<Statement>(`${path}?${query}`);
  });
  if (!answer.ok) {
    const page = <NoStatementPage language={language} problem={answer.problem} />;
    return show(c, page, { language, status: shown(answer.problem), cache: 'never' });
  }
  const of = (address: string) => (whose.size > 0 ? `${address}?${whose}` : address);
  const addresses = { source: of(path), address: of(`/print/statements/${owner}`) };
  const page = <StatementPage statement={answer.value} language={language} {...addresses} />;
  return show(c, page, { language, cache: 'never' });
}

function queryOf(c: Context, names: readonly string[]): URLSearchParams {
  const query = new URLSearchParams();
  for (const name of names) {
    const value = c.req.query(name);
    if (value) query.set(name, value);
  }
  return query;
}

/** Page after page of the API; one that has more than fits on paper keeps its cursor, and says so. */
async function wholeOf(
  ask: (cursor: string | null) => Promise<ApiAnswer<Statement>>,
): Promise<ApiAnswer<Statement>> {
  const entries: Entry[] = [];
  let cursor: string | null = null;
  for (let page = 1; ; page++) {
    const answer = await ask(cursor);
    if (!answer.ok) return answer;
    entries.push(...answer.value.data);
    cursor = answer.value.next_cursor;
    if (cursor === null || page === pagesMax) return { ...answer, value: { ...answer.value, data: entries } };
  }
}
