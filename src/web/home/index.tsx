/** The landing page: what this switch is, where its documentation stands, and what to try first. */
import { Hono } from 'hono';
import type { FC } from 'hono/jsx';
import type { Config, Mode } from '../../kernel/index.ts';
import { Page } from '../layout.tsx';
import { show } from '../respond.tsx';

export function homePage({ config }: { config: Config }): Hono {
  const app = new Hono();
  app.get('/', (c) => show(c, <Home mode={config.mode} />, { language: 'en', cache: 'minutes' }));
  return app;
}

const links = [
  ['/docs', 'API documentation', 'Every call: who may make it, what goes in, what comes out.'],
  ['/openapi.json', 'OpenAPI 3.1', 'The same as a document, for generators and test tools.'],
  ['/healthz', 'Health', 'Whether the switch and its databases answer.'],
] as const;

const Home: FC<{ mode: Mode }> = ({ mode }) => (
  <Page title="QR payment switch" here="/">
    <div class="prose">
      <span class="tag accent">{mode === 'sandbox' ? 'Sandbox: no real money' : 'Production'}</span>
      <h1>Tolom, a QR payment switch</h1>
      <p class="lead">
        A wallet app scans a merchant’s QR code. The switch reads it, debits the payer, credits the merchant,
        and tells both with signed callbacks: once, and for good.
      </p>
    </div>
    <ul class="cards">
      {links.map(([path, name, what]) => (
        <li class="card">
          <a href={path}>{name}</a>
          <p class="soft">{what}</p>
        </li>
      ))}
    </ul>
    {mode === 'sandbox' && <Sandbox />}
  </Page>
);

const Sandbox: FC = () => (
  <section class="card prose try" aria-labelledby="try">
    <h2 id="try">Try it</h2>
    <ol>
      <li>
        Keys, accounts and merchants of this sandbox are in <code>$TOLOM_STATE/sandbox.json</code>, on the
        machine it runs on.
      </li>
      <li>
        <code>npm run demo</code> pays real QR codes end to end and shows each step.
      </li>
      <li>
        <a href="/wallet">Open a wallet</a> and pay: a code from a picture, a text or the camera.
      </li>
      <li>
        Make an order with a merchant’s key (<a href="/docs#post-v1-merchants-merchant-orders">how</a>) and
        open its <code>link</code>: that is the payer’s page.
      </li>
    </ol>
  </section>
);
