/**
 * The wallet simulator, in sandboxes only: the app on a payer's phone and the bank behind it, to show the whole switch
 * with. It uses the API as any issuer does (`issuer.ts`); which account a phone holds is a sealed cookie (`phone.ts`).
 * Every form carries an intent made when it was shown, so that sending it twice pays once.
 */
import { Hono } from 'hono';
import { csrf } from 'hono/csrf';
import { HTTPException } from 'hono/http-exception';
import { routePath } from 'hono/route';
import type { Directory } from '../../directory/index.ts';
import type { VisitEnv } from '../../http/index.ts';
import { type Config, logFault, refusalText } from '../../kernel/index.ts';
import type { Fetch } from '../api.ts';
import { languageFor } from '../language.ts';
import { answeringOf } from './answering.ts';
import { issuersOf } from './issuer.ts';
import { openingRoutes } from './opening.tsx';
import { payingRoutes } from './paying.tsx';
import { Trouble } from './payment.tsx';
import { paymentRoutes } from './payments.tsx';
import { showingRoutes } from './showing.tsx';

interface WalletParts {
  readonly config: Config;
  readonly directory: Directory;
  readonly fetch: Fetch;
}

export function walletPages({ config, directory, fetch }: WalletParts): Hono<VisitEnv> {
  const app = new Hono<VisitEnv>();
  const own = new URL(config.url).origin;
  app.use(csrf({ origin: (origin, c) => origin === own || origin === new URL(c.req.url).origin }));
  const issuerFor = issuersOf({ config, directory, fetch });
  const answering = answeringOf(config, issuerFor);
  openingRoutes(app, { config, directory, issuerFor, answering });
  payingRoutes(app, answering);
  showingRoutes(app, config, answering);
  paymentRoutes(app, config, answering);

  app.onError((error, c) => {
    if (error instanceof HTTPException) return answering.page(c, <Trouble title="forbidden" />, 403);
    logFault('page failed', error, { request: c.env.requestId, route: `${c.req.method} ${routePath(c)}` });
    const detail = refusalText('switch.error', languageFor(c));
    return answering.page(c, <Trouble title="trouble" problem={{ detail }} />, 500);
  });

  return app;
}
