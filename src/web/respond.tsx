/** How a page is answered: its type, its security policy, its language, and how long it may be kept. */
import type { Context } from 'hono';
import { html } from 'hono/html';
import type { JSX } from 'hono/jsx/jsx-runtime';
import type { Language } from '../kernel/index.ts';
import { remember, type Visit, VisitProvider, visitOf } from './visit.ts';

// Nothing but our own files, no inline script or style, no framing: an injected text has nothing to run.
const contentSecurityPolicy = [
  "default-src 'none'",
  "style-src 'self'",
  "img-src 'self' data:",
  "script-src 'self'",
  "connect-src 'self'",
  "media-src 'self' blob:",
  "manifest-src 'self'",
  "worker-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

export type ShowStatus = 200 | 403 | 404 | 409 | 422 | 429 | 500;

interface Answer {
  readonly language: Language;
  readonly status?: ShowStatus;
  /** Pages that show somebody's money are never kept; the documentation is, for minutes. */
  readonly cache: 'never' | 'minutes';
}

export type Page = JSX.Element | string;

/** The document as text, so that one that never changes is rendered once for each theme. */
export const render = async (page: JSX.Element, visit: Visit): Promise<string> =>
  String(await html`<!doctype html>${<VisitProvider value={visit}>{page}</VisitProvider>}`);

export async function show(c: Context, page: Page, { language, status = 200, cache }: Answer) {
  const text = typeof page === 'string' ? page : await render(page, visitOf(c, language));
  remember(c);
  return c.html(text, status, {
    'content-security-policy': contentSecurityPolicy,
    'content-language': language,
    'cache-control': cache === 'never' ? 'no-store' : 'public, max-age=300',
    vary: 'accept-language, cookie',
  });
}
