/** One payment: how it ended, full screen, and later everything that is known of it. */
import type { FC } from 'hono/jsx';
import type { Timeline as History, Payment } from '../../client/index.ts';
import {
  Card,
  Facts,
  LinkButton,
  Money,
  Notice,
  StatusTag,
  schemeName,
  Time,
  Timeline,
  type Tone,
} from '../kit/index.ts';
import { moneyText } from '../language.ts';
import { useVisit } from '../visit.ts';
import { FullScreen, useWords, WalletShell } from './shell.tsx';

const results = {
  completed: { tone: 'good', icon: 'done', title: 'paid' },
  declined: { tone: 'bad', icon: 'stop', title: 'notPaid' },
  processing: { tone: 'wait', icon: 'wait', title: 'underWay' },
  requires_confirmation: { tone: 'wait', icon: 'wait', title: 'underWay' },
  cancelled: { tone: 'over', icon: 'over', title: 'cancelledTitle' },
  expired: { tone: 'over', icon: 'over', title: 'expiredTitle' },
} as const;

// Longer amounts are set smaller: they never wrap.
const amountLengthMax = 14;

/** Straight after paying. */
export const ResultPage: FC<{ payment: Payment }> = ({ payment }) => {
  const say = useWords();
  const { id, status, amount, merchant, refusal } = payment;
  const { tone, icon, title } = results[status];
  const amountText = moneyText(BigInt(amount.amount), amount.currency, useVisit().language);
  return (
    <FullScreen tone={tone} icon={icon} title={say(title)}>
      <p class={amountText.length > amountLengthMax ? 'result-amount long' : 'result-amount'}>
        <Money {...amount} />
      </p>
      <p class="result-who">{merchant.name || merchant.id}</p>
      {status === 'processing' && <p>{say('underWayNext')}</p>}
      {refusal && <p>{refusal.explanation ?? refusal.detail}</p>}
      <p>
        <Time at={payment.completed_at ?? payment.created_at} exact />
      </p>
      <div class="stack">
        <LinkButton href="/wallet" wide>
          {say('done')}
        </LinkButton>
        <LinkButton href={`/wallet/payments/${id}`} look="quiet" wide>
          {say('details')}
        </LinkButton>
      </div>
    </FullScreen>
  );
};

/** Steps of ours and of others look alike; those that ended it badly do not. */
const toneOf = (code: string): Tone =>
  /declin|refus|void|fail/.test(code) ? 'bad' : /complet|settle|accept/.test(code) ? 'good' : 'plain';

interface PaymentPageProps {
  readonly payment: Payment;
  readonly history: History | undefined;
  /** Where its signed receipt is shown. */
  readonly receipt: string | undefined;
}

export const PaymentPage: FC<PaymentPageProps> = ({ payment, history, receipt }) => {
  const say = useWords();
  const { amount, merchant, refusal, tip, amount_refunded: refunded } = payment;
  return (
    <WalletShell title={say('payment')}>
      <h1>{merchant.name || merchant.id}</h1>
      <p class="amount">
        <Money {...amount} />
      </p>
      <p>
        <StatusTag status={payment.status} />
      </p>
      {refusal && <Notice tone="bad">{refusal.explanation ?? refusal.detail}</Notice>}
      <div class="buttons">
        {payment.status === 'requires_confirmation' && (
          <LinkButton href={`/wallet/payments/${payment.id}/confirm`} icon="check">
            {say('confirm')}
          </LinkButton>
        )}
        {receipt !== undefined && (
          <LinkButton href={receipt} icon="receipt" look="quiet">
            {say('receipt')}
          </LinkButton>
        )}
      </div>
      <Card>
        <Facts
          rows={[
            [say('when'), <Time at={payment.created_at} exact />],
            [say('tip'), tip && <Money {...tip} />],
            [say('refunded'), refunded.amount > 0 ? <Money {...refunded} /> : null],
            [say('reference'), payment.order_reference],
            [say('scheme'), schemeName(payment.scheme)],
            ...Object.entries(payment.answers).map(([name, value]) => [name, value] as const),
            [say('payment'), <code>{payment.id}</code>],
          ]}
        />
      </Card>
      {history && (
        <Card title={say('timeline')}>
          <Timeline
            steps={history.steps.map(({ code, at, explanation }) => ({
              tone: toneOf(code),
              title: explanation,
              when: at === null ? undefined : <Time at={at} />,
            }))}
          />
        </Card>
      )}
    </WalletShell>
  );
};

interface TroubleProps {
  readonly title: 'noPayment' | 'trouble' | 'forbidden';
  readonly problem?: { readonly detail: string };
}

/** What cannot be shown or done, and the way back. */
export const Trouble: FC<TroubleProps> = ({ title, problem }) => {
  const say = useWords();
  return (
    <WalletShell title={say(title)}>
      <h1>{say(title)}</h1>
      {problem && <p>{problem.detail}</p>}
      <div class="buttons">
        <LinkButton href="/wallet">{say('toWallet')}</LinkButton>
      </div>
    </WalletShell>
  );
};
