/** Money, times, counts, and how they stand out: numbers never wrap, and say their unit and zone. */
import type { Child, FC } from 'hono/jsx';
import { moneyText, timeText } from '../language.ts';
import { useVisit } from '../visit.ts';
import { Icon } from './icons.tsx';
import { kitTexts } from './texts.ts';

/** As the API writes it: minor units. */
export interface Amount {
  readonly amount: number | bigint;
  readonly currency: string;
}

export const Money: FC<Amount & { class?: string }> = ({ amount, currency, class: more }) => {
  const { language } = useVisit();
  const text = moneyText(BigInt(amount), currency, language);
  return <span class={more === undefined ? 'money' : `money ${more}`}>{text}</span>;
};

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

interface TimeProps {
  /** Epoch milliseconds, or RFC 3339 as the API writes it. */
  readonly at: number | string;
  /** Whose clock it is read on; `KG` when not given. */
  readonly country?: string;
  /** Always the exact time. */
  readonly exact?: boolean;
}

/** How long ago, within a day, and the exact time by pointing at it; the exact time for what is older. */
export const Time: FC<TimeProps> = ({ at, country = 'KG', exact = false }) => {
  const { language, nowMs } = useVisit();
  const atMs = typeof at === 'number' ? at : Date.parse(at);
  const whole = timeText(atMs, country, language);
  const ago = exact ? undefined : agoText(nowMs - atMs, language);
  return (
    <time datetime={new Date(atMs).toISOString()} title={ago === undefined ? undefined : whole}>
      {ago ?? whole}
    </time>
  );
};

function agoText(ms: number, language: Parameters<typeof kitTexts>[0]): string | undefined {
  const say = kitTexts(language);
  if (ms < 0 || ms >= dayMs) return undefined;
  if (ms < minuteMs) return say('justNow');
  if (ms < hourMs) return say('minutesAgo', { count: Math.floor(ms / minuteMs) });
  return say('hoursAgo', { count: Math.floor(ms / hourMs) });
}

interface StatProps {
  readonly label: string;
  readonly children?: Child;
  /** Against what it is compared with: more is `up`, less is `down`. */
  readonly change?: { readonly way: 'up' | 'down' | 'same'; readonly text: string };
}

/** A figure with its name, and how it changed. */
export const Stat: FC<StatProps> = ({ label, change, children }) => (
  <div class="stat">
    <dt>{label}</dt>
    <dd>
      <strong>{children}</strong>
      {change && (
        <span class="change">
          {change.way !== 'same' && <Icon name={change.way} />}
          {change.text}
        </span>
      )}
    </dd>
  </div>
);

export const Stats: FC<{ children?: Child }> = ({ children }) => <dl class="stats">{children}</dl>;

type Row = readonly [name: string, value: Child | null | undefined];

/** Names and values, e.g. of one payment; what has no value is left out. */
export const Facts: FC<{ rows: readonly Row[] }> = ({ rows }) => {
  const known = rows.filter(([, value]) => value !== null && value !== undefined);
  if (known.length === 0) return null;
  return (
    <dl class="facts">
      {known.map(([name, value]) => (
        <div>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
};
