/** A payment explained: what became of it, both its sides, what was told of it; telling it again, giving it back. */
import { Hono } from 'hono';
import type { Approval } from '../../../approvals/index.ts';
import type { Event, Payment, Timeline } from '../../../client/index.ts';
import type { VisitEnv } from '../../../http/index.ts';
import type { CentrePayment } from '../../../timeline/index.ts';
import { address, type List, valueIn } from '../../desk/parts.tsx';
import { deedRoutes, type Given, idIn, statusOf } from '../deeds.tsx';
import type { At, Desk } from '../desk.tsx';
import { roles } from '../roles.ts';
import { giveBack } from './give-back.tsx';
import { PaymentPage } from './page.tsx';
import { paymentTexts } from './texts.ts';

const base = '/centre/payments';
// Of what was asked for and not done; whoever wants older ones finds them among the approvals.
const askedShown = '10';

export function paymentPages(at: At): Hono<VisitEnv> {
  const app = new Hono<VisitEnv>();

  app.get(
    '/:id',
    at(roles, (desk) => paymentPage(desk)),
  );
  deedRoutes(app, at, base, { 'give-back': giveBack }, paymentPage);

  // The owner of an event stands in the form: staff may send anybody's, and only what the log has is sent.
  app.post(
    '/:id/events/:event/resend',
    at(['admin', 'officer', 'support'], async (desk) => {
      const { owner = '' } = await desk.form();
      const event = encodeURIComponent(desk.c.req.param('event') ?? '');
      const sent = await desk.api.post(`/v1/events/${event}/resend`, { owner });
      return desk.after(sent, `${base}/${idIn(desk)}`, 'sent');
    }),
  );
  return app;
}

async function paymentPage(desk: Desk, given: Given = {}) {
  const id = idIn(desk);
  const { api } = desk;
  const path = `/v1/centre/payments/${id}`;
  const asked = { object: id, action: 'payment.refund', limit: askedShown };
  const [looked, timeline, events, approvals] = await Promise.all([
    api.get<CentrePayment>(path),
    api.get<Timeline>(`${path}/timeline`),
    api.get<{ readonly data: Event[] }>(`${path}/events`),
    api.get<List<Approval>>(address('/v1/centre/approvals', asked)),
  ]);
  if (!looked.ok) return desk.refused(looked.problem);
  const known = {
    looked: looked.value,
    timeline: valueIn(timeline),
    events: valueIn(events)?.data ?? [],
    asked: (valueIn(approvals)?.data ?? []).filter(({ status }) => status !== 'done'),
    ...(await atMerchant(desk, looked.value)),
  };
  const content = <PaymentPage desk={desk} given={given} known={known} />;
  return desk.page(paymentTexts(desk.language)('payment'), content, { status: statusOf(given) });
}

/** What its merchant has of it: the receipt, and how much can still be given back. */
async function atMerchant({ api }: Desk, { payment: { id, status, merchant } }: CentrePayment) {
  if (status !== 'completed' || merchant.id === '') return { receipt: undefined, left: undefined };
  const path = `/v1/merchants/${merchant.id}/payments/${id}`;
  const [receipt, own] = await Promise.all([
    api.get<{ link: string }>(`${path}/receipt`).then(valueIn),
    api.get<Payment>(path).then(valueIn),
  ]);
  const left = own && { ...own.amount, amount: own.amount.amount - own.amount_refunded.amount };
  return { receipt: receipt?.link, left };
}
