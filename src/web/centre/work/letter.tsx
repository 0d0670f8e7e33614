/** Entries the reports could not take: why, trying again, or putting it aside. */
import type { FC } from 'hono/jsx';
import type { DeadLetter } from '../../../work/index.ts';
import { Head, Refused } from '../../desk/parts.tsx';
import { Card, Facts, Time } from '../../kit/index.ts';
import { useVisit } from '../../visit.ts';
import type { Desk } from '../desk.tsx';
import { Deeds } from './deeds.tsx';
import type { Typed } from './index.tsx';
import { workTexts } from './texts.ts';

interface LetterProps {
  readonly desk: Desk;
  readonly letter: DeadLetter;
  readonly typed: Typed;
}

export const LetterPage: FC<LetterProps> = ({ desk, letter, typed }) => {
  const say = workTexts(useVisit().language);
  const page = `/centre/work/dead-letters/${letter.id}`;
  return (
    <>
      <Head title={say('deadLetter')} back={['/centre/work', say('title')]} />
      {typed.problem && <Refused problem={typed.problem} />}
      <div class="columns">
        <Card>
          <p>{say('letterLead')}</p>
          <Facts
            rows={[
              [say('fault'), <code class="break">{letter.fault}</code>],
              [say('behind'), say('entries', { recorded: letter.recorded, position: letter.position })],
              [say('tries'), letter.times],
              [say('waitsSince'), <Time at={letter.created_at} exact />],
              [say('last'), <Time at={letter.last_at} exact />],
              [say('book'), letter.book],
              [say('number'), <code>{letter.id}</code>],
            ]}
          />
        </Card>
        {desk.may('admin', 'officer', 'support') && (
          <Deeds
            again={{ action: `${page}/retry`, title: say('tryAgain') }}
            leave={{ action: `${page}/resolve`, title: say('putAside'), lead: say('putAsideLead') }}
            typed={typed}
          />
        )}
      </div>
    </>
  );
};
