/**
 * Finding anything. The field stands on every page of the desk and is sent as a form: what names a person is answered at
 * once and stands in no address; everything else gets an address, so that it can be passed on and gone back to.
 */
import { Hono } from 'hono';
import type { VisitEnv } from '../../../http/index.ts';
import { isPersonal, type SearchAnswer } from '../../../search/index.ts';
import type { ApiAnswer } from '../../api.ts';
import { daysOf } from '../../desk/days.ts';
import { address } from '../../desk/parts.tsx';
import type { At, Desk } from '../desk.tsx';
import { roles } from '../roles.ts';
import { SearchPage } from './page.tsx';
import { pathOf } from './path.ts';
import { searchTexts } from './texts.ts';

const home = '/centre/search';
const idForm = /^[a-z]{3}_[0-9a-z]{20,24}$/;

export function searchPages(at: At): Hono<VisitEnv> {
  const app = new Hono<VisitEnv>();

  app.get(
    '/',
    at(roles, (desk) => {
      const { q = '', from, to, cursor } = desk.c.req.query();
      return searched(desk, { text: q.trim(), from, to, cursor });
    }),
  );

  app.post(
    '/',
    at(roles, async (desk) => {
      const text = ((await desk.form()).text ?? '').trim();
      if (!isPersonal(text)) return desk.c.redirect(address(home, { q: text }), 303);
      return shown(desk, { text }, await desk.api.post<SearchAnswer>('/v1/centre/search', { text }));
    }),
  );
  return app;
}

interface Asked {
  readonly text: string;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly cursor?: string | undefined;
}

async function searched(desk: Desk, asked: Asked) {
  const { text, cursor } = asked;
  if (text === '' || isPersonal(text)) return shown(desk, asked);
  const query = { text, ...daysOf(desk.c, desk.zone), cursor };
  const answer = await desk.api.get<SearchAnswer>(address('/v1/centre/search', query));
  const hits = answer.ok ? answer.value.data : [];
  const path = hits[0] && pathOf(hits[0]);
  // An id names one thing: its page is what was looked for.
  const onlyOne = hits.every((other) => pathOf(other) === path);
  if (path !== undefined && onlyOne && idForm.test(text)) return desk.c.redirect(path, 303);
  return shown(desk, asked, answer);
}

function shown(desk: Desk, asked: Asked, answer?: ApiAnswer<SearchAnswer>) {
  if (answer && !answer.ok) return desk.refused(answer.problem);
  const content = <SearchPage asked={asked} answer={answer?.value} />;
  return desk.page(searchTexts(desk.language)('search'), content);
}
