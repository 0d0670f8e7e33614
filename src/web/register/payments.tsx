/** Payments at the register: what was taken, found again by number or amount, and given back. Works without script. */
import type { Context, Hono } from 'hono';
import type { FC } from 'hono/jsx';
import type { JSX } from 'hono/jsx/jsx-runtime';
import { amountOf } from '../../client/index.ts';
import { isOwnSite, type VisitEnv } from '../../http/index.ts';
import { type Config, isId } from '../../kernel/index.ts';
import { type Form, formOf } from '../form.ts';
import { Button, Field, Money, type Status, StatusTag, Table, Time } from '../kit/index.ts';
import { show } from '../respond.tsx';
import { useVisit } from '../visit.ts';
import type { Clerk, Desk, DeskOf } from './desk.tsx';
import { type Payment, PaymentView, type Refund, refundIn, Trouble } from './payment.tsx';
import { RegisterShell } from './shell.tsx';
import { registerTexts } from './texts/index.ts';

interface PaymentRow {
  readonly id: string;
  readonly status: Status;
  readonly amount: { readonly amount: number; readonly currency: string };
  readonly amount_refunded: { readonly amount: number; readonly currency: string };
  readonly order_reference: string | null;
  readonly created_at: string;
}
interface Page {
  readonly data: readonly PaymentRow[];
  readonly next_cursor: string | null;
}

const pageRows = '25';
// More than wait for one manager at a time.
const waitingMax = 100;

export function paymentPages(app: Hono<VisitEnv>, config: Config, deskOf: DeskOf): void {
  app.get('/payments', async (c) => {
    const desk = await deskOf(c);
    return desk instanceof Response ? desk : list(c, desk);
  });
  app.get('/payments/:payment', async (c) => {
    const desk = await deskOf(c);
    return desk instanceof Response ? desk : onePayment(c, desk, c.req.param('payment'), {});
  });
  app.post('/payments/:payment', async (c) => {
    const desk = await deskOf(c);
    if (desk instanceof Response) return desk;
    const form = isOwnSite(c.req.raw, config) ? await formOf(c) : {};
    return onePayment(c, desk, c.req.param('payment'), form);
  });
}

async function list(c: Context<VisitEnv>, desk: Desk): Promise<Response> {
  const { language, merchant } = desk.clerk;
  const sought = (c.req.query('search') ?? '').trim();
  if (isId('payment', sought)) return c.redirect(`/register/payments/${sought}`, 303);
  const query = queryOf(c, sought, merchant.currency);
  const found = await desk.asked.get<Page>(`/v1/merchants/${merchant.id}/payments?${query}`);
  const view = (
    <RegisterShell desk={desk} title={registerTexts(language)('payments')}>
      {found.ok ? (
        <Payments clerk={desk.clerk} sought={sought} {...found.value} />
      ) : (
        <Trouble problem={found.problem} />
      )}
    </RegisterShell>
  );
  return show(c, view, { language, cache: 'never' });
}

/** A payment, and what a form about it wants: first how much, then the confirmation. */
async function onePayment(c: Context<VisitEnv>, desk: Desk, id: string, form: Form): Promise<Response> {
  const { clerk, asked } = desk;
  const { language, merchant } = clerk;
  const path = `/v1/merchants/${merchant.id}/payments/${encodeURIComponent(id)}`;
  const { confirmed, key, reason = '', amount } = form;
  const given =
    confirmed === undefined || key === undefined
      ? undefined
      : await asked.post<Refund>(`${path}/refunds`, wishOf(Number(confirmed), reason), key);
  // Loading the page anew must not send the form again.
  if (given?.ok) return c.redirect(`/register/payments/${id}?refund=${given.value.id}`, 303);
  const title = registerTexts(language)('payment');
  const answer = (view: JSX.Element, status: 200 | 404 | 422) =>
    show(
      c,
      <RegisterShell desk={desk} title={title}>
        {view}
      </RegisterShell>,
      { language, status, cache: 'never' },
    );
  const found = await asked.get<Payment>(path);
  if (!found.ok) return answer(<Trouble problem={found.problem} />, 404);
  const payment = found.value;
  const refunds = await refundsOf(desk, payment, path);
  const amountMinor = amount === undefined ? undefined : refundIn(amount, payment);
  const isWrong = given !== undefined || (amount !== undefined && amountMinor === undefined);
  const view = (
    <PaymentView
      clerk={clerk}
      payment={payment}
      refunds={refunds}
      problem={given?.problem}
      done={refunds.find((refund) => refund.id === c.req.query('refund'))}
      wish={amountMinor === undefined ? undefined : { amountMinor, reason, key: crypto.randomUUID() }}
      mistake={amount === undefined || amountMinor !== undefined ? undefined : { amount, reason }}
    />
  );
  return answer(view, isWrong ? 422 : 200);
}

