/** Payments of a wallet: newest first, each a line that leads to it. */
import type { FC } from 'hono/jsx';
import type { Payment } from '../../client/index.ts';
import { Empty, LinkButton, Money, StatusTag, Tag, Time } from '../kit/index.ts';
import { kitTexts } from '../kit/texts.ts';
import { moneyText } from '../language.ts';
import { linkWith, useVisit } from '../visit.ts';
import { useWords, WalletShell } from './shell.tsx';

export const Feed: FC<{ payments: readonly Payment[] }> = ({ payments }) => {
  const say = useWords();
  if (payments.length === 0) {
    return (
      <Empty icon="receipt">
        <p>{say('nothingPaid')}</p>
        <LinkButton href="/wallet/scan" icon="scan">
          {say('scan')}
        </LinkButton>
      </Empty>
    );
  }
  return (
    <ul class="feed">
      {payments.map((payment) => (
        <li>
          <FeedLine payment={payment} />
        </li>
      ))}
    </ul>
  );
};

const FeedLine: FC<{ payment: Payment }> = ({ payment }) => {
  const say = useWords();
  const { language } = useVisit();
  const { id, merchant, amount, status, amount_refunded: refunded, created_at } = payment;
  const moved = status === 'completed' || status === 'processing';
  return (
    <a href={`/wallet/payments/${id}`}>
      <span class="feed-who">
        <strong>{merchant.name || merchant.id}</strong>
        <span class="soft small">
          <Time at={created_at} />
        </span>
      </span>
      <span class="feed-sum">
        {moved ? (
          <Money amount={-amount.amount} currency={amount.currency} />
        ) : (
          <Money {...amount} class="refused" />
        )}
        {status !== 'completed' && <StatusTag status={status} />}
        {refunded.amount > 0 && (
          <Tag tone="plain" icon="refund">
            {say('refundedPart', { amount: moneyText(BigInt(refunded.amount), refunded.currency, language) })}
          </Tag>
        )}
      </span>
    </a>
  );
};

export const History: FC<{ payments: readonly Payment[]; next: string | null }> = ({ payments, next }) => {
  const say = useWords();
  const visit = useVisit();
  const kit = kitTexts(visit.language);
  return (
    <WalletShell title={say('history')}>
      <h1>{say('allPayments')}</h1>
      <Feed payments={payments} />
      {next !== null && (
        <nav class="paging" aria-label={kit('pages')}>
          <a class="button quiet" rel="next" href={linkWith(visit, 'cursor', next)}>
            {kit('nextPage')}
          </a>
        </nav>
      )}
    </WalletShell>
  );
};
