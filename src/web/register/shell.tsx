/** What stands around every page of the register, and the pages for choosing a till and for strangers. */
import type { FC, PropsWithChildren } from 'hono/jsx';
import { currencyOf } from '../../emv/index.ts';
import { zoneOf } from '../../kernel/index.ts';
import type { IslandName } from '../islands.ts';
import { AppShell, Button, Icon, LandingShell, LinkButton, type Place, Select } from '../kit/index.ts';
import { localeOf, moneyPattern } from '../language.ts';
import { useVisit } from '../visit.ts';
import type { Clerk, Desk } from './desk.tsx';
import { papers } from './device.ts';
import { scriptTexts } from './script-texts.ts';
import { type RegisterSay, registerTexts } from './texts/index.ts';

const placesOf = (say: RegisterSay, role: string): readonly Place[] => [
  { href: '/register', text: say('sale'), icon: 'till' },
  { href: '/register/payments', text: say('payments'), icon: 'list' },
  { href: '/register/today', text: say('today'), icon: 'chart' },
  { href: '/register/check', text: say('check'), icon: 'receipt' },
  ...(role === 'cashier' ? [] : [{ href: '/portal', text: say('portal'), icon: 'home' } as const]),
];

interface ShellProps {
  readonly desk: Desk;
  readonly title: string;
  readonly islands?: readonly IslandName[];
}

/** What stands around every page of the register; who is signed in, and where, is always to be seen. */
export const RegisterShell: FC<PropsWithChildren<ShellProps>> = ({ desk, title, islands = [], children }) => {
  const { clerk, till, sandbox } = desk;
  const { language, merchant, person } = clerk;
  const say = registerTexts(language);
  const installs = (
    <>
      <link rel="manifest" href={`/register/manifest.webmanifest?lang=${language}`} />
      <link rel="apple-touch-icon" href="/register/icon-192.png" />
      <meta name="theme-color" content="#2352bd" />
    </>
  );
  const role = person.role === 'owner' || person.role === 'manager' ? person.role : 'cashier';
  const shell = { title, name: merchant.name, sandbox, signOut: '/sign-out', islands };
  return (
    <AppShell {...shell} places={placesOf(say, role)} head={installs}>
      <p class="clerk">
        <span>
          <Icon name="person" />
          <span>
            <strong>{person.name}</strong> <span class="soft wide-only">{say(role)}</span>
          </span>
        </span>
        <a href="/register/till">
          <Icon name="store" />
          <span>{till ? `${till.name} · ${till.storeName}` : say('till')}</span>
        </a>
      </p>
      {children}
    </AppShell>
  );
};

export const TillPage: FC<{ desk: Desk }> = ({ desk }) => {
  const { tills, till: current } = desk;
  const say = registerTexts(desk.clerk.language);
  return (
    <RegisterShell desk={desk} title={say('till')}>
      <h1>{say('whichTill')}</h1>
      {tills.length === 0 ? (
        <p class="soft">{say('noTills')}</p>
      ) : (
        <form method="post" action="/register/till">
          <fieldset class="tills">
            <legend class="soft">{say('keptHere')}</legend>
            {tills.map((till) => (
              <label class="check">
                <input type="radio" name="till" value={till.id} checked={till.id === current?.id} required />
                <span>
                  <strong>{till.name}</strong> <span class="soft">{till.storeName}</span>
                </span>
              </label>
            ))}
          </fieldset>
          <Select
            label={say('paper')}
            name="paper"
            value={desk.paper}
            options={papers.map((paper) => [paper, `${paper} mm`] as const)}
          />
          <div class="buttons">
            <Button icon="check">{say('useTill')}</Button>
          </div>
        </form>
      )}
    </RegisterShell>
  );
};

/** What a script needs to write money and times as the page does. */
export const dataOf = ({ language, merchant }: Clerk) => ({
  'data-merchant': merchant.id,
  'data-lang': language,
  'data-locale': localeOf(language),
  'data-zone': zoneOf(merchant.country),
  'data-currency': merchant.currency,
  'data-decimals': currencyOf(merchant.currency)?.decimals ?? 0,
  'data-pattern': moneyPattern(merchant.currency, language),
  'data-texts': JSON.stringify(scriptTexts(registerTexts.messages[language])),
});

/** For people of the centre, who have nothing to sell. */
export const StaffOnly: FC<{ name: string }> = ({ name }) => {
  const { language } = useVisit();
  const say = registerTexts(language);
  return (
    <LandingShell title={say('register')} narrow>
      <h1>{say('staffOnly')}</h1>
      <p>
        <Icon name="person" /> {name}
      </p>
      <p>{say('staffOnlyNext')}</p>
      <div class="buttons">
        <LinkButton href="/">{say('back')}</LinkButton>
      </div>
    </LandingShell>
  );
};