const wishOf = (amount: number, reason: string) => ({ amount, ...(reason !== '' && { reason }) });

/** What was given back of a payment, and what still waits for a manager. */
async function refundsOf({ asked, clerk }: Desk, { id }: Payment, path: string): Promise<Refund[]> {
  const made = await asked.get<{ data: Refund[] }>(`${path}/refunds`);
  const waiting = await asked.get<{ data: (Refund & { payment: string })[] }>(
    `/v1/merchants/${clerk.merchant.id}/refund-requests?status=pending&limit=${waitingMax}`,
  );
  const asks = waiting.ok ? waiting.value.data.filter(({ payment }) => payment === id) : [];
  return [
    ...asks.map((request) => ({ ...request, status: 'requires_approval' as const, refusal: null })),
    ...(made.ok ? made.value.data : []),
  ];
}

/** What looks like an amount is one; anything else is a receipt number. */
function queryOf(c: Context, sought: string, currency: string): URLSearchParams {
  const query = new URLSearchParams({ limit: pageRows });
  const cursor = c.req.query('cursor');
  if (cursor !== undefined) query.set('cursor', cursor);
  const amount = amountOf(sought.replaceAll(/\s/g, ''), currency);
  if (amount) query.set('amount', String(amount));
  else if (sought !== '') query.set('reference', sought);
  return query;
}

const Payments: FC<Page & { clerk: Clerk; sought: string }> = ({
  clerk,
  sought,
  data,
  next_cursor: next,
}) => {
  const { language, merchant, person } = clerk;
  const say = registerTexts(language);
  const empty = say(sought === '' ? 'noPayments' : 'nothingFound');
  return (
    <>
      <h1>{say('payments')}</h1>
      {person.role === 'cashier' && <p class="soft">{say('ownOnly')}</p>}
      <search>
        <form class="filters" method="get" action="/register/payments">
          <Field label={say('search')} name="search" type="search" value={sought} maxlength={64} />
          <Button look="quiet" icon="search">
            {say('find')}
          </Button>
        </form>
      </search>
      <Table
        caption={say('payments')}
        rows={data}
        next={next}
        empty={empty}
        href={({ id }) => `/register/payments/${id}`}
        columns={[
          { title: say('amount'), cell: (row) => <Money {...row.amount} /> },
          { title: say('status'), cell: (row) => <StatusTag status={row.status} /> },
          { title: say('when'), cell: (row) => <Time at={row.created_at} country={merchant.country} /> },
          { title: say('refunded'), number: true, cell: (row) => <GivenBack {...row} /> },
          { title: say('reference'), cell: (row) => row.order_reference ?? '' },
        ]}
      />
    </>
  );
};

const GivenBack: FC<PaymentRow> = ({ amount_refunded: refunded }) => {
  const { language } = useVisit();
  if (refunded.amount === 0) return null;
  return (
    <>
      <span class="soft small">{registerTexts(language)('refunded')}</span> <Money {...refunded} />
    </>
  );
};
