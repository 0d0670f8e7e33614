/** A payment that waits for its payer: whom, how much, until when; signed by this phone, or cancelled. */
import type { FC } from 'hono/jsx';
import type { Payment } from '../../client/index.ts';
import { Button, Facts, Money, Notice, Time } from '../kit/index.ts';
import { useWords, WalletShell } from './shell.tsx';

interface ConfirmPageProps {
  readonly payment: Payment;
  /** The switch's address, which a device's registration names. */
  readonly url: string;
  readonly account: string;
  readonly problem?: { readonly code: string; readonly detail: string };
}

export const ConfirmPage: FC<ConfirmPageProps> = ({ payment, url, account, problem }) => {
  const say = useWords();
  const { id, amount, merchant, confirmation } = payment;
  const here = `/wallet/payments/${id}`;
  return (
    <WalletShell title={say('confirmTitle')} more={['wallet-device']}>
      <div class="card paying">
        <h1>{merchant.name || merchant.id}</h1>
        <p class="soft">{say('confirmTitle')}</p>
        <p class="amount">
          <Money {...amount} />
        </p>
        {problem && (
          <Notice tone="bad" alert>
            {problem.detail}
          </Notice>
        )}
        <div data-trouble hidden>
          <Notice tone="bad" alert>
            <span data-why>{say('trouble')}</span>
          </Notice>
        </div>
        <form
          method="post"
          action={`${here}/confirm`}
          data-confirm
          data-url={url}
          data-account={account}
          data-problem={problem?.code}
          data-id={id}
          data-amount={amount.amount}
          data-currency={amount.currency}
          data-expires={confirmation?.expires_at}
          data-merchant={merchant.id}
          data-name={merchant.name}
          data-text={confirmation?.text}
        >
          <input type="hidden" name="key" />
          <input type="hidden" name="signature" />
          <div class="stack">
            <Button wide icon="check" disabled>
              {say('confirm')}
            </Button>
          </div>
        </form>
        <form method="post" action={`${here}/cancel`} class="stack">
          <Button wide look="quiet" icon="close">
            {say('doNotPay')}
          </Button>
        </form>
        <Facts
          rows={[
            [say('goodUntil'), confirmation && <Time at={confirmation.expires_at} exact />],
            [say('reference'), payment.order_reference],
          ]}
        />
        <Notice tone="plain">{say('deviceKey')}</Notice>
      </div>
    </WalletShell>
  );
};
