/** The merchant's people: invited by a link, given a role, a place and a limit, suspended. Owners only. */
import { Hono } from 'hono';
import type { Invited, NewInvitation, Staff, StaffChange } from '../../../client/index.ts';
import type { VisitEnv } from '../../../http/index.ts';
import type { ApiAnswer, ApiProblem } from '../../api.ts';
import { address, type List, typedAmount } from '../../desk/parts.tsx';
import type { Form } from '../../form.ts';
import { type At, type Desk, placesOf } from '../desk.tsx';
import { portalTexts } from '../texts.ts';
import { PersonPage, StaffPage } from './pages.tsx';
import { staffTexts } from './texts.ts';

const perPage = 100;

export function staffPages(at: At): Hono<VisitEnv> {
  const app = new Hono<VisitEnv>();

  app.get(
    '/',
    at('owner', (desk) => staffPage(desk)),
  );

  // The link stands in this answer and nowhere else.
  app.post(
    '/',
    at('owner', async (desk) => {
      const form = await desk.form();
      const wish = wishOf(desk, form);
      if (!wish) return staffPage(desk, { form, limitWrong: true });
      const body = {
        ...wish,
        email: form.email ?? '',
        ...(form.name && { name: form.name }),
      } as NewInvitation;
      const invited = await desk.api.post<Invited>(desk.of('/invitations'), body);
      return staffPage(desk, invited.ok ? { invited: invited.value } : { form, problem: invited.problem });
    }),
  );

  app.get(
    '/:person',
    at('owner', (desk) => personPage(desk)),
  );

  app.post(
    '/:person',
    at('owner', async (desk) => {
      const form = await desk.form();
      const wish = wishOf(desk, form);
      if (!wish) return personPage(desk, { form, limitWrong: true });
      const changed = await desk.api.post<Staff>(pathOf(desk), wish);
      if (!changed.ok) return personPage(desk, { form, problem: changed.problem });
      return desk.done(`/portal/staff/${idIn(desk)}`, 'saved');
    }),
  );

  for (const [deed, done] of [
    ['suspend', 'suspended'],
    ['resume', 'resumed'],
  ] as const) {
    app.post(
      `/:person/${deed}`,
      at('owner', async (desk) => {
        const changed = await desk.api.post<Staff>(`${pathOf(desk)}/${deed}`, {});
        if (!changed.ok) return desk.refused(changed.problem);
        return desk.done(`/portal/staff/${idIn(desk)}`, done);
      }),
    );
  }

  app.post(
    '/:person/invite',
    at('owner', async (desk) => {
      const invited = await desk.api.post<Invited>(`${pathOf(desk)}/invite`, {});
      return invited.ok ? personPage(desk, { invited: invited.value }) : desk.refused(invited.problem);
    }),
  );
  return app;
}

/** What came of a form: a link to show, or what was wrong with what was typed. */
export interface Given {
  readonly form?: Form;
  readonly problem?: ApiProblem;
  readonly limitWrong?: boolean;
  readonly invited?: Invited;
}

const idIn = (desk: Desk): string => encodeURIComponent(desk.c.req.param('person') ?? '');
const pathOf = (desk: Desk): string => desk.of(`/staff/${idIn(desk)}`);

/** What a form says somebody may do; undefined when its limit is no amount. */
function wishOf({ merchant }: Desk, form: Form): StaffChange | undefined {
  const limit = form.limit ? typedAmount(form.limit, merchant.currency) : null;
  if (limit === undefined) return undefined;
  const [kind, place = ''] = (form.place ?? '').split(' ');
  return {
    role: form.role as NonNullable<StaffChange['role']>,
    store: kind === 'store' ? place : null,
    till: kind === 'till' ? place : null,
    refund_limit: limit,
  };
}

async function staffPage(desk: Desk, given: Given = {}) {
  const query = { limit: String(perPage), cursor: desk.c.req.query('cursor') };
  const staff = await desk.api.get<List<Staff>>(address(desk.of('/staff'), query));
  if (!staff.ok) return desk.refused(staff.problem);
  const places = await placesOf(desk);
  const content = <StaffPage desk={desk} list={staff.value} places={places} given={given} />;
  return desk.page(staffTexts(desk.language)('title'), content, { status: statusOf(given) });
}

async function personPage(desk: Desk, given: Given = {}) {
  const id = desk.c.req.param('person');
  let cursor: string | undefined;
  do {
    const path = address(desk.of('/staff'), { limit: String(perPage), cursor });
    const staff: ApiAnswer<List<Staff>> = await desk.api.get(path);
    if (!staff.ok) return desk.refused(staff.problem);
    const person = staff.value.data.find((one) => one.id === id);
    if (person) {
      const places = await placesOf(desk);
      const content = <PersonPage desk={desk} person={person} places={places} given={given} />;
      return desk.page(person.name, content, { status: statusOf(given) });
    }
    cursor = staff.value.next_cursor ?? undefined;
  } while (cursor !== undefined);
  const title = portalTexts(desk.language)('notFound');
  return desk.page(title, <h1>{title}</h1>, { status: 404 });
}

const statusOf = ({ problem, limitWrong }: Given) => (problem || limitWrong ? 422 : 200);
