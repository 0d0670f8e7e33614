/** What every page is made of: the document, its bars, icons, and the language switcher. */
import type { Child, FC, PropsWithChildren } from 'hono/jsx';
import { type Language, languages } from '../kernel/index.ts';
import { languageNames } from './language.ts';
import { stylesheet } from './style/index.ts';

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
  <html lang={language}>
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

const strokes = {
  wait: 'M12 7v5l3 2M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0z',
  done: 'M8 12.5l3 3 5.5-6.5M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0z',
  stop: 'M9 9l6 6M15 9l-6 6M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0z',
  over: 'M8 12h8M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0z',
};
export type IconName = keyof typeof strokes;

/** Decorative: the word always stands beside it. */
export const Icon: FC<{ name: IconName; class?: string }> = ({ name, class: className = 'icon' }) => (
  <svg
    class={className}
    viewBox="0 0 24 24"
    fill="none"
    stroke="currentColor"
    stroke-width="2"
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
  >
    <path d={strokes[name]} />
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
