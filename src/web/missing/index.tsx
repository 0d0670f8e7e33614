/** Where nothing is: says so in the visitor's language, with the way home. */
import type { Context } from 'hono';
import type { FC } from 'hono/jsx';
import type { VisitEnv } from '../../http/index.ts';
import { LandingShell, LinkButton } from '../kit/index.ts';
import { languageFor } from '../language.ts';
import { show } from '../respond.tsx';
import { useVisit } from '../visit.ts';
import { missingTexts } from './texts.ts';

export const missingPage = (c: Context<VisitEnv>) =>
  show(c, <MissingPage />, { language: languageFor(c), status: 404, cache: 'never' });

const MissingPage: FC = () => {
  const say = missingTexts(useVisit().language);
  return (
    <LandingShell title={say('title')} narrow>
      <h1>{say('title')}</h1>
      <p>{say('next')}</p>
      <div class="buttons">
        <LinkButton href="/" icon="home">
          {say('home')}
        </LinkButton>
      </div>
    </LandingShell>
  );
};
