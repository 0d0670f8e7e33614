/**
 * One payment, and giving it back: how much, then what it changes and the button that does it. The confirmation carries
 * the idempotency key, so that pressing it twice gives back once.
 */
import type { FC } from 'hono/jsx';
import { amountOf } from '../../client/index.ts';
import { currencyOf } from '../../emv/index.ts';
import { formatMinor } from '../../kernel/index.ts';
import type { ApiProblem } from '../api.ts';
import {
  Button,
  Card,
  Facts,
  Field,
  LinkButton,
  Money,
  Notice,
  RefundStatus,
  type Status,
  StatusTag,
  Tag,
  Time,
} from '../kit/index.ts';
import { moneyText } from '../language.ts';
import { useVisit } from '../visit.ts';
import type { Clerk } from './desk.tsx';
import { registerTexts } from './texts/index.ts';

interface Amount {
  readonly amount: number;
  readonly currency: string;
}
export interface Payment {
  readonly id: string;
  readonly status: Status;
  readonly amount: Amount;
  readonly tip: Amount | null;
  readonly amount_refunded: Amount;
  readonly order_reference: string | null;
  readonly created_at: string;
}
export interface Refund {
  readonly id: string;
  readonly status: 'requires_approval' | 'processing' | 'completed' | 'declined';
  readonly amount: Amount;
  readonly reason: string | null;
  readonly refusal: { readonly detail: string } | null;
  readonly created_at: string;
}

/** A refund as the cashier wants it, before it is confirmed. */
export interface RefundWish {
  readonly amountMinor: number;
  readonly reason: string;
  readonly key: string;
}
/** What was typed that is no amount. */
export interface RefundMistake {
  readonly amount: string;
  readonly reason: string;
}

interface PaymentProps {
  readonly clerk: Clerk;
  readonly payment: Payment;
  readonly refunds: readonly Refund[];
  readonly wish?: RefundWish | undefined;
  readonly mistake?: RefundMistake | undefined;
  readonly done?: Refund | undefined;
  readonly problem?: ApiProblem | undefined;
}

export const leftOf = ({ amount, amount_refunded: refunded }: Payment): number =>
  amount.amount - refunded.amount;

/** Minor units of what was typed, when it is an amount that can be given back. */
export function refundIn(text: string, payment: Payment): number | undefined {
  const minor = amountOf(text.replaceAll(/\s/g, ''), payment.amount.currency);
  return minor !== undefined && minor > 0 && minor <= leftOf(payment) ? minor : undefined;
}

export const PaymentView: FC<PaymentProps> = (props) => {
  const { clerk, payment, refunds, wish, mistake, done, problem } = props;
  const { language, merchant } = clerk;
  const say = registerTexts(language);
  const { currency } = payment.amount;
  return (
    <>
      <p>
        <a href="/register/payments">{say('payments')}</a>
      </p>
      <h1>
        <Money {...payment.amount} /> <StatusTag status={payment.status} />
      </h1>
      {done && <Outcome refund={done} />}
      {problem && (
        <Notice tone="bad" alert>
          {problem.detail}
        </Notice>
      )}
      <Facts
        rows={[
          [say('when'), <Time at={payment.created_at} country={merchant.country} exact />],
          [say('reference'), payment.order_reference],
          [say('tip'), payment.tip && <Money {...payment.tip} />],
          [
            say('refunded'),
            payment.amount_refunded.amount > 0 ? <Money {...payment.amount_refunded} /> : null,
          ],
          [say('left'), <Money amount={leftOf(payment)} currency={currency} />],
          [say('payment'), payment.id],
        ]}
      />
      {payment.status === 'completed' &&
        (wish ? <Confirm payment={payment} wish={wish} /> : <Ask payment={payment} mistake={mistake} />)}
      {refunds.length > 0 && <Refunds refunds={refunds} country={merchant.country} />}
    </>
  );
};

