/** The wallet's first page: what is in it, and what to do with it. Before there is one: how to get one. */
import type { FC } from 'hono/jsx';
import type { Account, Payment } from '../../client/index.ts';
import { Button, Card, Facts, LinkButton, Money, Notice } from '../kit/index.ts';
import { moneyText } from '../language.ts';
import { useVisit } from '../visit.ts';
import { Feed } from './feed.tsx';
import { useWords, WalletShell } from './shell.tsx';

export const currencies = ['KGS', 'THB'] as const;

/** What a new wallet starts with, and what is added at once, in minor units. */
export const gift = { KGS: 1_000_000, THB: 500_000 } as const;

interface WelcomeProps {
  readonly accounts: readonly Account[];
  /** A code that is to be paid as soon as there is a wallet. */
  readonly payload: string | undefined;
  readonly problem?: string;
}

export const Welcome: FC<WelcomeProps> = ({ accounts, payload, problem }) => {
  const say = useWords();
  return (
    <WalletShell title={say('welcome')} outside>
      <h1>{say('welcome')}</h1>
      <p class="lead">{say('welcomeLead')}</p>
      {problem !== undefined && (
        <Notice tone="bad" alert>
          {problem}
        </Notice>
      )}
      <form method="post" action="/wallet/open" class="stack">
        {payload !== undefined && <input type="hidden" name="payload" value={payload} />}
        {currencies.map((currency, index) => (
          <Button wide icon="wallet" name="currency" value={currency} look={index === 0 ? 'main' : 'quiet'}>
            {say(`open${currency}`)}
          </Button>
        ))}
      </form>
      {accounts.length > 0 && (
        <Card title={say('seeded')}>
          <ul class="choices">
            {accounts.map(({ id, label, currency, participant }) => (
              <li>
                <span>{label ?? `${id}, ${currency}`}</span>
                <form method="post" action="/wallet/take">
                  <input type="hidden" name="participant" value={participant} />
                  {payload !== undefined && <input type="hidden" name="payload" value={payload} />}
                  <Button look="quiet" name="account" value={id} label={`${say('take')}: ${label ?? id}`}>
                    {say('take')}
                  </Button>
                </form>
              </li>
            ))}
          </ul>
        </Card>
      )}
    </WalletShell>
  );
};

interface HomeProps {
  readonly account: Account;
  readonly payments: readonly Payment[];
  /** Changes whenever the page would. */
  readonly version: string;
  readonly phone: string | null;
  /** Makes a top-up that is sent twice one. */
  readonly intent: string;
}

export const Home: FC<HomeProps> = ({ account, payments, version, phone, intent }) => {
  const say = useWords();
  const { language } = useVisit();
  const { currency, held, available } = account;
  const added = gift[currency as keyof typeof gift];
  return (
    <WalletShell title={say('wallet')}>
      <h1 class="unseen">{say('wallet')}</h1>
      <section class="purse" data-live="/wallet/live" data-version={version}>
        <p>{say('balance')}</p>
        <p class="purse-amount">{available && <Money {...available} />}</p>
        {held && held.amount > 0 && (
          <p>{say('onHold', { amount: moneyText(BigInt(held.amount), currency, language) })}</p>
        )}
      </section>
      {payments
        .filter(({ status }) => status === 'requires_confirmation')
        .map(({ id, merchant, amount }) => (
          <Notice tone="wait">
            <p>
              {say('toConfirm', {
                merchant: merchant.name || merchant.id,
                amount: moneyText(BigInt(amount.amount), amount.currency, language),
              })}
            </p>
            <LinkButton href={`/wallet/payments/${id}/confirm`} icon="next">
              {say('look')}
            </LinkButton>
          </Notice>
        ))}
      <div data-offline hidden>
        <Notice tone="wait">{say('offline')}</Notice>
      </div>
      <div class="deeds">
        <LinkButton href="/wallet/scan" icon="scan" wide>
          {say('scan')}
        </LinkButton>
        <LinkButton href="/wallet/show" icon="qr" look="quiet" wide>
          {say('show')}
        </LinkButton>
      </div>
      <Card title={say('lastPayments')} aside={<a href="/wallet/payments">{say('allPayments')}</a>}>
        <Feed payments={payments} />
      </Card>
      <Card title={say('account')}>
        <Facts
          rows={[
            [say('account'), <code>{account.id}</code>],
            [say('phone'), phone],
          ]}
        />
        {added !== undefined && (
          <form method="post" action="/wallet/top-up" class="buttons">
            <input type="hidden" name="intent" value={intent} />
            <Button look="quiet" icon="plus">
              {say('addAmount', { amount: moneyText(BigInt(added), currency, language) })}
            </Button>
          </form>
        )}
      </Card>
    </WalletShell>
  );
};
