/** Payments: found by reference, amount, state and day; one of them with its timeline, and giving it back. */
import { Hono } from 'hono';
import type { Payment, PaymentReportRow, Refund, Timeline } from '../../../client/index.ts';
import type { VisitEnv } from '../../../http/index.ts';
import { daysOf } from '../../desk/days.ts';
import { address, type errorsOf, type List, typedAmount, valueIn } from '../../desk/parts.tsx';
import { type At, type Desk, placesOf } from '../desk.tsx';
import { PaymentPage, RefundPage } from './detail.tsx';
import { PaymentsPage } from './list.tsx';
import { paymentTexts } from './texts.ts';

const perPage = 25;
/** What is said after giving back, by how it went. */
const doneWith: Record<Refund['status'], string> = {
  completed: 'refunded',
  processing: 'refundUnderWay',
  declined: 'refundDeclined',
  requires_approval: 'requested',
};
const filters = ['kind', 'status', 'store', 'till', 'code'] as const;

export function paymentPages(at: At): Hono<VisitEnv> {
  const app = new Hono<VisitEnv>();

  app.get(
    '/',
    at('cashier', async (desk) => {
      const { c, of, api, zone } = desk;
      const asked = Object.fromEntries(filters.map((name) => [name, c.req.query(name)]));
      const query = { ...asked, ...daysOf(c, zone), cursor: c.req.query('cursor') };
      const search = c.req.query('q')?.trim() ?? '';
      if (/^pay_[0-9a-z]+$/.test(search)) return c.redirect(`/portal/payments/${search}`, 303);
      const find = (more: Record<string, string | undefined>) =>
        api.get<List<PaymentReportRow>>(
          address(of('/payments'), { ...query, ...more, limit: String(perPage) }),
        );
      const amount = typedAmount(search, desk.merchant.currency);
      const byReference = await find({ reference: search });
      // What looks like an amount may be a receipt's number as well.
      const nothing = byReference.ok && byReference.value.data.length === 0 && amount !== undefined;
      const found = nothing ? await find({ amount: String(amount) }) : byReference;
      if (!found.ok) return desk.refused(found.problem);
      const places = await placesOf(desk);
      const csv = { ...query, ...(search && (nothing ? { amount: String(amount) } : { reference: search })) };
      return desk.page(
        paymentTexts(desk.language)('title'),
        <PaymentsPage
          desk={desk}
          list={found.value}
          places={places}
          csv={address(of('/payments'), { ...csv, cursor: undefined, format: 'csv' })}
        />,
      );
    }),
  );

  app.get(
    '/:payment',
    at('cashier', async (desk) => paymentPage(desk)),
  );

  app.get(
    '/:payment/refund',
    at('cashier', (desk) => refundPage(desk)),
  );

  app.post(
    '/:payment/refund',
    at('cashier', async (desk) => {
      const payment = idIn(desk);
      const form = await desk.form();
      const path = desk.of(`/payments/${payment}/refunds`);
      const body = {
        amount: Number(form.minor),
        ...(form.reason && { reason: form.reason }),
      };
      const made = await desk.api.post<Refund>(path, body, form.once);
      if (!made.ok)
        return refundPage(desk, {
          amount: form.amount ?? '',
          reason: form.reason ?? '',
          problem: made.problem,
        });
      return desk.done(`/portal/payments/${payment}`, doneWith[made.value.status]);
    }),
  );
  return app;
}

const idIn = (desk: Desk): string => encodeURIComponent(desk.c.req.param('payment') ?? '');

async function paymentPage(desk: Desk) {
  const id = idIn(desk);
  const { api, of } = desk;
  const [payment, timeline, refunds, receipt, places] = await Promise.all([
    api.get<Payment>(of(`/payments/${id}`)),
    api.get<Timeline>(of(`/payments/${id}/timeline`)),
    api.get<List<Refund>>(of(`/payments/${id}/refunds?limit=100`)),
    api.get<{ link: string }>(of(`/payments/${id}/receipt`)),
    placesOf(desk),
  ]);
  // One that was declined left nothing at the merchant: only its timeline tells of it.
  if (!timeline.ok && !payment.ok) return desk.refused(payment.problem);
  const known = {
    id,
    payment: valueIn(payment),
    timeline: valueIn(timeline),
    refunds: valueIn(refunds)?.data ?? [],
    receipt: valueIn(receipt)?.link,
  };
  const title = paymentTexts(desk.language)('payment');
  return desk.page(title, <PaymentPage desk={desk} known={known} places={places} />);
}

/** The refund as it would be: what was paid, what is given back, what is left. Only the next click gives it. */
async function refundPage(
  desk: Desk,
  given?: { amount: string; reason: string; problem: Parameters<typeof errorsOf>[0] },
) {
  const payment = await desk.api.get<Payment>(desk.of(`/payments/${idIn(desk)}`));
  if (!payment.ok) return desk.refused(payment.problem);
  const { c, language } = desk;
  const wish = {
    amount: given?.amount ?? c.req.query('amount'),
    reason: given?.reason ?? c.req.query('reason') ?? '',
    problem: given?.problem,
  };
  const title = paymentTexts(language)('giveBack');
  const content = <RefundPage desk={desk} payment={payment.value} wish={wish} />;
  return desk.page(title, content, { status: given ? 422 : 200 });
}