const Ask: FC<{ payment: Payment; mistake: RefundMistake | undefined }> = ({ payment, mistake }) => {
  const { language } = useVisit();
  const say = registerTexts(language);
  const left = leftOf(payment);
  if (left === 0) return <Notice tone="plain">{say('nothingLeft')}</Notice>;
  const { currency } = payment.amount;
  const most = moneyText(BigInt(left), currency, language);
  return (
    <Card title={say('refund')}>
      <form method="post" action={`/register/payments/${payment.id}`}>
        <Field
          label={say('howMuch')}
          name="amount"
          inputmode="decimal"
          autocomplete="off"
          required
          value={mistake?.amount ?? formatMinor(BigInt(left), currencyOf(currency)?.decimals ?? 0)}
          hint={say('atMost', { amount: most })}
          error={mistake && say('badAmount', { amount: most })}
        />
        <Field label={say('reason')} name="reason" value={mistake?.reason} maxlength={140} />
        <div class="buttons">
          <Button icon="next">{say('goOn')}</Button>
        </div>
      </form>
    </Card>
  );
};

const Confirm: FC<{ payment: Payment; wish: RefundWish }> = ({ payment, wish }) => {
  const { language } = useVisit();
  const say = registerTexts(language);
  const { currency } = payment.amount;
  const { amountMinor, reason, key } = wish;
  const money = (minor: number) => <Money amount={minor} currency={currency} />;
  const before = payment.amount_refunded.amount;
  const left = leftOf(payment);
  return (
    <Card title={say('refund')}>
      <table class="before-after">
        <thead>
          <tr>
            <td />
            <th scope="col" class="number">
              {say('before')}
            </th>
            <th scope="col" class="number">
              {say('after')}
            </th>
          </tr>
        </thead>
        <tbody>
          {(
            [
              ['refunded', before, before + amountMinor],
              ['left', left, left - amountMinor],
            ] as const
          ).map(([name, was, is]) => (
            <tr>
              <th scope="row">{say(name)}</th>
              <td class="number">{money(was)}</td>
              <td class="number">
                <strong>{money(is)}</strong>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {reason !== '' && (
        <p>
          <span class="soft">{say('reason')}</span> {reason}
        </p>
      )}
      <form method="post" action={`/register/payments/${payment.id}`}>
        <input type="hidden" name="confirmed" value={String(amountMinor)} />
        <input type="hidden" name="reason" value={reason} />
        <input type="hidden" name="key" value={key} />
        <div class="buttons">
          <Button icon="refund">
            {say('confirmRefund', { amount: moneyText(BigInt(amountMinor), currency, language) })}
          </Button>
          <LinkButton look="quiet" href={`/register/payments/${payment.id}`}>
            {say('back')}
          </LinkButton>
        </div>
        <p class="hint">{say('sentOnce')}</p>
      </form>
    </Card>
  );
};

const Outcome: FC<{ refund: Refund }> = ({ refund }) => {
  const { language } = useVisit();
  const say = registerTexts(language);
  const amount = moneyText(BigInt(refund.amount.amount), refund.amount.currency, language);
  if (refund.status === 'requires_approval') return <Notice tone="wait">{say('refundAsked')}</Notice>;
  if (refund.status === 'processing') return <Notice tone="wait">{say('refundRunning', { amount })}</Notice>;
  if (refund.status === 'completed') return <Notice tone="good">{say('refundDone', { amount })}</Notice>;
  return (
    <Notice tone="bad" alert>
      {refund.refusal?.detail}
    </Notice>
  );
};

const Refunds: FC<{ refunds: readonly Refund[]; country: string }> = ({ refunds, country }) => {
  const { language } = useVisit();
  const say = registerTexts(language);
  return (
    <Card title={say('refunds')}>
      <ul class="plain-list">
        {refunds.map(({ status, amount, created_at: at, reason }) => (
          <li>
            <Money {...amount} />{' '}
            {status === 'requires_approval' ? (
              <Tag tone="wait">{say('toBeApproved')}</Tag>
            ) : (
              <RefundStatus status={status} />
            )}{' '}
            <span class="soft">
              <Time at={at} country={country} /> {reason}
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
};

/** What the API refused, in the reader's words. */
export const Trouble: FC<{ problem: ApiProblem }> = ({ problem }) => {
  const { language } = useVisit();
  const say = registerTexts(language);
  const title = problem.code === 'payment.not_found' ? say('noPayment') : say('trouble');
  return (
    <>
      <h1>{title}</h1>
      <p>{problem.detail}</p>
      <div class="buttons">
        <LinkButton href="/register/payments">{say('back')}</LinkButton>
      </div>
    </>
  );
};
