/** What several pages of the portal show: rows of payments, the way a code is looked at, forms' errors. */
import type { FC } from 'hono/jsx';
import { amountOf, decimalsOf, type Money as MoneyJson, type PaymentReportRow } from '../../client/index.ts';
import { formatMinor, type Language } from '../../kernel/index.ts';
import type { ApiProblem } from '../api.ts';
import { type Column, Money, StatusTag, Table, Tag, Time } from '../kit/index.ts';
import { moneyText } from '../language.ts';
import { useVisit } from '../visit.ts';
import type { Merchant } from './desk.tsx';
import { portalTexts } from './texts.ts';

export const textOf = ({ amount, currency }: MoneyJson, language: Language): string =>
  moneyText(BigInt(amount), currency, language);

// Longer amounts are set smaller: they never wrap.
const amountLengthMax = 14;

/** What a page is about: an amount, large. */
export const Sum: FC<MoneyJson & { minus?: boolean }> = ({ minus, ...money }) => {
  const text = textOf(money, useVisit().language);
  return (
    <p class={text.length > amountLengthMax ? 'amount long' : 'amount'}>
      {minus && '− '}
      {text}
    </p>
  );
};

/** An amount as it is typed into a field: `125.50`. */
export const typed = ({ amount, currency }: MoneyJson): string =>
  formatMinor(BigInt(amount), decimalsOf(currency));

/** Minor units of what was typed; undefined when it is no amount above zero. */
export const typedAmount = (text: string | undefined, currency: string): number | undefined => {
  const amount = amountOf((text ?? '').replaceAll(/[\s\u00a0]/g, ''), currency);
  return amount === 0 ? undefined : amount;
};

/** A link with what is set of these parameters. */
export function address(path: string, parameters: Readonly<Record<string, string | undefined>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value) query.set(name, value);
  return query.size > 0 ? `${path}?${query}` : path;
}

/** What is wrong with each field, by its name, in the visitor's language. */
export function errorsOf(problem: ApiProblem, language: Language): Readonly<Record<string, string>> {
  const say = portalTexts(language);
  const texts: Readonly<Record<string, string>> = {
    too_small: say('fieldMissing'),
    too_big: say('fieldTooLong'),
  };
  return Object.fromEntries(
    (problem.violations ?? []).map(({ pointer, code }) => [
      pointer.slice(1).split('/')[0] ?? '',
      texts[code] ?? say('fieldWrong'),
    ]),
  );
}

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
  return <StatusTag status={status} />;
};
