/** What every page is made of: the document, the bar of the documentation, and the language switcher. */
import type { Child, FC, PropsWithChildren } from 'hono/jsx';
import { type Language, languages } from '../kernel/index.ts';
import { languageNames } from './language.ts';
import { stylesheet } from './style/index.ts';
import { useVisit, type Visit } from './visit.ts';

const logo = 'M3 3h7v7H3zM14 3h7v7h-7zM3 14h7v7H3zM14 14h3v3h-3zM18 18h3v3h-3z';
const favicon = `data:image/svg+xml,${encodeURIComponent(
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path fill="#4a78e8" d="${logo}"/></svg>`,
)}`;

interface DocumentProps {
  readonly title: string;
  readonly language: Language;
  /** More for `<head>`: a script, a refresh. */
  readonly head?: Child;
}

export const Document: FC<PropsWithChildren<DocumentProps>> = ({ title, language, head, children }) => (
  <html lang={language} data-theme={themeOf(useVisit())}>
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <title>{title}</title>
      <link rel="icon" href={favicon} />
      <link rel="stylesheet" href={stylesheet.path} />
      {head}
    </head>
    <body>{children}</body>
  </html>
);

// The device decides unless the reader did.
const themeOf = ({ theme }: Visit) => (theme === 'system' ? undefined : theme);

const places = [
  ['/docs', 'API'],
  ['/docs/guides', 'Guides'],
  ['/docs/refusals', 'Refusals'],
] as const;

interface PageProps {
  readonly title: string;
  /** Its path, when the bar leads to it. */
  readonly here: string;
  readonly head?: Child;
}

/** A page for people who work with the switch: bar, content, nothing else. In English, as the API is. */
export const Page: FC<PropsWithChildren<PageProps>> = ({ title, here, head, children }) => (
  <Document title={`${title} · Tolom`} language="en" head={head}>
    <a class="skip" href="#content">
      Skip to content
    </a>
    <header class="bar">
      <div>
        <a class="brand" href="/">
          <Logo /> Tolom
        </a>
        <nav aria-label="Pages">
          {places.map(([path, name]) => (
            <a href={path} aria-current={path === here ? 'page' : undefined}>
              {name}
            </a>
          ))}
        </nav>
      </div>
    </header>
    <main id="content">{children}</main>
  </Document>
);

export const Logo: FC = () => (
  <svg viewBox="0 0 24 24" aria-hidden="true">
    <path fill="currentColor" d={logo} />
  </svg>
);

interface LanguagesProps {
  readonly current: Language;
  /** What the row is called, in the current language. */
  readonly label: string;
  /** The address of this page in another language. */
  readonly address: (language: Language) => string;
}

export const Languages: FC<LanguagesProps> = ({ current, label, address }) => (
  <nav aria-label={label}>
    <ul class="languages">
      {languages.map((language) => (
        <li>
          <a
            href={address(language)}
            lang={language}
            hreflang={language}
            aria-current={language === current ? 'true' : undefined}
          >
            {languageNames[language]}
          </a>
        </li>
      ))}
    </ul>
  </nav>
);

/** Text in which `backticks` mark code, as the summaries of the API write it. */
export const Prose: FC<{ text: string }> = ({ text }) => (
  <>{text.split('`').map((part, index) => (index % 2 === 1 ? <code>{part}</code> : part))}</>
);
