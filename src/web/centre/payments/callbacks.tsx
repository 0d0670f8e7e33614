/** What was told of a payment: to whom, every attempt with its bytes, and telling it again. */
import type { FC } from 'hono/jsx';
import type { CallbackAttempt, Event } from '../../../client/index.ts';
import { Button, StatusTag, Tag, Time, Timeline } from '../../kit/index.ts';
import { useVisit } from '../../visit.ts';
import type { Desk } from '../desk.tsx';
import { paymentTexts } from './texts.ts';

interface CallbacksProps {
  readonly desk: Desk;
  readonly payment: string;
  readonly events: readonly Event[];
  /** Of participants and merchants. */
  readonly names: ReadonlyMap<string, string>;
}

export const Callbacks: FC<CallbacksProps> = ({ desk, payment, events, names }) => {
  const say = paymentTexts(useVisit().language);
  if (events.length === 0) return <p class="soft">{say('noCallbacks')}</p>;
  return (
    <ul class="told">
      {events.map((event) => (
        <li id={event.id}>
          <div class="told-head">
            <div>
              <strong>{event.type}</strong> <Delivery attempts={event.attempts} />
              <div class="soft small">
                {say('to')}: {names.get(event.owner) ?? event.owner} · <Time at={event.created_at} exact />
              </div>
            </div>
            {desk.may('admin', 'officer', 'support') && (
              <form method="post" action={`/centre/payments/${payment}/events/${event.id}/resend`}>
                <input type="hidden" name="owner" value={event.owner} />
                <Button look="quiet" icon="send" label={`${say('resend')}: ${event.type}`}>
                  {say('resend')}
                </Button>
              </form>
            )}
          </div>
          {event.attempts.length > 0 && <Attempts attempts={event.attempts} />}
          <details>
            <summary>{say('sent')}</summary>
            <pre class="wraps">{event.body}</pre>
          </details>
        </li>
      ))}
    </ul>
  );
};

/** The last attempt at each endpoint counts. */
const Delivery: FC<{ attempts: readonly CallbackAttempt[] }> = ({ attempts }) => {
  const say = paymentTexts(useVisit().language);
  if (attempts.length === 0) return <Tag tone="over">{say('notSent')}</Tag>;
  const delivered = attempts.some(({ error }) => error === null);
  return <StatusTag status={delivered ? 'delivered' : 'failed'} />;
};

export const Attempts: FC<{ attempts: readonly CallbackAttempt[] }> = ({ attempts }) => {
  const say = paymentTexts(useVisit().language);
  return (
    <Timeline
      steps={attempts.map(({ number, at, status, error, took_ms: tookMs, request, response }) => ({
        tone: error === null ? ('good' as const) : ('bad' as const),
        title: `${say('attempt', { number })}: ${status ?? say('noAnswer')} · ${tookMs} ms`,
        when: <Time at={at} exact />,
        more: (
          <>
            <span class="break soft small">{request.url}</span>
            {error !== null && <p>{error}</p>}
            <details>
              <summary>{say('requestHeaders')}</summary>
              <pre class="wraps">
                {Object.entries(request.headers)
                  .map(([name, value]) => `${name}: ${value}`)
                  .join('\n')}
              </pre>
            </details>
            {response !== null && response !== '' && (
              <details>
                <summary>{say('answered')}</summary>
                <pre class="wraps">{response}</pre>
              </details>
            )}
          </>
        ),
      }))}
    />
  );
};
