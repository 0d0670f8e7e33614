import type { FC } from 'hono/jsx';
import type { Order } from '../../../client/index.ts';
import type { ApiProblem } from '../../api.ts';
import { OrderFacts } from '../../desk/order.tsx';
import { OrderFilters } from '../../desk/order-filters.tsx';
import { orderTexts } from '../../desk/order-texts.ts';
import { Head, type List, Refused, Sum } from '../../desk/parts.tsx';
import type { Form } from '../../form.ts';
import {
  Button,
  Card,
  Check,
  Field,
  kitTexts,
  LinkButton,
  Money,
  Select,
  StatusTag,
  Table,
  Time,
} from '../../kit/index.ts';
import { useVisit } from '../../visit.ts';
import { type Desk, openOf, type Places } from '../desk.tsx';
import { portalTexts } from '../texts.ts';
import { linkTexts } from './texts.ts';

interface OrdersProps {
  readonly desk: Desk;
  readonly list: List<Order>;
  /** The same orders as a file. */
  readonly csv: string;
}

export const OrdersPage: FC<OrdersProps> = ({ desk, list, csv }) => {
  const { language, search } = useVisit();
  const [say, common] = [linkTexts(language), portalTexts(language)];
  const asked = new URLSearchParams(search).get('q') ?? undefined;
  return (
    <>
      <Head title={say('title')}>
        <LinkButton href="/portal/orders/new" icon="plus">
          {say('newTitle')}
        </LinkButton>
        <LinkButton look="quiet" icon="download" href={csv} download="orders.csv">
          {common('csv')}
        </LinkButton>
      </Head>
      <OrderFilters
        reference={
          <Field
            type="search"
            name="q"
            label={common('search')}
            placeholder={common('reference')}
            value={asked}
          />
        }
      />
      <div id="orders" data-live>
        <Table
          caption={say('title')}
          rows={list.data}
          next={list.next_cursor}
          href={({ id }) => `/portal/orders/${id}`}
          empty={
            <>
              <p>{say('nothing')}</p>
              <LinkButton href="/portal/orders/new" icon="link">
                {say('newTitle')}
              </LinkButton>
            </>
          }
          columns={[
            {
              title: common('time'),
              cell: ({ created_at: at }) => <Time at={at} country={desk.merchant.country} />,
            },
            {
              title: common('amount'),
              number: true,
              cell: ({ amount }) => (
                <strong>
                  <Money {...amount} />
                </strong>
              ),
            },
            {
              title: common('description'),
              cell: ({ description, reference, items }) =>
                description ?? reference ?? items[0]?.name ?? common('noReference'),
            },
            { title: common('status'), cell: ({ status }) => <StatusTag status={status} /> },
          ]}
        />
      </div>
    </>
  );
};

interface NewOrderProps {
  readonly desk: Desk;
  readonly places: Places;
  /** What was typed before, when something was wrong with it. */
  readonly form: Form;
  readonly errors: Readonly<Record<string, string>>;
  readonly problem: ApiProblem | undefined;
}

const hourS = 3_600;
const lifetimes = [
  [900, 'minutes15'],
  [hourS, 'hour1'],
  [6 * hourS, 'hours6'],
  [24 * hourS, 'hours24'],
] as const;

