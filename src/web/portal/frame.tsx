/** What stands around every page of the portal: its places by role, what was just done, what went wrong. */
import type { FC, PropsWithChildren } from 'hono/jsx';
import type { ApiProblem } from '../api.ts';
import { Head, Refused } from '../desk/parts.tsx';
import type { IslandName } from '../islands.ts';
import {
  AppShell,
  Empty,
  type IconName,
  LandingShell,
  LinkButton,
  Notice,
  type Place,
} from '../kit/index.ts';
import { useVisit } from '../visit.ts';
import type { Merchant, Role } from './desk.tsx';
import { type DoneText, doneTexts, portalTexts } from './texts.ts';

const places: readonly (readonly [path: string, text: PlaceText, icon: IconName, roles: readonly Role[]])[] =
  [
    ['', 'today', 'home', ['cashier', 'manager', 'owner']],
    ['/payments', 'payments', 'receipt', ['cashier', 'manager', 'owner']],
    ['/orders', 'orders', 'link', ['cashier', 'manager', 'owner']],
    ['/codes', 'codes', 'qr', ['cashier', 'manager', 'owner']],
    ['/refunds', 'refunds', 'refund', ['cashier', 'manager', 'owner']],
    ['/staff', 'staff', 'people', ['owner']],
    ['/keys', 'keys', 'key', ['owner']],
    ['/callbacks', 'callbacks', 'bell', ['owner']],
    ['/settings', 'settings', 'settings', ['manager', 'owner']],
  ];
type PlaceText =
  | 'today'
  | 'payments'
  | 'orders'
  | 'codes'
  | 'refunds'
  | 'staff'
  | 'keys'
  | 'callbacks'
  | 'settings';

const usePlaces = (role: Role): Place[] => {
  const say = portalTexts(useVisit().language);
  return [
    ...places
      .filter(([, , , roles]) => roles.includes(role))
      .map(([path, text, icon]) => ({ href: `/portal${path}`, text: say(text), icon })),
    { href: '/register', text: say('register'), icon: 'till' },
    { href: '/me', text: say('security'), icon: 'lock' },
  ];
};

export interface FrameProps {
  readonly merchant: Merchant;
  readonly role: Role;
  readonly sandbox: boolean;
  readonly islands: readonly IslandName[];
}

interface WithDone extends FrameProps {
  readonly title: string;
  readonly done?: string | undefined;
}

export const Frame: FC<PropsWithChildren<WithDone>> = ({
  merchant,
  role,
  sandbox,
  islands,
  title,
  done,
  children,
}) => {
  const say = portalTexts(useVisit().language);
  return (
    <AppShell
      title={title}
      name={merchant.name}
      places={usePlaces(role)}
      signOut="/sign-out"
      islands={islands}
      sandbox={sandbox}
    >
      <Done what={done} />
      {merchant.status === 'pending' && <Notice tone="wait">{say('merchantPending')}</Notice>}
      {merchant.status === 'suspended' && <Notice tone="bad">{say('merchantSuspended')}</Notice>}
      {children}
      <span hidden data-events={`/v1/merchants/${merchant.id}/live`} />
    </AppShell>
  );
};

const Done: FC<{ what: string | undefined }> = ({ what }) => {
  const say = doneTexts(useVisit().language);
  return what !== undefined && what in doneTexts.messages.en ? (
    <Notice tone="good">{say(what as DoneText)}</Notice>
  ) : null;
};

export const Trouble: FC<FrameProps & { problem: ApiProblem }> = ({ problem, ...frame }) => {
  const say = portalTexts(useVisit().language);
  const title = problem.status === 404 ? say('notFound') : say('trouble');
  return (
    <Frame {...frame} title={title}>
      <Head title={title} back={['/portal', say('today')]} />
      <Refused problem={problem} />
    </Frame>
  );
};

export const NotForYou: FC<FrameProps> = (frame) => {
  const say = portalTexts(useVisit().language);
  return (
    <Frame {...frame} title={say('notForYou')}>
      <Head title={say('notForYou')} back={['/portal', say('today')]} />
      <Empty icon="lock">{say('notForYouNext')}</Empty>
    </Frame>
  );
};

/** For people of the centre: the portal is a merchant's. */
export const Stranger: FC = () => {
  const say = portalTexts(useVisit().language);
  return (
    <LandingShell title={say('stranger')} narrow>
      <h1>{say('stranger')}</h1>
      <p>{say('strangerNext')}</p>
      <form method="post" action="/sign-out" class="buttons">
        <button type="submit" class="button">
          {say('signOut')}
        </button>
        <LinkButton look="quiet" href="/">
          {say('home')}
        </LinkButton>
      </form>
    </LandingShell>
  );
};
