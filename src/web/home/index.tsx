/** The landing page: for a merchant, how to be paid in a minute; for whoever has signed in, the way on; for developers, the documentation. */
import { Hono } from 'hono';
import type { FC } from 'hono/jsx';
import type { VisitEnv } from '../../http/index.ts';
import type { Config, Language, Mode } from '../../kernel/index.ts';
import { Card, Icon, type IconName, LandingShell, LinkButton } from '../kit/index.ts';
import { languageFor } from '../language.ts';
import { show } from '../respond.tsx';
import { useVisit } from '../visit.ts';
import { homeTexts } from './texts.ts';

export function homePage({ config: { mode } }: { config: Pick<Config, 'mode'> }): Hono<VisitEnv> {
  const app = new Hono<VisitEnv>();
  app.get('/', (c) => {
    const language = languageFor(c);
    return show(c, <Home mode={mode} language={language} />, { language, cache: 'minutes' });
  });
  return app;
}

const Home: FC<{ mode: Mode; language: Language }> = ({ mode, language }) => {
  const say = homeTexts(language);
  const sandbox = mode === 'sandbox';
  return (
    <LandingShell title={say('title')} places={[{ href: '/sign-in', text: say('signIn') }]}>
      <section class="hero">
        <span class="tag accent">{sandbox ? say('sandbox') : say('production')}</span>
        <h1>{say('title')}</h1>
        <p class="lead">{say('lead')}</p>
        <div class="buttons">
          <LinkButton href="/register-business" icon="store">
            {say('openAccount')}
          </LinkButton>
          {sandbox && (
            <LinkButton look="quiet" href="/wallet" icon="wallet">
              {say('tryWallet')}
            </LinkButton>
          )}
        </div>
        <p class="soft">{sandbox ? say('minute') : say('review')}</p>
      </section>
      <Ways />
      <Developers sandbox={sandbox} />
    </LandingShell>
  );
};

const ways: readonly (readonly [IconName, 'counter' | 'away' | 'overview'])[] = [
  ['qr', 'counter'],
  ['link', 'away'],
  ['chart', 'overview'],
];

const Ways: FC = () => {
  const say = homeTexts(useVisit().language);
  return (
    <ul class="cards">
      {ways.map(([icon, way]) => (
        <li class="card">
          <Icon name={icon} class="way" />
          <h2>{say(way)}</h2>
          <p class="soft">{say(`${way}What`)}</p>
        </li>
      ))}
    </ul>
  );
};

const Developers: FC<{ sandbox: boolean }> = ({ sandbox }) => {
  const say = homeTexts(useVisit().language);
  const links = [
    ['/docs', say('docs'), say('docsWhat')],
    ['/openapi.json', 'OpenAPI 3.1', say('openapiWhat')],
    ['/healthz', say('health'), say('healthWhat')],
  ] as const;
  const file = <code>$TOLOM_STATE/sandbox.json</code>;
  const command = <code>npm run demo</code>;
  return (
    <Card title={say('developers')}>
      <ul class="plain-list">
        {links.map(([path, name, what]) => (
          <li>
            <a href={path}>{name}</a> <span class="soft">{what}</span>
          </li>
        ))}
      </ul>
      {sandbox && (
        <>
          <p class="soft small">{filled(say('keysWhere', { file: gap }), file)}</p>
          <p class="soft small">{filled(say('demoWhat', { command: gap }), command)}</p>
        </>
      )}
    </Card>
  );
};

// Stands in a text where an element goes.
const gap = '\u0000';

const filled = (text: string, element: ReturnType<FC>) => {
  const [before, after] = text.split(gap);
  return (
    <>
      {before}
      {element}
      {after}
    </>
  );
};
