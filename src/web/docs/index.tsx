/**
 * The documentation: guides, the API as its OpenAPI document describes it, and the table of refusals. Rendered
 * here, because viewer libraries bring megabytes of script that a strict content security policy refuses.
 */
import { Hono } from 'hono';
import type { Config } from '../../kernel/index.ts';
import { languageFor } from '../language.ts';
import { render, show } from '../respond.tsx';
import { type Theme, visitOf } from '../visit.ts';
import { Guides } from './guides.tsx';
import type { OpenApi } from './openapi.ts';
import { Reference } from './reference.tsx';
import { Refusals } from './refusals.tsx';

export function docsPages(parts: { config: Config; document: object }): Hono {
  const app = new Hono();
  const document = parts.document as OpenApi;
  // The texts, not their promises: a promise belongs to the request that made it.
  const references: Partial<Record<Theme, string>> = {};

  app.get('/', async (c) => {
    const visit = { ...visitOf(c, 'en'), search: '' };
    references[visit.theme] ??= await render(
      <Reference document={document} mode={parts.config.mode} />,
      visit,
    );
    return show(c, references[visit.theme] ?? '', { language: 'en', cache: 'minutes' });
  });
  app.get('/guides', (c) =>
    show(c, <Guides url={document.servers?.[0]?.url ?? ''} />, { language: 'en', cache: 'minutes' }),
  );
  app.get('/refusals', (c) => {
    const language = languageFor(c);
    return show(c, <Refusals language={language} />, { language, cache: 'minutes' });
  });
  return app;
}
