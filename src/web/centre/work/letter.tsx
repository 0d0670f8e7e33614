/** Entries the reports could not take: why, trying again, or putting it aside. */
import type { FC } from 'hono/jsx';
import type { DeadLetter } from '../../../work/index.ts';
import { Head, Refused } from '../../desk/parts.tsx';
import { Button, Card, Facts, Time } from '../../kit/index.ts';
import { useVisit } from '../../visit.ts';
import type { Desk } from '../desk.tsx';
import type { Typed } from './index.tsx';
import { Reason } from './reason.tsx';
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
          <div>
            <Card title={say('tryAgain')}>
              <form method="post" action={`${page}/retry`} class="buttons">
                <Button icon="send">{say('tryAgain')}</Button>
              </form>
            </Card>
            <Card title={say('putAside')}>
              <form method="post" action={`${page}/resolve`} class="form">
                <p>{say('putAsideLead')}</p>
                <Reason typed={typed} />
                <div class="buttons">
                  <Button look="danger">{say('putAside')}</Button>
                </div>
              </form>
            </Card>
          </div>
        )}
      </div>
    </>
  );
};
