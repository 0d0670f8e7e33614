/** What an order asks for and what became of it, as a merchant's pages and the centre's show it. */
import type { Child, FC } from 'hono/jsx';
import type { Order } from '../../client/index.ts';
import { Facts, Money, Time } from '../kit/index.ts';
import { useVisit } from '../visit.ts';
import { orderTexts } from './order-texts.ts';
import { textOf } from './parts.tsx';

type Row = readonly [name: string, value: Child];

interface OrderFactsProps {
  readonly order: Order;
  /** Whose clocks its times are read on. */
  readonly country: string;
  /** What else there is to say, before the number. */
  readonly more: readonly Row[];
}

export const OrderFacts: FC<OrderFactsProps> = ({ order, country, more }) => {
  const { language } = useVisit();
  const say = orderTexts(language);
  const at = (time: string) => <Time at={time} country={country} exact />;
  return (
    <Facts
      rows={[
        [say('what'), order.description],
        ...order.items.map(
          ({ name, quantity, unit_price: price }): Row => [
            `${quantity} × ${name}`,
            textOf({ amount: quantity * price, currency: order.amount.currency }, language),
          ],
        ),
        [say('madeAt'), at(order.created_at)],
        [say('payBefore'), order.status === 'open' ? at(order.expires_at) : null],
        [say('paidAt'), order.paid_at && at(order.paid_at)],
        [say('tip'), order.payment?.tip && <Money {...order.payment.tip} />],
        ...more,
        [say('number'), <code class="break">{order.id}</code>],
      ]}
    />
  );
};
