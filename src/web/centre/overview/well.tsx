/** The first glance: that all is well, or what is not, and what waits for people. */
import type { FC } from 'hono/jsx';
import type { Language } from '../../../kernel/index.ts';
import type { Overview } from '../../../metrics/index.ts';
import { deskTexts } from '../../desk/texts.ts';
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
  /** Changes that wait for this person's decision. */
  readonly approvals: number;
  /** Whether this person may say that they look after an alert. */
  readonly heeds: boolean;
}

const work = '/centre/work';
/** Where each is looked at and decided. */
export const places: Readonly<Record<string, string>> = {
  'transfers.stuck': work,
  'callbacks.parked': work,
  'messages.dead': work,
  'partner.down': '/centre/participants',
  'position.near_cap': '/centre/participants',
  'day.not_closed': '/centre/days',
};

export const Well: FC<WellProps> = ({ overview: { differences }, alerts, approvals, heeds }) => {
  const say = overviewTexts(useVisit().language);
  if (!alerts) return <Notice tone="bad">{say('unknown')}</Notice>;
  const waiting = [
    ['/centre/reconciliation/differences', differences, say('differences', { count: differences })],
    ['/centre/approvals', approvals, say('approvals', { count: approvals })],
  ] as const;
  const asked = waiting.filter(([, count]) => count > 0);
  const count = alerts.length + asked.length;
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
            <AlertLine alert={alert} heeds={heeds} />
          </li>
        ))}
        {asked.map(([href, , text]) => (
          <li class="wait">
            <Icon name="wait" />
            <a href={href}>{text}</a>
          </li>
        ))}
      </ul>
    </section>
  );
};

// A condition that is newer than these texts is better shown by its name than not at all.
export const alertText = (name: string, language: Language): string =>
  name in overviewTexts.messages.en ? overviewTexts(language)(name as 'partner.down') : name;

const AlertLine: FC<{ alert: OpenAlert; heeds: boolean }> = ({ alert, heeds }) => {
  const { language } = useVisit();
  const say = overviewTexts(language);
  const { id, name, subject, value, unit, raised_at: raisedAt, acknowledged } = alert;
  const text = alertText(name, language);
  const place = places[name];
  return (
    <span>
      <strong>{place === undefined ? text : <a href={place}>{text}</a>}</strong>
      {unit === 'count' && value > 1 && <> · {value}</>}
      {unit === 'percent' && <> · {say('percent', { value })}</>}
      {subject !== null && (
        <>
          {' '}
          · <code class="break">{subject}</code>
        </>
      )}{' '}
      <span class="soft small">
        {say('since')} <Time at={raisedAt} /> ·{' '}
        <a href={`/centre/alerts/${id}`}>
          {acknowledged ? say('seenBy') : heeds ? say('lookAfter') : deskTexts(language)('details')}
        </a>
      </span>
    </span>
  );
};
