/**
 * The register: what a cashier looks at all day, `/register`. It sells by a huge code, tells *paid* by colour, sound
 * and shake, gives money back, and says what was taken today. Everything it does, it asks of the API as whoever is
 * signed in. Its script and service worker keep a sale through a lost connection.
 */
import { type Context, Hono } from 'hono';
import { setCookie } from 'hono/cookie';
import { isOwnSite, type VisitEnv } from '../../http/index.ts';
import { type Config, once } from '../../kernel/index.ts';
import type { Api } from '../api.ts';
import { formOf } from '../form.ts';
import { languageFor } from '../language.ts';
import { show } from '../respond.tsx';
import { CheckPage } from './check.tsx';
import { type Desk, type DeskOf, deskMaker, stickerOf } from './desk.tsx';
import { paperCookie, papers, tillCookie } from './device.ts';
import { iconPng, iconSizes, manifest, workerScript } from './install.ts';
import { SalePage } from './page.tsx';
import { Trouble } from './payment.tsx';
import { paymentPages } from './payments.tsx';
import { RegisterShell, TillPage } from './shell.tsx';
import { registerTexts } from './texts/index.ts';
import { type Takings, TodayView } from './today.tsx';

const yearS = 31_536_000;

export function cashRegisterPages(config: Config, api: Api): Hono<VisitEnv> {
  const app = new Hono<VisitEnv>();
  const deskOf = deskMaker(config, api);

  app.get(
    '/',
    at(deskOf, async (c, desk) => {
      const { till, tills, clerk } = desk;
      if (!till && tills.length > 1) return c.redirect('/register/till', 303);
      const view = <SalePage desk={desk} sticker={await stickerOf(desk)} />;
      return show(c, view, { language: clerk.language, cache: 'never' });
    }),
  );

  app.get(
    '/today',
    at(deskOf, async (c, desk) => {
      const { language, merchant } = desk.clerk;
      const day = await desk.asked.get<Takings>(`/v1/merchants/${merchant.id}/takings`);
      const view = (
        <RegisterShell desk={desk} title={registerTexts(language)('today')}>
          {day.ok ? <TodayView clerk={desk.clerk} day={day.value} /> : <Trouble problem={day.problem} />}
        </RegisterShell>
      );
      return show(c, view, { language, cache: 'never' });
    }),
  );

  app.get(
    '/till',
    at(deskOf, (c, desk) =>
      show(c, <TillPage desk={desk} />, { language: desk.clerk.language, cache: 'never' }),
    ),
  );

  app.get(
    '/check',
    at(deskOf, (c, desk) => {
      // Where scripts do not run, the receipt's own page tells.
      const token = c.req.query('receipt')?.trim().split('/').at(-1);
      if (token) return c.redirect(`/receipt/${encodeURIComponent(token)}`, 303);
      return show(c, <CheckPage desk={desk} />, { language: desk.clerk.language, cache: 'never' });
    }),
  );

  app.post(
    '/till',
    at(deskOf, async (c, { tills }) => {
      const { till: wanted, paper } = await formOf(c);
      const till = tills.find(({ id }) => id === wanted);
      if (!till || !isOwnSite(c.req.raw, config)) return c.redirect('/register/till', 303);
      const secure = config.url.startsWith('https:');
      const kept = { path: '/register', maxAge: yearS, sameSite: 'Lax', httpOnly: true, secure } as const;
      setCookie(c, tillCookie, till.id, kept);
      const width = papers.find((one) => one === paper);
      if (width) setCookie(c, paperCookie, width, kept);
      return c.redirect('/register', 303);
    }),
  );

  paymentPages(app, config, deskOf);
  appFiles(app);
  return app;
}

type Answer = (c: Context<VisitEnv>, desk: Desk) => Response | Promise<Response>;

/** A page for whoever may work at a register. */
const at =
  (deskOf: DeskOf, answer: Answer) =>
  async (c: Context<VisitEnv>): Promise<Response> => {
    const desk = await deskOf(c);
    return desk instanceof Response ? desk : answer(c, desk);
  };

/** What makes it an app of the device. */
function appFiles(app: Hono<VisitEnv>): void {
  const keptS = 86_400;
  const file = (body: BodyInit, contentType: string): Response =>
    new Response(body, {
      headers: { 'content-type': contentType, 'cache-control': `public, max-age=${keptS}` },
    });
  app.get('/manifest.webmanifest', (c) =>
    file(JSON.stringify(manifest(languageFor(c))), 'application/manifest+json; charset=utf-8'),
  );
  for (const size of iconSizes) {
    const icon = once(async () => iconPng(size));
    app.get(`/icon-${size}.png`, async () => file(await icon(), 'image/png'));
  }
  const worker = once(async () => workerScript());
  app.get('/sw.js', async (c) => {
    // Above its own folder, since the page itself is to open without a connection too.
    c.header('service-worker-allowed', '/register');
    c.header('cache-control', 'no-cache');
    return c.body(await worker(), 200, { 'content-type': 'text/javascript; charset=utf-8' });
  });
}
