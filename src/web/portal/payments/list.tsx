import type { FC } from 'hono/jsx';
import type { PaymentReportRow } from '../../../client/index.ts';
import { Head, type List } from '../../desk/parts.tsx';
import { Field, Filters, kitTexts, LinkButton, Select, Tabs } from '../../kit/index.ts';
import { linkWith, useVisit } from '../../visit.ts';
import type { Desk, Places } from '../desk.tsx';
import { PaymentRows } from '../parts.tsx';
import { portalTexts } from '../texts.ts';
import { paymentTexts } from './texts.ts';

interface PaymentsProps {
  readonly desk: Desk;
  readonly list: List<PaymentReportRow>;
  readonly places: Places;
  /** The same rows as a file. */
  readonly csv: string;
}

export const PaymentsPage: FC<PaymentsProps> = ({ desk, list, places, csv }) => {
  const visit = useVisit();
  const { language } = visit;
  const [say, common, kit] = [paymentTexts(language), portalTexts(language), kitTexts(language)];
  const query = new URLSearchParams(visit.search);
  const asked = (name: string) => query.get(name) ?? undefined;
  const kind = asked('kind') ?? 'payment';
  const statuses = ['completed', 'processing', 'declined'] as const;
  const wordOf = (status: (typeof statuses)[number]) =>
    kind === 'refund' && status === 'completed' ? 'refunded' : status;
  const sorts = [
    ['payment', 'payments'],
    ['refund', 'refundsMade'],
  ] as const;
  return (
    <>
      <Head title={say('title')}>
        {desk.may('owner') && (
          <LinkButton look="quiet" icon="list" href={`/print/statements/merchants/${desk.merchant.id}`}>
            {say('statement')}
          </LinkButton>
        )}
        <LinkButton look="quiet" icon="download" href={csv} download="payments.csv">
          {common('csv')}
        </LinkButton>
      </Head>
      <Tabs
        label={say('title')}
        tabs={sorts.map(([value, text]) => ({
          href: linkWith({ ...visit, search: withoutCursor(query) }, 'kind', value),
          text: say(text),
          current: kind === value,
        }))}
      />
      <Filters label={common('filters')}>
        <input type="hidden" name="kind" value={kind} />
        <Field
          type="search"
          name="q"
          label={common('search')}
          placeholder={say('searchFor')}
          value={asked('q')}
        />
        <Select
          name="status"
          label={common('status')}
          value={asked('status')}
          options={[['', common('any')], ...statuses.map((status) => [status, kit(wordOf(status))] as const)]}
        />
        {places.stores.length > 1 && (
          <Select
            name="store"
            label={common('store')}
            value={asked('store')}
            options={[['', common('any')], ...places.stores.map(({ id, name }) => [id, name] as const)]}
          />
        )}
        <Field type="date" name="from" label={common('from')} value={asked('from')} />
        <Field type="date" name="to" label={common('to')} value={asked('to')} />
      </Filters>
      <div id="payments" data-live>
        <PaymentRows
          merchant={desk.merchant}
          rows={list.data}
          caption={say('title')}
          empty={say('nothing')}
          next={list.next_cursor}
        />
      </div>
    </>
  );
};

function withoutCursor(query: URLSearchParams): string {
  const kept = new URLSearchParams(query);
  kept.delete('cursor');
  return `?${kept}`;
}
