/** A payment explained: what became of it, both its sides, what was told of it, and telling it again. */
import { Hono } from 'hono';
import type { Event, Timeline } from '../../../client/index.ts';
import type { VisitEnv } from '../../../http/index.ts';
import type { CentrePayment } from '../../../timeline/index.ts';
import { valueIn } from '../../desk/parts.tsx';
import type { At, Desk } from '../desk.tsx';
import { roles } from '../roles.ts';
import { PaymentPage } from './page.tsx';
import { paymentTexts } from './texts.ts';

export function paymentPages(at: At): Hono<VisitEnv> {
  const app = new Hono<VisitEnv>();

  app.get('/:payment', at(roles, paymentPage));

  // The owner of an event stands in the form: staff may send anybody's, and only what the log has is sent.
  app.post(
    '/:payment/events/:event/resend',
    at(['admin', 'officer', 'support'], async (desk) => {
      const { owner = '' } = await desk.form();
      const sent = await desk.api.post(`/v1/events/${idIn(desk, 'event')}/resend`, { owner });
      return desk.after(sent, `/centre/payments/${idIn(desk, 'payment')}`, 'sent');
    }),
  );
  return app;
}

const idIn = (desk: Desk, name: string): string => encodeURIComponent(desk.c.req.param(name) ?? '');

async function paymentPage(desk: Desk) {
  const id = idIn(desk, 'payment');
  const { api } = desk;
  const path = `/v1/centre/payments/${id}`;
  const [looked, timeline, events] = await Promise.all([
    api.get<CentrePayment>(path),
    api.get<Timeline>(`${path}/timeline`),
    api.get<{ readonly data: Event[] }>(`${path}/events`),
  ]);
  if (!looked.ok) return desk.refused(looked.problem);
  const { payment } = looked.value;
  const receipt =
    payment.status === 'completed' && payment.merchant.id !== ''
      ? await api.get<{ link: string }>(`/v1/merchants/${payment.merchant.id}/payments/${id}/receipt`)
      : undefined;
  const known = {
    looked: looked.value,
    timeline: valueIn(timeline),
    events: valueIn(events)?.data ?? [],
    receipt: receipt && valueIn(receipt)?.link,
  };
  return desk.page(paymentTexts(desk.language)('payment'), <PaymentPage desk={desk} known={known} />);
}
