/** How something stands: colour, icon and word, never colour alone. Green is money received, red lost or refused. */
import type { Child, FC } from 'hono/jsx';
import { useVisit } from '../visit.ts';
import { Icon, type IconName } from './icons.tsx';
import { kitTexts } from './texts.ts';

export type Tone = 'wait' | 'good' | 'bad' | 'over' | 'plain';

const icons: Record<Tone, IconName> = {
  wait: 'wait',
  good: 'done',
  bad: 'stop',
  over: 'over',
  plain: 'info',
};

/** States of the API that have a look of their own. */
const looks = {
  requires_confirmation: 'wait',
  processing: 'wait',
  completed: 'good',
  refunded: 'over',
  declined: 'bad',
  cancelled: 'over',
  expired: 'over',
  open: 'wait',
  paid: 'good',
  active: 'plain',
  paused: 'over',
  suspended: 'over',
  revoked: 'over',
  closed: 'over',
  pending: 'wait',
  delivered: 'plain',
  failed: 'bad',
} as const satisfies Record<string, Tone>;
export type Status = keyof typeof looks;
/** The look of a state by its code; plain for one that has none. */
export const toneOf = (state: string): Tone => (state in looks ? looks[state as Status] : 'plain');

export const StatusTag: FC<{ status: Status }> = ({ status }) => {
  const { language } = useVisit();
  return <Tag tone={looks[status]}>{kitTexts(language)(status)}</Tag>;
};

/** How a refund stands: one that has completed gave the money back, where a payment is paid. */
export const RefundStatus: FC<{ status: RefundState }> = ({ status }) => (
  <StatusTag
    status={status === 'completed' ? 'refunded' : status === 'requires_approval' ? 'pending' : status}
  />
);
type RefundState = Exclude<Status, 'refunded'> | 'requires_approval';

/** For states that only one page knows. */
export const Tag: FC<{ tone: Tone; icon?: IconName; children?: Child }> = ({ tone, icon, children }) => (
  <span class={`state ${tone}`}>
    <Icon name={icon ?? icons[tone]} />
    <span>{children}</span>
  </span>
);

/** Something to know before going on; `alert` for what has just gone wrong. */
export const Notice: FC<{ tone: Tone; alert?: boolean; children?: Child }> = ({ tone, alert, children }) => (
  <div class={`notice ${tone}`} role={alert ? 'alert' : 'status'}>
    <Icon name={tone === 'wait' ? 'alert' : icons[tone]} />
    <div>{children}</div>
  </div>
);

/** In place of a passkey's button where there can be none: the script shows it, and says where to (`offer`). */
export const PasskeyElsewhere: FC<{ id: string }> = ({ id }) => (
  <p id={`${id}-elsewhere`} hidden>
    <a href="/">{kitTexts(useVisit().language)('passkeyByName')}</a>
  </p>
);

export interface TimelineStep {
  readonly tone: Tone;
  readonly title: Child;
  readonly when?: Child;
  readonly more?: Child;
}

/** What happened, first to last. */
export const Timeline: FC<{ steps: readonly TimelineStep[] }> = ({ steps }) => (
  <ol class="timeline">
    {steps.map(({ tone, title, when, more }) => (
      <li class={tone}>
        <Icon name={icons[tone]} />
        <div>
          <strong>{title}</strong>
          {when && <div class="soft small">{when}</div>}
          {more && <div>{more}</div>}
        </div>
      </li>
    ))}
  </ol>
);

/** In place of what a script is still fetching. */
export const Skeleton: FC<{ lines?: number }> = ({ lines = 3 }) => (
  <div class="skeleton" aria-hidden="true">
    {Array.from({ length: lines }, () => (
      <span />
    ))}
  </div>
);
