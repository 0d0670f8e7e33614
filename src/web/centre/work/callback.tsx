/** A callback that was given up: what was sent and answered, trying again, or leaving it at that. */
import type { FC } from 'hono/jsx';
import type { Event } from '../../../client/index.ts';
import { Head, Refused } from '../../desk/parts.tsx';
import { Card, Facts, Time } from '../../kit/index.ts';
import { useVisit } from '../../visit.ts';
import type { Desk } from '../desk.tsx';
import { Attempts } from '../payments/callbacks.tsx';
import { Deeds } from './deeds.tsx';
import type { Typed } from './index.tsx';
import { workTexts } from './texts.ts';

interface CallbackProps {
  readonly desk: Desk;
  readonly event: Event;
  readonly endpoint: string;
  readonly typed: Typed;
}

export const CallbackPage: FC<CallbackProps> = ({ desk, event, endpoint, typed }) => {
  const say = workTexts(useVisit().language);
  const page = `/centre/work/callbacks/${event.id}/${endpoint}`;
  const attempts = event.attempts.filter((attempt) => attempt.endpoint === endpoint);
  const about = event.object.startsWith('pay_') ? (
    <a href={`/centre/payments/${event.object}`}>{event.object}</a>
  ) : (
    <code>{event.object}</code>
  );
  return (
    <>
      <Head title={say('callback')} back={['/centre/work', say('title')]} />
      {typed.problem && <Refused problem={typed.problem} />}
      <div class="columns">
        <Card title={event.type}>
          <Facts
            rows={[
              [say('about'), <code>{event.owner}</code>],
              [say('happened'), <Time at={event.created_at} exact />],
              [say('object'), about],
              [say('endpoint'), <code>{endpoint}</code>],
              [say('number'), <code>{event.id}</code>],
            ]}
          />
          {attempts.length > 0 && <Attempts attempts={attempts} />}
          <details>
            <summary>{say('body')}</summary>
            <pre class="wraps">{event.body}</pre>
          </details>
        </Card>
        {desk.may('admin', 'officer', 'support') && (
          <Deeds
            again={{ action: `${page}/send`, title: say('sendAgain'), lead: say('sendAgainLead') }}
            leave={{ action: `${page}/drop`, title: say('drop'), lead: say('dropLead') }}
            typed={typed}
          />
        )}
      </div>
    </>
  );
};
