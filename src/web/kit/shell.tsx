/**
 * What stands around a page. `AppShell` for people who work in it: places at the bottom on phones and at the side on
 * wide screens, whose it is, language, light or dark, sign-out. `LandingShell` for everybody.
 */
import type { Child, FC, PropsWithChildren } from 'hono/jsx';
import { type Language, languages } from '../../kernel/index.ts';
import { type IslandName, islands } from '../islands.ts';
import { languageNames } from '../language.ts';
import { Document, Logo } from '../layout.tsx';
import { linkWith, type Theme, themes, useVisit } from '../visit.ts';
import { Icon, type IconName } from './icons.tsx';
import { kitTexts } from './texts.ts';

export interface Place {
  readonly href: string;
  readonly text: string;
  readonly icon: IconName;
  /** Of what is above other pages in address only: it is where one is on its own page, not on those below. */
  readonly alone?: boolean;
  /** Addresses elsewhere that belong to it as well. */
  readonly also?: readonly string[];
  /** How many things wait there for whoever looks; none is not shown. */
  readonly count?: number | undefined;
}

interface AppShellProps {
  readonly title: string;
  /** The merchant, the centre, the wallet: shown at the top. */
  readonly name: string;
  readonly places: readonly Place[];
  /** Where the form of the sign-out button is sent; without it there is none. */
  readonly signOut?: string;
  readonly islands?: readonly IslandName[];
  readonly head?: Child;
  /** Says that the money is not real. */
  readonly sandbox?: boolean;
  /** A form in the bar, e.g. to find anything. */
  readonly search?: Child;
}

// What a thumb reaches on a phone; the others are behind "More".
const bottomPlaces = 5;

export const AppShell: FC<PropsWithChildren<AppShellProps>> = (props) => {
  const { title, name, places, signOut, sandbox, search, children } = props;
  const { language } = useVisit();
  const say = kitTexts(language);
  return (
    <Document title={`${title} · ${name}`} language={language} head={<Head {...props} />}>
      <a class="skip" href="#content">
        {say('skip')}
      </a>
      <header class="bar app-bar">
        <div>
          <a class="brand" href={places[0]?.href ?? '/'}>
            <Logo /> <span class="brand-name">{name}</span>
          </a>
          {search}
          <div class="bar-end">
            <Wishes />
            {signOut !== undefined && (
              <form method="post" action={signOut}>
                <button type="submit" class="icon-button" aria-label={say('signOut')} title={say('signOut')}>
                  <Icon name="signOut" />
                </button>
              </form>
            )}
          </div>
        </div>
        {sandbox && <p class="sandbox-line">{say('sandbox')}</p>}
      </header>
      <div class="app">
        {places.length > 0 && <Places places={places} />}
        <main id="content">{children}</main>
      </div>
    </Document>
  );
};

const Places: FC<{ places: readonly Place[] }> = ({ places }) => {
  const { language, path } = useVisit();
  const say = kitTexts(language);
  const here = placeOf(places, path);
  const first = places.length > bottomPlaces ? places.slice(0, bottomPlaces - 1) : places;
  const rest = places.slice(first.length);
  return (
    <nav class="places" aria-label={say('pages')}>
      <ul>
        {first.map((place) => (
          <li>
            <PlaceLink place={place} here={here} />
          </li>
        ))}
        {rest.map((place) => (
          <li class="beyond">
            <PlaceLink place={place} here={here} />
          </li>
        ))}
        {rest.length > 0 && (
          <li class="more">
            <details class="menu" data-menu>
              <summary>
                <Icon name="more" />
                <span>{say('more')}</span>
              </summary>
              <ul>
                {rest.map((place) => (
                  <li>
                    <PlaceLink place={place} here={here} />
                  </li>
                ))}
              </ul>
            </details>
          </li>
        )}
      </ul>
    </nav>
  );
};

interface LandingShellProps {
  readonly title: string;
  readonly places?: readonly { readonly href: string; readonly text: string }[];
  readonly islands?: readonly IslandName[];
  readonly head?: Child;
  /** One narrow column, e.g. a form. */
  readonly narrow?: boolean;
}

export const LandingShell: FC<PropsWithChildren<LandingShellProps>> = (props) => {
  const { title, places = [], narrow, children } = props;
  const { language, path } = useVisit();
  const say = kitTexts(language);
  return (
    <Document title={`${title} · Tolom`} language={language} head={<Head {...props} />}>
      <a class="skip" href="#content">
        {say('skip')}
      </a>
      <header class="bar">
        <div>
          <a class="brand" href="/">
            <Logo /> Tolom
          </a>
          {places.length > 0 && (
            <nav aria-label={say('pages')}>
              {places.map(({ href, text }) => (
                <a href={href} aria-current={href === path ? 'page' : undefined}>
                  {text}
                </a>
              ))}
            </nav>
          )}
          <div class="bar-end">
            <Wishes />
          </div>
        </div>
      </header>
      <main id="content" class={narrow ? 'narrow' : undefined}>
        {children}
      </main>
    </Document>
  );
};

const Head: FC<{ islands?: readonly IslandName[]; head?: Child }> = ({ islands: more = [], head }) => (
  <>
    {(['kit', ...more] as const).map((name) => (
      <script type="module" src={islands[name].path} />
    ))}
    {head}
  </>
);

const PlaceLink: FC<{ place: Place; here: Place | undefined }> = ({ place, here }) => (
  <a href={place.href} aria-current={place === here ? 'page' : undefined}>
    <Icon name={place.icon} />
    <span>{place.text}</span>
    {place.count ? <span class="count">{place.count}</span> : null}
  </a>
);

/** The place whose address this page's begins with; the longest, since one may lead to all others. */
const placeOf = (places: readonly Place[], path: string): Place | undefined =>
  places
    .filter(({ href, alone, also = [] }) =>
      [href, ...also].some((one) => path === one || (!alone && path.startsWith(`${one}/`))),
    )
    .sort((a, b) => b.href.length - a.href.length)[0];

const themeIcons: Record<Theme, IconName> = { system: 'system', light: 'sun', dark: 'moon' };

/** Language, and light or dark: links, so that they need no script. */
const Wishes: FC = () => {
  const visit = useVisit();
  const say = kitTexts(visit.language);
  return (
    <>
      <details class="menu" data-menu>
        <summary aria-label={`${say('language')}: ${languageNames[visit.language]}`}>
          <Icon name="globe" />
          <span class="wide-only">{languageNames[visit.language]}</span>
        </summary>
        <ul>
          {languages.map((language: Language) => (
            <li>
              <a
                href={linkWith(visit, 'lang', language)}
                lang={language}
                hreflang={language}
                aria-current={language === visit.language ? 'true' : undefined}
              >
                {languageNames[language]}
              </a>
            </li>
          ))}
        </ul>
      </details>
      <details class="menu" data-menu>
        <summary aria-label={`${say('look')}: ${say(visit.theme)}`}>
          <Icon name={themeIcons[visit.theme]} />
        </summary>
        <ul>
          {themes.map((theme) => (
            <li>
              <a
                href={linkWith(visit, 'theme', theme)}
                aria-current={theme === visit.theme ? 'true' : undefined}
              >
                <Icon name={themeIcons[theme]} />
                {say(theme)}
              </a>
            </li>
          ))}
        </ul>
      </details>
    </>
  );
};