export const NewOrderPage: FC<NewOrderProps> = ({ desk, places, form, errors, problem }) => {
  const { language } = useVisit();
  const [say, common] = [linkTexts(language), portalTexts(language)];
  const tills = openOf(places).flatMap(({ tills: own }) =>
    own.map(({ id }) => [id, places.nameOf(id) ?? id] as const),
  );
  return (
    <>
      <Head title={say('newTitle')} back={['/portal/orders', say('title')]} />
      {problem && <Refused problem={problem} />}
      <Card>
        <form method="post" action="/portal/orders" class="form">
          <input type="hidden" name="once" value={form.once ?? crypto.randomUUID()} />
          <Field
            name="amount"
            label={`${common('amount')}, ${desk.merchant.currency}`}
            inputmode="decimal"
            autocomplete="off"
            required
            value={form.amount}
            error={errors.amount}
          />
          <Field
            name="description"
            label={`${orderTexts(language)('what')} (${common('optional')})`}
            hint={say('whatHint')}
            maxlength={140}
            value={form.description}
            error={errors.description}
          />
          <Select
            name="expires"
            label={say('payWithin')}
            value={form.expires ?? String(24 * hourS)}
            options={lifetimes.map(([seconds, text]) => [String(seconds), say(text)] as const)}
          />
          <details>
            <summary>{common('more')}</summary>
            <Field
              name="reference"
              label={`${common('reference')} (${common('optional')})`}
              hint={say('referenceHint')}
              maxlength={64}
              value={form.reference}
              error={errors.reference}
            />
            {tills.length > 0 && (
              <Select
                name="till"
                label={common('till')}
                value={form.till}
                options={[['', common('none')], ...tills]}
                error={errors.till}
              />
            )}
            <Check name="tip" label={say('askTip')} checked={form.tip === 'yes'} />
          </details>
          <div class="buttons">
            <Button icon="link">{say('make')}</Button>
          </div>
        </form>
      </Card>
    </>
  );
};

export const OrderPage: FC<{ desk: Desk; order: Order; places: Places }> = ({ desk, order, places }) => {
  const { language } = useVisit();
  const [say, common] = [linkTexts(language), portalTexts(language)];
  const ofOrder = orderTexts(language);
  const { country } = desk.merchant;
  const open = order.status === 'open';
  return (
    <>
      <Head title={ofOrder('order')} back={['/portal/orders', say('title')]} />
      <p class="news" role="status" data-announce />
      <div
        id="order"
        class="columns"
        data-live
        data-newest={order.status}
        data-news={kitTexts(language)(order.status)}
      >
        <Card>
          <Sum {...order.amount} />
          <p>
            <StatusTag status={order.status} />
          </p>
          <OrderFacts
            order={order}
            country={country}
            more={[
              [common('reference'), order.reference],
              [common('store'), places.nameOf(order.store)],
              [common('till'), places.nameOf(order.till)],
            ]}
          />
          {order.payment && (
            <div class="buttons">
              <LinkButton href={`/portal/payments/${order.payment.id}`} icon="receipt">
                {ofOrder('showPayment')}
              </LinkButton>
            </div>
          )}
        </Card>
        {open && <Share order={order} sandbox={desk.sandbox} />}
      </div>
      {open && (
        <details>
          <summary>{say('cancel')}</summary>
          <p class="soft">{say('cancelWhat')}</p>
          <form method="post" action={`/portal/orders/${order.id}/cancel`} class="buttons">
            <Button look="danger" icon="close">
              {say('cancel')}
            </Button>
          </form>
        </details>
      )}
    </>
  );
};

/** How the payer gets it: the code to scan, the link to send. */
const Share: FC<{ order: Order; sandbox: boolean }> = ({ order, sandbox }) => {
  const { language } = useVisit();
  const [say, common] = [linkTexts(language), portalTexts(language)];
  return (
    <Card title={say('share')}>
      <img class="qr" src={new URL(order.qr.svg_url).pathname} alt={say('qr')} width={320} height={320} />
      <Field name="link" id="link" label={say('link')} value={order.link} data={{ selects: '' }} />
      <div class="buttons">
        <Button type="button" icon="share" data={{ share: order.share_text, done: common('copied') }}>
          {say('send')}
        </Button>
        <Button type="button" look="quiet" icon="copy" data={{ copy: order.link, done: common('copied') }}>
          {common('copy')}
        </Button>
        <LinkButton look="quiet" icon="eye" href={order.link}>
          {say('openLink')}
        </LinkButton>
        {sandbox && (
          <LinkButton
            look="quiet"
            icon="wallet"
            href={`/wallet/pay?payload=${encodeURIComponent(order.qr.payload)}`}
          >
            {common('payWithWallet')}
          </LinkButton>
        )}
      </div>
      <p class="soft small">{order.share_text}</p>
    </Card>
  );
};
