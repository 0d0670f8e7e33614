/** A merchant's orders as the centre's people see them: found, filtered, and each with what became of it. */
import { Hono } from 'hono';
import type { Order } from '../../../client/index.ts';
import type { VisitEnv } from '../../../http/index.ts';
import type { MerchantRecord } from '../../../onboarding/index.ts';
import { daysOf } from '../../desk/days.ts';
import { orderTexts } from '../../desk/order-texts.ts';
import { address, type List } from '../../desk/parts.tsx';
import type { At, Desk } from '../desk.tsx';
import { placesOf, tillsIn } from '../directory/places.ts';
import { roles } from '../roles.ts';
import { OrderPage, OrdersPage } from './pages.tsx';
import { centreOrderTexts } from './texts.ts';

const perPage = '25';

/** Below the merchant: `:id` names it. */
export function orderPages(at: At): Hono<VisitEnv> {
  const app = new Hono<VisitEnv>();
  app.get('/', at(roles, ordersPage));
  app.get('/:order', at(roles, orderPage));
  return app;
}

const idIn = ({ c }: Desk, name: 'id' | 'order'): string => encodeURIComponent(c.req.param(name) ?? '');
const pathOf = (desk: Desk): string => `/v1/merchants/${idIn(desk, 'id')}/orders`;
const merchantOf = (desk: Desk) => desk.api.get<MerchantRecord>(`/v1/centre/merchants/${idIn(desk, 'id')}`);

async function ordersPage(desk: Desk) {
  const { c, api, zone, language } = desk;
  const { q, status, till, cursor } = c.req.query();
  const query = { reference: q?.trim(), status, till, ...daysOf(c, zone) };
  const [merchant, found] = await Promise.all([
    merchantOf(desk),
    api.get<List<Order>>(address(pathOf(desk), { ...query, cursor, limit: perPage })),
  ]);
  if (!merchant.ok) return desk.refused(merchant.problem);
  if (!found.ok) return desk.refused(found.problem);
  const content = (
    <OrdersPage
      merchant={merchant.value}
      list={found.value}
      tills={tillsIn(await placesOf(desk, merchant.value.id))}
      csv={address(pathOf(desk), { ...query, format: 'csv' })}
    />
  );
  return desk.page(`${centreOrderTexts(language)('title')}: ${merchant.value.name}`, content);
}

async function orderPage(desk: Desk) {
  const [merchant, order] = await Promise.all([
    merchantOf(desk),
    desk.api.get<Order>(`${pathOf(desk)}/${idIn(desk, 'order')}`),
  ]);
  if (!merchant.ok) return desk.refused(merchant.problem);
  if (!order.ok) return desk.refused(order.problem);
  const places = await placesOf(desk, merchant.value.id);
  const content = <OrderPage merchant={merchant.value} order={order.value} places={places} />;
  return desk.page(orderTexts(desk.language)('order'), content);
}
