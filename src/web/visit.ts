/**
 * Who looks at a page, as every component may ask: the language, light or dark, the address. `show` provides it.
 * Both wishes are cookies of their own, set by a link with `?lang=` or `?theme=`, so that switching needs no script.
 */
import type { Context } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { createContext, useContext } from 'hono/jsx';
import { type Language, languages } from '../kernel/index.ts';

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

export interface Visit {
  readonly language: Language;
  readonly theme: Theme;
  /** Path and query of the page, to link to itself with another language, theme, tab or filter. */
  readonly path: string;
  readonly search: string;
  readonly nowMs: number;
}

const VisitContext = createContext<Visit>({
  language: 'en',
  theme: 'system',
  path: '/',
  search: '',
  nowMs: 0,
});
export const VisitProvider = VisitContext.Provider;
export const useVisit = (): Visit => useContext(VisitContext);

export const languageCookie = 'tolom_language';
export const themeCookie = 'tolom_theme';
const yearS = 31_536_000;

export const askedLanguage = (c: Context): Language | undefined => known(languages, c.req.query('lang'));

export const keptLanguage = (c: Context): Language | undefined =>
  known(languages, getCookie(c, languageCookie));

const askedTheme = (c: Context): Theme | undefined => known(themes, c.req.query('theme'));

export function visitOf(c: Context, language: Language): Visit {
  const { pathname, search } = new URL(c.req.url);
  const theme = askedTheme(c) ?? known(themes, getCookie(c, themeCookie)) ?? 'system';
  return { language, theme, path: pathname, search, nowMs: Date.now() };
}

/** Keeps what this request asked for, for the pages after it. */
export function remember(c: Context): void {
  const keep = (name: string, value: string | undefined) => {
    if (value === undefined) return;
    const secure = c.req.url.startsWith('https:');
    setCookie(c, name, value, { path: '/', maxAge: yearS, sameSite: 'Lax', httpOnly: true, secure });
  };
  keep(languageCookie, askedLanguage(c));
  keep(themeCookie, askedTheme(c));
}

/** The same page with one parameter of its query changed, or without it. */
export function linkWith({ search }: Visit, name: string, value: string | null): string {
  const query = new URLSearchParams(search);
  if (value === null) query.delete(name);
  else query.set(name, value);
  return `?${query}`;
}

const known = <T extends string>(all: readonly T[], asked: string | undefined): T | undefined =>
  all.find((one) => one === asked);
