/** One payment: a status in words, the amount, what happened step by step, and giving it back. */
import type { FC } from 'hono/jsx';
import type { Payment, Refund, Timeline as TimelineJson, TimelineStep } from '../../../client/index.ts';
import type { ApiProblem } from '../../api.ts';
import { errorsOf, Head, Refused, Sum, textOf, typed, typedAmount } from '../../desk/parts.tsx';
import {
  Button,
  Card,
  Facts,
  Field,
  LinkButton,
  Money,
  Notice,
  RefundStatus,
  StatusTag,
  Table,
  Time,
  Timeline,
  type Tone,
} from '../../kit/index.ts';
import { useVisit } from '../../visit.ts';
import type { Desk, Places } from '../desk.tsx';
import { PaymentStatus } from '../parts.tsx';
import { portalTexts } from '../texts.ts';
import { paymentTexts } from './texts.ts';

interface Known {
  readonly id: string;
  readonly payment: Payment | undefined;
  readonly timeline: TimelineJson | undefined;
  readonly refunds: readonly Refund[];
  /** Where the signed receipt stands. */
  readonly receipt: string | undefined;
}

export const PaymentPage: FC<{ desk: Desk; known: Known; places: Places }> = ({ desk, known, places }) => {
  const { language } = useVisit();
  const [say, common] = [paymentTexts(language), portalTexts(language)];
  const { payment, timeline, refunds, receipt } = known;
  const amount = payment?.amount ?? timeline?.amount;
  const refusal = payment?.refusal ?? timeline?.refusal;
  const left = payment && payment.amount.amount - payment.amount_refunded.amount;
  return (
    <>
      <Head title={say('payment')} back={['/portal/payments', say('title')]} />
      <div class="columns">
        <div>
          <Card>
            <div id="payment" data-live>
              {amount && <Sum {...amount} />}
              <p>
                {payment ? (
                  <PaymentStatus kind="payment" {...payment} />
                ) : (
                  timeline && <StatusTag status={timeline.status} />
                )}
              </p>
              {refusal && <Notice tone="bad">{refusal.detail}</Notice>}
              <Facts
                rows={[
                  [
                    common('time'),
                    payment && <Time at={payment.created_at} country={desk.merchant.country} exact />,
                  ],
                  [say('tip'), payment?.tip && <Money {...payment.tip} />],
                  [
                    say('givenBack'),
                    payment && payment.amount_refunded.amount > 0 ? (
                      <Money {...payment.amount_refunded} />
                    ) : null,
                  ],
                  [common('reference'), payment?.order_reference],
                  [say('walletReference'), payment?.reference],
                  [common('store'), places.nameOf(payment?.store ?? null)],
                  [common('till'), places.nameOf(payment?.till ?? null)],
                  [
                    say('order'),
                    payment?.order && <a href={`/portal/orders/${payment.order}`}>{say('showOrder')}</a>,
                  ],
                  [
                    say('code'),
                    payment?.code && <a href={`/portal/codes/${payment.code}`}>{say('showCode')}</a>,
                  ],
                  [say('number'), <code>{known.id}</code>],
                ]}
              />
            </div>
            {receipt !== undefined && (
              <div class="buttons">
                <LinkButton look="quiet" icon="receipt" href={receipt}>
                  {say('receipt')}
                </LinkButton>
              </div>
            )}
          </Card>
          {payment && left !== undefined && left > 0 && (
            <Card title={say('giveBack')} id="refund">
              <RefundForm payment={payment} amount={typed({ ...payment.amount, amount: left })} reason="" />
            </Card>
          )}
          {refunds.length > 0 && (
            <Card title={say('refundsMade')}>
              <Refunds desk={desk} refunds={refunds} />
            </Card>
          )}
        </div>
        {timeline && (
          <Card title={say('timeline')}>
            <Timeline steps={timeline.steps.map((step) => stepOf(step, desk.merchant.country))} />
          </Card>
        )}
      </div>
    </>
  );
};

const Refunds: FC<{ desk: Desk; refunds: readonly Refund[] }> = ({ desk, refunds }) => {
  const { language } = useVisit();
  const [say, common] = [paymentTexts(language), portalTexts(language)];
  return (
    <Table
      caption={say('refundsMade')}
      rows={refunds}
      empty=""
      columns={[
        {
          title: common('time'),
          cell: ({ created_at: at }) => <Time at={at} country={desk.merchant.country} />,
        },
        { title: common('amount'), number: true, cell: ({ amount }) => <Money {...amount} /> },
        {
          title: common('reason'),
          cell: ({ reason, refusal, asked_by: askedBy }) => (
            <>
              {refusal?.detail ?? reason}
              {askedBy === 'centre' && <div class="soft small">{say('byCentre')}</div>}
            </>
          ),
        },
        {
          title: common('status'),
          cell: ({ status }) => <RefundStatus status={status} />,
        },
      ]}
    />
  );
};

