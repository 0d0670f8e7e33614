/**
 * Pages: what people see of the switch in a browser. Rendered on the server, one folder per page, one
 * stylesheet. A page works without script; a script keeps it fresh, or sends what a reader tries. No page loads anything from
 * another host, and its content security policy says so.
 */
import { Hono } from 'hono';
import type { Directory } from '../directory/index.ts';
import type { VisitEnv } from '../http/index.ts';
import type { Config } from '../kernel/index.ts';
import type { Ledger } from '../ledger/index.ts';
import { assetResponse } from './asset.ts';
import { docsPages } from './docs/index.tsx';
import { tryIt } from './docs/try-it.ts';
import { homePage } from './home/index.tsx';
import { payPages } from './pay/index.tsx';
import { watch } from './pay/watch.ts';
import { stylesheet } from './style/index.ts';

export interface PageParts {
  readonly config: Config;
  /** The OpenAPI 3.1 document of the API. */
  readonly document: object;
  readonly directory: Directory;
  readonly ledger: Ledger;
}

export function pages(parts: PageParts): Hono<VisitEnv> {
  const app = new Hono<VisitEnv>();
  const sandboxOnly = parts.config.mode === 'sandbox' ? [tryIt] : [];
  for (const asset of [stylesheet, watch, ...sandboxOnly]) app.get(asset.path, () => assetResponse(asset));
  app.route('/', homePage(parts));
  app.route('/docs', docsPages(parts));
  app.route('/pay', payPages(parts));
  return app;
}
