/** Printed codes: made, named, looked at, printed, paused, revoked. */
import { Hono } from 'hono';
import type {
  NewPrintedCode,
  PaymentReportRow,
  PrintedCode,
  PrintedCodeTurnover,
} from '../../../client/index.ts';
import type { VisitEnv } from '../../../http/index.ts';
import type { ApiProblem } from '../../api.ts';
import { address, errorsOf, type List, typedAmount, valueIn } from '../../desk/parts.tsx';
import type { Form } from '../../form.ts';
import { type At, type Desk, placesOf } from '../desk.tsx';
import { portalTexts } from '../texts.ts';
import { CodePage, CodesPage, NewCodePage } from './pages.tsx';
import { codeTexts } from './texts.ts';

const perPage = '20';
const newest = 10;

export function codePages(at: At): Hono<VisitEnv> {
  const app = new Hono<VisitEnv>();

  app.get(
    '/',
    at('cashier', async (desk) => {
      const { api, of, c } = desk;
      const query = { limit: perPage, cursor: c.req.query('cursor') };
      const found = await api.get<List<PrintedCode>>(address(of('/codes'), query));
      if (!found.ok) return desk.refused(found.problem);
      const [turnovers, places] = await Promise.all([turnoversOf(desk, found.value.data), placesOf(desk)]);
      const content = <CodesPage desk={desk} list={found.value} turnovers={turnovers} places={places} />;
      return desk.page(codeTexts(desk.language)('title'), content);
    }),
  );

  app.get(
    '/new',
    at('manager', (desk) => newCodePage(desk, {})),
  );

  app.post(
    '/',
    at('manager', async (desk) => {
      const form = await desk.form();
      const { currency } = desk.merchant;
      const amount = form.amount ? typedAmount(form.amount, currency) : undefined;
      if (form.amount && amount === undefined) {
        return newCodePage(desk, form, { amount: portalTexts(desk.language)('amountWrong') });
      }
      const [kind, place] = (form.place ?? '').split(' ');
      const body: NewPrintedCode = {
        name: form.name ?? '',
        ...(form.note && { note: form.note }),
        ...(kind === 'store' && { store: place }),
        ...(kind === 'till' && { till: place }),
        ...(amount !== undefined && { amount, currency }),
        ...(form.reference && { reference: form.reference }),
      };
      const made = await desk.api.post<PrintedCode>(desk.of('/codes'), body);
      if (!made.ok) return newCodePage(desk, form, errorsOf(made.problem, desk.language), made.problem);
      return desk.done(`/portal/codes/${made.value.id}`, 'codeMade');
    }),
  );

  app.get(
    '/:code',
    at('cashier', (desk) => codePage(desk)),
  );

  app.post(
    '/:code',
    at('manager', async (desk) => {
      const { name = '', note = '' } = await desk.form();
      const changed = await desk.api.post(pathOf(desk), { name, note: note || null });
      if (!changed.ok) return codePage(desk, { form: { name, note }, problem: changed.problem });
      return desk.done(pageOf(desk), 'saved');
    }),
  );

  for (const [deed, done] of [
    ['pause', 'paused'],
    ['resume', 'resumed'],
    ['revoke', 'revoked'],
  ] as const) {
    app.post(
      `/:code/${deed}`,
      at('manager', async (desk) => {
        const { reason } = await desk.form();
        const body = deed === 'resume' ? {} : reason || deed === 'revoke' ? { reason: reason ?? '' } : {};
        const changed = await desk.api.post(`${pathOf(desk)}/${deed}`, body);
        if (!changed.ok) return codePage(desk, { form: { reason: reason ?? '' }, problem: changed.problem });
        return desk.done(pageOf(desk), done);
      }),
    );
  }
  return app;
}

const idIn = (desk: Desk): string => encodeURIComponent(desk.c.req.param('code') ?? '');
const pathOf = (desk: Desk): string => desk.of(`/codes/${idIn(desk)}`);
const pageOf = (desk: Desk): string => `/portal/codes/${idIn(desk)}`;

/** What was paid today with each; managers see it. */
async function turnoversOf({ api, of, may }: Desk, codes: readonly PrintedCode[]) {
  if (!may('manager')) return new Map<string, PrintedCodeTurnover>();
  const asked = await Promise.all(
    codes.map(({ id }) => api.get<PrintedCodeTurnover>(of(`/codes/${id}/turnover`))),
  );
  return new Map(asked.flatMap((answer) => (answer.ok ? [[answer.value.code, answer.value] as const] : [])));
}

async function newCodePage(
  desk: Desk,
  form: Form,
  errors: Readonly<Record<string, string>> = {},
  problem?: ApiProblem,
) {
  const places = await placesOf(desk);
  const content = <NewCodePage desk={desk} places={places} form={form} errors={errors} problem={problem} />;
  const wrong = problem !== undefined || Object.keys(errors).length > 0;
  return desk.page(codeTexts(desk.language)('newTitle'), content, { status: wrong ? 422 : 200 });
}

async function codePage(desk: Desk, given?: { form: Form; problem: ApiProblem }) {
  const code = await desk.api.get<PrintedCode>(pathOf(desk));
  if (!code.ok) return desk.refused(code.problem);
  const { id } = code.value;
  const [turnovers, payments, places] = await Promise.all([
    turnoversOf(desk, [code.value]),
    desk.api.get<List<PaymentReportRow>>(desk.of(`/payments?code=${id}&limit=${newest}`)),
    placesOf(desk),
  ]);
  const content = (
    <CodePage
      desk={desk}
      code={code.value}
      turnover={turnovers.get(id)}
      payments={valueIn(payments)?.data ?? []}
      places={places}
      given={given}
    />
  );
  return desk.page(code.value.name, content, { status: given ? 422 : 200 });
}
