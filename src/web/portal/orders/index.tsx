/** Orders and payment links: found, made, shared, cancelled. */
import { Hono } from 'hono';
import type { NewOrder, Order } from '../../../client/index.ts';
import type { VisitEnv } from '../../../http/index.ts';
import type { ApiProblem } from '../../api.ts';
import { daysOf } from '../../desk/days.ts';
import { orderTexts } from '../../desk/order-texts.ts';
import { address, errorsOf, type List, typedAmount } from '../../desk/parts.tsx';
import type { Form } from '../../form.ts';
import { type At, type Desk, placesOf } from '../desk.tsx';
import { portalTexts } from '../texts.ts';
import { NewOrderPage, OrderPage, OrdersPage } from './pages.tsx';
import { linkTexts } from './texts.ts';

const perPage = '25';

export function orderPages(at: At): Hono<VisitEnv> {
  const app = new Hono<VisitEnv>();

  app.get(
    '/',
    at('cashier', async (desk) => {
      const { c, api, of, zone, language } = desk;
      const query = {
        reference: c.req.query('q')?.trim(),
        status: c.req.query('status'),
        ...daysOf(c, zone),
        cursor: c.req.query('cursor'),
        limit: perPage,
      };
      const found = await api.get<List<Order>>(address(of('/orders'), query));
      if (!found.ok) return desk.refused(found.problem);
      const csv = address(of('/orders'), { ...query, cursor: undefined, limit: undefined, format: 'csv' });
      return desk.page(linkTexts(language)('title'), <OrdersPage desk={desk} list={found.value} csv={csv} />);
    }),
  );

  app.get(
    '/new',
    at('cashier', async (desk) => newOrderPage(desk, {})),
  );

  app.post(
    '/',
    at('cashier', async (desk) => {
      const form = await desk.form();
      const { currency } = desk.merchant;
      const amount = typedAmount(form.amount, currency);
      if (amount === undefined) {
        return newOrderPage(desk, form, { amount: portalTexts(desk.language)('amountWrong') });
      }
      const body: NewOrder = {
        amount,
        currency,
        ...(form.description && { description: form.description }),
        ...(form.reference && { reference: form.reference }),
        ...(form.till && { till: form.till }),
        expires_in: Number(form.expires),
        tip_requested: form.tip === 'yes',
      };
      const made = await desk.api.post<Order>(desk.of('/orders'), body, form.once);
      if (!made.ok) return newOrderPage(desk, form, errorsOf(made.problem, desk.language), made.problem);
      return desk.done(`/portal/orders/${made.value.id}`, 'linkMade');
    }),
  );

  app.get(
    '/:order',
    at('cashier', async (desk) => {
      const order = await desk.api.get<Order>(desk.of(`/orders/${idIn(desk)}`));
      if (!order.ok) return desk.refused(order.problem);
      const places = await placesOf(desk);
      const content = <OrderPage desk={desk} order={order.value} places={places} />;
      return desk.page(orderTexts(desk.language)('order'), content);
    }),
  );

  app.post(
    '/:order/cancel',
    at('cashier', async (desk) => {
      const cancelled = await desk.api.post<Order>(desk.of(`/orders/${idIn(desk)}/cancel`), {});
      if (!cancelled.ok) return desk.refused(cancelled.problem);
      return desk.done(`/portal/orders/${idIn(desk)}`, 'cancelled');
    }),
  );
  return app;
}

const idIn = (desk: Desk): string => encodeURIComponent(desk.c.req.param('order') ?? '');

async function newOrderPage(
  desk: Desk,
  form: Form,
  errors: Readonly<Record<string, string>> = {},
  problem?: ApiProblem,
) {
  const places = await placesOf(desk);
  const content = <NewOrderPage desk={desk} places={places} form={form} errors={errors} problem={problem} />;
  const wrong = problem !== undefined || Object.keys(errors).length > 0;
  return desk.page(linkTexts(desk.language)('newTitle'), content, { status: wrong ? 422 : 200 });
}
