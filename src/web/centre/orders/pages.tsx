import type { FC } from 'hono/jsx';
import type { Order } from '../../../client/index.ts';
import type { MerchantRecord } from '../../../onboarding/index.ts';
import { OrderFacts } from '../../desk/order.tsx';
import { OrderFilters } from '../../desk/order-filters.tsx';
import { orderTexts } from '../../desk/order-texts.ts';
import { Head, type List, Sum } from '../../desk/parts.tsx';
import { deskTexts } from '../../desk/texts.ts';
import {
  Card,
  Field,
  kitTexts,
  LinkButton,
  Money,
  StatusTag,
  Table,
  Time,
  Timeline,
  type TimelineStep,
  toneOf,
} from '../../kit/index.ts';
import { useVisit } from '../../visit.ts';
import { type Place, tillsIn } from '../directory/places.ts';
import { centreOrderTexts } from './texts.ts';

const pathOf = ({ id }: MerchantRecord): string => `/centre/merchants/${id}`;

interface OrdersProps {
  readonly merchant: MerchantRecord;
  readonly list: List<Order>;
  readonly tills: ReturnType<typeof tillsIn>;
  /** The same orders as a file. */
  readonly csv: string;
}

export const OrdersPage: FC<OrdersProps> = ({ merchant, list, tills, csv }) => {
  const { language, search } = useVisit();
  const [say, common] = [centreOrderTexts(language), deskTexts(language)];
  const asked = new URLSearchParams(search).get('q') ?? undefined;
  const names = new Map(tills);
  return (
    <>
      <Head title={say('title')} back={[pathOf(merchant), merchant.name]}>
        <LinkButton look="quiet" icon="download" href={csv} download="orders.csv">
          {common('csv')}
        </LinkButton>
      </Head>
      <OrderFilters
        reference={<Field type="search" name="q" label={say('reference')} value={asked} maxlength={64} />}
        tills={tills}
        tillLabel={say('till')}
      />
      <Table
        caption={say('title')}
        rows={list.data}
        next={list.next_cursor}
        href={({ id }) => `${pathOf(merchant)}/orders/${id}`}
        empty={say('nothing')}
        columns={[
          { title: common('time'), cell: ({ created_at: at }) => <Time at={at} exact /> },
          { title: common('amount'), number: true, cell: ({ amount }) => <Money {...amount} /> },
          { title: common('status'), cell: ({ status }) => <StatusTag status={status} /> },
          { title: say('reference'), cell: ({ reference }) => reference },
          { title: say('till'), cell: ({ till }) => till && (names.get(till) ?? till) },
        ]}
      />
    </>
  );
};

interface OrderProps {
  readonly merchant: MerchantRecord;
  readonly order: Order;
  readonly places: readonly Place[];
}

export const OrderPage: FC<OrderProps> = ({ merchant, order, places }) => {
  const { language } = useVisit();
  const [say, ofOrder] = [centreOrderTexts(language), orderTexts(language)];
  const store = places.find(({ store: { id } }) => id === order.store)?.store.name;
  return (
    <>
      <Head title={ofOrder('order')} back={[`${pathOf(merchant)}/orders`, say('title')]} />
      <div class="columns">
        <Card>
          <Sum {...order.amount} />
          <p>
            <StatusTag status={order.status} />
          </p>
          <OrderFacts
            order={order}
            country={merchant.country}
            more={[
              [say('merchant'), <a href={pathOf(merchant)}>{merchant.name}</a>],
              [say('reference'), order.reference],
              [say('store'), store ?? order.store],
              [say('till'), new Map(tillsIn(places)).get(order.till ?? '') ?? order.till],
              [
                say('person'),
                order.person && (
                  <a href={`/centre/people/${order.person}`}>
                    <code class="break">{order.person}</code>
                  </a>
                ),
              ],
            ]}
          />
          {order.payment && (
            <div class="buttons">
              <LinkButton href={`/centre/payments/${order.payment.id}`} icon="receipt">
                {ofOrder('showPayment')}
              </LinkButton>
            </div>
          )}
        </Card>
        <Card title={say('timeline')}>
          <Timeline steps={useSteps(order)} />
        </Card>
      </div>
    </>
  );
};

/** It was made, and ended, or waits for its time to be over. */
function useSteps({ status, amount, created_at, claim, payment }: Order): readonly TimelineStep[] {
  const { language } = useVisit();
  const at = (time: string) => <Time at={time} exact />;
  // Its time is over before anybody has written that down.
  const endedAt = claim.ended_at ?? (status === 'expired' ? claim.expires_at : null);
  const now: TimelineStep = {
    tone: toneOf(status),
    title: kitTexts(language)(status),
    when: endedAt !== null && at(endedAt),
    more: payment && <code class="break">{payment.id}</code>,
  };
  const over: TimelineStep = {
    tone: 'plain',
    title: orderTexts(language)('payBefore'),
    when: at(claim.expires_at),
  };
  return [
    {
      tone: 'plain',
      title: orderTexts(language)('madeAt'),
      when: at(created_at),
      more: <Money {...amount} />,
    },
    now,
    ...(status === 'open' ? [over] : []),
  ];
}