/** The steps that ended badly, or are still to come, look so. */
function stepOf({ code, at, explanation, refusal }: TimelineStep, country: string) {
  const tone: Tone = /refused|declined|voided/.test(code)
    ? 'bad'
    : code.endsWith('_awaited')
      ? 'wait'
      : /accepted|settled|completed/.test(code)
        ? 'good'
        : 'plain';
  return {
    tone,
    title: explanation,
    ...(at !== null && { when: <Time at={at} country={country} exact /> }),
    ...(refusal && { more: refusal.detail }),
  };
}

interface RefundFormProps {
  readonly payment: Payment;
  readonly amount: string;
  readonly reason: string;
  readonly errors?: Readonly<Record<string, string>>;
}

/** Asks how much; nothing moves yet. */
const RefundForm: FC<RefundFormProps> = ({ payment, amount, reason, errors = {} }) => {
  const { language } = useVisit();
  const [say, common] = [paymentTexts(language), portalTexts(language)];
  return (
    <form method="get" action={`/portal/payments/${payment.id}/refund`}>
      <Field
        name="amount"
        label={`${common('amount')}, ${payment.amount.currency}`}
        inputmode="decimal"
        value={amount}
        required
        error={errors.amount}
      />
      <Field
        name="reason"
        label={`${common('reason')} (${common('optional')})`}
        maxlength={140}
        value={reason}
      />
      <div class="buttons">
        <Button look="quiet" icon="refund">
          {say('continue')}
        </Button>
      </div>
    </form>
  );
};

interface RefundPageProps {
  readonly desk: Desk;
  readonly payment: Payment;
  readonly wish: {
    readonly amount: string | undefined;
    readonly reason: string;
    readonly problem: ApiProblem | undefined;
  };
}

export const RefundPage: FC<RefundPageProps> = ({ desk, payment, wish }) => {
  const { language } = useVisit();
  const say = paymentTexts(language);
  const { currency } = payment.amount;
  const left = payment.amount.amount - payment.amount_refunded.amount;
  const minor = typedAmount(wish.amount, currency);
  const tooMuch = minor !== undefined && minor > left;
  const wrong =
    wish.amount === undefined
      ? undefined
      : tooMuch
        ? say('tooMuch', { left: textOf({ amount: left, currency }, language) })
        : minor === undefined
          ? portalTexts(language)('amountWrong')
          : undefined;
  const ready = minor !== undefined && !wrong;
  return (
    <>
      <Head title={say('giveBack')} back={[`/portal/payments/${payment.id}`, say('payment')]} />
      {wish.problem && <Refused problem={wish.problem} />}
      <Card>
        {ready ? (
          <Confirm
            desk={desk}
            payment={payment}
            minor={minor}
            left={left}
            reason={wish.reason}
            amount={wish.amount ?? ''}
          />
        ) : (
          <RefundForm
            payment={payment}
            amount={wish.amount ?? typed({ amount: left, currency })}
            reason={wish.reason}
            errors={{
              ...(wish.problem && errorsOf(wish.problem, language)),
              ...(wrong && { amount: wrong }),
            }}
          />
        )}
      </Card>
    </>
  );
};

interface ConfirmProps {
  readonly desk: Desk;
  readonly payment: Payment;
  readonly minor: number;
  readonly left: number;
  readonly reason: string;
  readonly amount: string;
}

/** Before and after; the key is made here, so that sending the form twice gives back once. */
const Confirm: FC<ConfirmProps> = ({ payment, minor, left, reason, amount }) => {
  const { language } = useVisit();
  const [say, common] = [paymentTexts(language), portalTexts(language)];
  const { currency } = payment.amount;
  return (
    <form method="post" action={`/portal/payments/${payment.id}/refund`}>
      <Facts
        rows={[
          [say('before'), <Money amount={left} currency={currency} />],
          [
            say('givesBack'),
            <strong>
              − <Money amount={minor} currency={currency} />
            </strong>,
          ],
          [say('after'), <Money amount={left - minor} currency={currency} />],
          [common('reason'), reason || null],
        ]}
      />
      <input type="hidden" name="minor" value={String(minor)} />
      <input type="hidden" name="amount" value={amount} />
      <input type="hidden" name="reason" value={reason} />
      <input type="hidden" name="once" value={crypto.randomUUID()} />
      <p class="soft small">{say('safeToRepeat')}</p>
      <div class="buttons">
        <Button icon="refund">
          {say('giveBackNow', { amount: textOf({ amount: minor, currency }, language) })}
        </Button>
        <LinkButton look="quiet" href={`/portal/payments/${payment.id}`}>
          {common('cancel')}
        </LinkButton>
      </div>
    </form>
  );
};
