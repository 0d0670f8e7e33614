/** What a payer shows or reads out at a register: a code good for a minute, or a phone number and a password. */
import type { FC } from 'hono/jsx';
import type { OneTimePassword, PresentedCode } from '../../client/index.ts';
import { BarCode, Button, Notice, QrCode, Tabs } from '../kit/index.ts';
import { moneyText } from '../language.ts';
import { useVisit } from '../visit.ts';
import { useWords, WalletShell } from './shell.tsx';

interface Watched {
  /** Asked for again and again: another one when something was paid. */
  readonly version: string;
  /** What this phone registers itself with, so that it can confirm what is too much for a code alone. */
  readonly account: string;
  readonly url: string;
}

const ShowTabs: FC<{ here: 'code' | 'password' }> = ({ here }) => {
  const say = useWords();
  return (
    <Tabs
      label={say('show')}
      tabs={[
        { href: '/wallet/show', text: say('myCode'), current: here === 'code' },
        { href: '/wallet/show/password', text: say('password'), current: here === 'password' },
      ]}
    />
  );
};

const Left: FC<{ expiresAt: string; renews?: boolean }> = ({ expiresAt, renews }) => {
  const say = useWords();
  const leftMs = Date.parse(expiresAt) - useVisit().nowMs;
  return (
    <p class="soft" data-left-ms={leftMs} {...(renews && { 'data-renews': '' })}>
      {say('goodFor')} <strong data-left role="timer" />
    </p>
  );
};

export const CodePage: FC<Watched & { code: PresentedCode }> = ({ code, version, account, url }) => {
  const say = useWords();
  const { language } = useVisit();
  const { amount, currency } = code.confirm_above;
  return (
    <WalletShell title={say('myCode')} more={['wallet-device']}>
      <h1>{say('myCode')}</h1>
      <ShowTabs here="code" />
      <span data-device data-account={account} data-url={url} />
      <div class="card shown" data-live="/wallet/live" data-version={version} data-paid>
        <p>{say('codeLead')}</p>
        <QrCode text={code.qr} label={say('myCode')} />
        <BarCode digits={code.code} label={say('barcode')} />
        <p class="shown-digits">{code.code.replaceAll(/(\d{4})(?=\d)/g, '$1 ')}</p>
        <Left expiresAt={code.expires_at} renews />
        <p class="soft small">
          {say('confirmAbove', { amount: moneyText(BigInt(amount), currency, language) })}
        </p>
      </div>
    </WalletShell>
  );
};

interface PasswordPageProps extends Watched {
  readonly phone: string | null;
  readonly password?: OneTimePassword;
  readonly problem?: string;
}

export const PasswordPage: FC<PasswordPageProps> = ({ phone, password, problem, version, account, url }) => {
  const say = useWords();
  return (
    <WalletShell title={say('password')} more={['wallet-device']}>
      <h1>{say('password')}</h1>
      <ShowTabs here="password" />
      <span data-device data-account={account} data-url={url} />
      <div class="card shown" data-live="/wallet/live" data-version={version} data-paid>
        <p>{say('passwordLead')}</p>
        {problem !== undefined && (
          <Notice tone="bad" alert>
            {problem}
          </Notice>
        )}
        {password && (
          <>
            <p class="soft">{say('phone')}</p>
            <p class="shown-word">{phone}</p>
            <p class="soft">{say('password')}</p>
            <p class="shown-word large">{password.password}</p>
            <Left expiresAt={password.expires_at} />
          </>
        )}
        <form method="post" action="/wallet/show/password" class="stack">
          <Button wide look={password ? 'quiet' : 'main'} icon="key">
            {say(password ? 'newPassword' : 'makePassword')}
          </Button>
        </form>
      </div>
    </WalletShell>
  );
};
