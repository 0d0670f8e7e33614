/** What several pages of the portal show: rows of payments, the way a code is looked at, forms' errors. */
import type { FC } from 'hono/jsx';
import type { PaymentReportRow } from '../../client/index.ts';
import { type Column, Money, RefundStatus, StatusTag, Table, Tag, Time } from '../kit/index.ts';
import { useVisit } from '../visit.ts';
import type { Merchant } from './desk.tsx';
import { portalTexts } from './texts.ts';

interface PaymentRowsProps {
  readonly merchant: Merchant;
  readonly rows: readonly PaymentReportRow[];
  readonly caption: string;
  readonly empty: string;
  readonly next?: string | null;
}

export const PaymentRows: FC<PaymentRowsProps> = ({ merchant, rows, caption, empty, next }) => {
  const say = portalTexts(useVisit().language);
  const columns: Column<PaymentReportRow>[] = [
    { title: say('time'), cell: ({ created_at: at }) => <Time at={at} country={merchant.country} /> },
    {
      title: say('amount'),
      number: true,
      cell: ({ kind, amount }) => (
        <strong>
          {kind === 'refund' && '− '}
          <Money {...amount} />
        </strong>
      ),
    },
    {
      title: say('reference'),
      cell: ({ order_reference: own, reference }) => own ?? reference ?? say('noReference'),
    },
    { title: say('status'), cell: (row) => <PaymentStatus {...row} /> },
  ];
  return (
    <Table
      caption={caption}
      columns={columns}
      rows={rows}
      href={({ id, payment }) => `/portal/payments/${payment ?? id}`}
      empty={empty}
      {...(next !== undefined && { next })}
    />
  );
};

type Standing = Pick<PaymentReportRow, 'kind' | 'status' | 'amount' | 'amount_refunded'>;

/** Paid, refused or under way, and whether it was given back. */
export const PaymentStatus: FC<Standing> = ({ kind, status, amount, amount_refunded: refunded }) => {
  const say = portalTexts(useVisit().language);
  if (kind === 'payment' && status === 'completed') {
    if (refunded.amount >= amount.amount) return <Tag tone="over">{say('refundedWhole')}</Tag>;
    if (refunded.amount > 0) return <Tag tone="good">{say('refundedPart')}</Tag>;
    return <StatusTag status="paid" />;
  }
  return kind === 'refund' ? <RefundStatus status={status} /> : <StatusTag status={status} />;
};
