/** What stands around every page of the centre's desk: its places by role, what was just done, what went wrong. */
import type { FC, PropsWithChildren } from 'hono/jsx';
import type { ApiProblem } from '../api.ts';
import { Head, Refused } from '../desk/parts.tsx';
import { deskTexts } from '../desk/texts.ts';
import type { IslandName } from '../islands.ts';
import {
  AppShell,
  Empty,
  Icon,
  type IconName,
  LandingShell,
  LinkButton,
  Notice,
  type Place,
} from '../kit/index.ts';
import { useVisit } from '../visit.ts';
import type { Person } from './desk.tsx';
import { type Role, roles } from './roles.ts';
import { searchTexts } from './search/texts.ts';
import { centreTexts, type DoneText, doneTexts, type PlaceText } from './texts.ts';

/** The places of the desk, in the order of the day's work; the first four are at hand on a phone. */
const places: readonly (readonly [path: string, text: PlaceText, icon: IconName, roles: readonly Role[]])[] =
  [
    ['', 'overview', 'home', roles],
    ['/work', 'work', 'check', roles],
    ['/approvals', 'approvals', 'eye', roles],
    ['/reports', 'reports', 'chart', roles],
    ['/merchants', 'merchants', 'store', roles],
    ['/reconciliation', 'reconciliation', 'compare', roles],
    ['/days', 'days', 'calendar', roles],
    ['/participants', 'participants', 'wallet', roles],
    ['/routing', 'routing', 'next', roles],
    ['/people', 'people', 'people', roles],
    ['/audit', 'audit', 'list', ['admin', 'officer', 'analyst']],
  ];

const usePlaces = ({ role, waiting }: Pick<FrameProps, 'role' | 'waiting'>): Place[] => {
  const { language } = useVisit();
  const say = centreTexts(language);
  return [
    ...places
      .filter(([, , , allowed]) => allowed.includes(role))
      .map(([path, text, icon]) => ({
        ...{ href: `/centre${path}`, text: say(text), icon, alone: path === '' },
        ...(text === 'routing' && { also: ['/centre/rules'] }),
        count: text === 'approvals' ? waiting : undefined,
      })),
    { href: '/me', text: deskTexts(language)('security'), icon: 'lock' },
  ];
};

export interface FrameProps {
  readonly person: Person;
  readonly role: Role;
  readonly sandbox: boolean;
  readonly islands: readonly IslandName[];
  /** How many approvals wait for this person. */
  readonly waiting?: number;
}

interface WithDone extends FrameProps {
  readonly title: string;
  readonly done?: string | undefined;
  readonly wall?: boolean;
}

export const Frame: FC<PropsWithChildren<WithDone>> = (props) => {
  const { sandbox, islands, title, done, wall, children } = props;
  const all = usePlaces(props);
  return (
    <AppShell
      title={title}
      name={centreTexts(useVisit().language)('centre')}
      places={wall ? [] : all}
      signOut="/sign-out"
      islands={islands}
      sandbox={sandbox}
      search={wall ? undefined : <SearchField />}
    >
      <Done what={done} />
      {children}
    </AppShell>
  );
};

/** On every page, reached by `/`; sent as a form, since what is looked for may be somebody's phone. */
const SearchField: FC = () => {
  const say = searchTexts(useVisit().language);
  return (
    <search class="bar-search">
      <form method="post" action="/centre/search">
        <input
          type="search"
          name="text"
          required
          maxlength={200}
          autocomplete="off"
          aria-label={say('anything')}
          placeholder={say('placeholder')}
        />
        <button type="submit" class="icon-button" aria-label={say('find')} title={say('find')}>
          <Icon name="search" />
        </button>
      </form>
    </search>
  );
};

const Done: FC<{ what: string | undefined }> = ({ what }) => {
  const say = doneTexts(useVisit().language);
  if (what === undefined || !(what in doneTexts.messages.en)) return null;
  return <Notice tone={what === 'approval' ? 'wait' : 'good'}>{say(what as DoneText)}</Notice>;
};

export const Trouble: FC<FrameProps & { problem: ApiProblem }> = ({ problem, ...frame }) => {
  const { language } = useVisit();
  const say = deskTexts(language);
  const title = problem.status === 404 ? say('notFound') : say('trouble');
  return (
    <Frame {...frame} title={title}>
      <Head title={title} back={['/centre', centreTexts(language)('overview')]} />
      <Refused problem={problem} />
    </Frame>
  );
};

export const NotForYou: FC<FrameProps> = (frame) => {
  const { language } = useVisit();
  const title = deskTexts(language)('notForYou');
  const say = centreTexts(language);
  return (
    <Frame {...frame} title={title}>
      <Head title={title} back={['/centre', say('overview')]} />
      <Empty icon="lock">{say('notForYouNext')}</Empty>
    </Frame>
  );
};

/** For people of merchants: the desk is the centre's. */
/** For whoever is not let in, and why. */
export const TurnedAway: FC<{ why: string }> = ({ why }) => {
  const say = centreTexts(useVisit().language);
  return (
    <LandingShell title={say('stranger')} narrow>
      <h1>{say('stranger')}</h1>
      <p>{why}</p>
    </LandingShell>
  );
};

export const Stranger: FC = () => {
  const { language } = useVisit();
  const [say, common] = [centreTexts(language), deskTexts(language)];
  return (
    <LandingShell title={say('stranger')} narrow>
      <h1>{say('stranger')}</h1>
      <p>{say('strangerNext')}</p>
      <form method="post" action="/sign-out" class="buttons">
        <button type="submit" class="button">
          {common('signOut')}
        </button>
        <LinkButton look="quiet" href="/">
          {common('home')}
        </LinkButton>
      </form>
    </LandingShell>
  );
};
