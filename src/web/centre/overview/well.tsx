/** The first glance: that all is well, or what is not, and what waits for people. */
import type { FC } from 'hono/jsx';
import type { Overview } from '../../../metrics/index.ts';
import { Icon, Notice, Time } from '../../kit/index.ts';
import { useVisit } from '../../visit.ts';
import { overviewTexts } from './texts.ts';

/** Of an alert, what is shown here. */
export interface OpenAlert {
  readonly id: string;
  readonly name: string;
  readonly subject: string | null;
  readonly value: number;
  readonly unit: 'seconds' | 'percent' | 'count';
  readonly raised_at: string;
  readonly acknowledged: object | null;
}

interface WellProps {
  readonly overview: Overview;
  /** Undefined when they could not be read: then nobody says that all is well. */
  readonly alerts: readonly OpenAlert[] | undefined;
}

export const Well: FC<WellProps> = ({ overview: { differences }, alerts }) => {
  const say = overviewTexts(useVisit().language);
  if (!alerts) return <Notice tone="bad">{say('unknown')}</Notice>;
  const waiting = differences > 0 ? [say('differences', { count: differences })] : [];
  const count = alerts.length + waiting.length;
  if (count === 0) {
    return (
      <p class="well notice good">
        <Icon name="done" />
        <strong>{say('allWell')}</strong>
      </p>
    );
  }
  return (
    <section class="card wrong">
      <h2>{say('notWell', { count })}</h2>
      <ul class="plain-list">
        {alerts.map((alert) => (
          <li class={alert.acknowledged ? 'wait' : 'bad'}>
            <Icon name="alert" />
            <AlertLine alert={alert} />
          </li>
        ))}
        {waiting.map((text) => (
          <li class="wait">
            <Icon name="wait" />
            <span>{text}</span>
          </li>
        ))}
      </ul>
    </section>
  );
};

const AlertLine: FC<{ alert: OpenAlert }> = ({ alert }) => {
  const say = overviewTexts(useVisit().language);
  const { name, subject, value, unit, raised_at: raisedAt, acknowledged } = alert;
  // A condition that is newer than these texts is better shown by its name than not at all.
  const text = name in overviewTexts.messages.en ? say(name as 'partner.down') : name;
  return (
    <span>
      <strong>{text}</strong>
      {unit === 'count' && value > 1 && <> · {value}</>}
      {unit === 'percent' && <> · {say('percent', { value })}</>}
      {subject !== null && (
        <>
          {' '}
          · <code class="break">{subject}</code>
        </>
      )}{' '}
      <span class="soft small">
        {say('since')} <Time at={raisedAt} />
        {acknowledged && <> · {say('seenBy')}</>}
      </span>
    </span>
  );
};
