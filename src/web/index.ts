/**
 * Pages: what people see of the switch in a browser. Rendered on the server, one folder per page, one stylesheet. A page
 * works without script; a script keeps it fresh, or sends what a reader tries. No page loads anything from another host,
 * and its content security policy says so.
 *
 * How a page is made: its routes answer with `show(c, <View />, { language: languageFor(c), cache })`. A view stands in
 * `AppShell` or `LandingShell` and is made of the components of `kit/`, which ask `useVisit()` for language, theme and
 * address. Its words are a `catalogue` in `texts.ts`. Its script, if any, is `island.ts` in its folder (or
 * `island-name.ts`): name it in the shell's `islands`, and it is bundled, named by its content and served. Scripts get
 * their words and addresses from `data-…` attributes.
 *
 * `desk/` holds what pages for people at work share: the merchant's portal and the centre's desk.
 *
 * Pages hold no privileges: what they show and do, they ask of the API as their visitor (`api.ts`, `visitor.ts`).
 */
import { Hono } from 'hono';
import type { Directory } from '../directory/index.ts';
import type { VisitEnv } from '../http/index.ts';
import type { Config } from '../kernel/index.ts';
import type { Ledger } from '../ledger/index.ts';
import type { ReceiptSigner } from '../signing/index.ts';
import { apiOf, type Fetch } from './api.ts';
import { assetResponse } from './asset.ts';
import { centrePages } from './centre/index.tsx';
import { docsPages } from './docs/index.tsx';
import { tryIt } from './docs/try-it.ts';
import { homePage } from './home/index.tsx';
import { invitationPages } from './invitation/index.tsx';
import { islands } from './islands.ts';
import { mePages } from './me/index.tsx';
import { missingPage } from './missing/index.tsx';
import { payPages } from './pay/index.tsx';
import { watch } from './pay/watch.ts';
import { portalPages } from './portal/index.tsx';
import { printPages } from './print/index.tsx';
import { statementStyle } from './print/statement/style.ts';
import { sheetStyles } from './print/style.ts';
import { receiptPages } from './receipt/index.tsx';
import { cashRegisterPages } from './register/index.tsx';
import { registerPages } from './register-business/index.tsx';
import { signInPages } from './sign-in/index.tsx';
import { stylesheet } from './style/index.ts';
import { walletPages } from './wallet/index.tsx';

export { missingPage };

export interface PageParts {
  readonly config: Config;
  /** The OpenAPI 3.1 document of the API. */
  readonly document: object;
  readonly directory: Directory;
  readonly ledger: Ledger;
  /** How requests to the switch are answered; pages call the API through it (`api.ts`). */
  readonly fetch: Fetch;
  readonly receipts: () => Promise<ReceiptSigner>;
}

export function pages(parts: PageParts): Hono<VisitEnv> {
  const app = new Hono<VisitEnv>();
  const api = apiOf(parts.fetch, parts.config.url);
  const sandboxOnly = parts.config.mode === 'sandbox' ? [tryIt] : [];
  const assets = [
    stylesheet,
    watch,
    ...Object.values(sheetStyles),
    statementStyle,
    ...Object.values(islands),
    ...sandboxOnly,
  ];
  for (const asset of assets) app.get(asset.path, () => assetResponse(asset));
  app.route('/', homePage(parts));
  app.route('/docs', docsPages(parts));
  app.route('/pay', payPages(parts));
  app.route('/receipt', receiptPages(parts, api));
  app.route('/print', printPages(parts, api));
  app.route(
    '/centre',
    centrePages({ api, mode: parts.config.mode, access: parts.config.access !== undefined }),
  );
  app.route('/portal', portalPages({ api, mode: parts.config.mode }));
  app.route('/register', cashRegisterPages(parts.config, api));
  app.route('/', signInPages(api, parts.config));
  if (parts.config.mode === 'sandbox') app.route('/wallet', walletPages(parts));
  app.route('/', registerPages(api, parts.config.mode));
  app.route('/', invitationPages(api));
  app.route('/', mePages(api, parts.config));
  return app;
}
