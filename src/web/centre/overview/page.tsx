/** The overview: what is wrong, rates, the last hour by minute, why and where payments are refused, positions. */
import type { FC } from 'hono/jsx';
import { type RefusalCode, refusals, refusalText } from '../../../kernel/index.ts';
import type { Overview } from '../../../metrics/index.ts';
import { Head, textOf } from '../../desk/parts.tsx';
import { BarChart, Card, LinkButton, type Share, Shares, Stat, Stats, Time } from '../../kit/index.ts';
import { localeOf } from '../../language.ts';
import { useVisit } from '../../visit.ts';
import { Thing } from '../reports/cells.tsx';
import { centreTexts } from '../texts.ts';
import { overviewTexts } from './texts.ts';
import { type OpenAlert, Well } from './well.tsx';

interface OverviewProps {
  readonly overview: Overview;
  readonly alerts: readonly OpenAlert[] | undefined;
  /** Changes that wait for this person's decision. */
  readonly approvals: number;
  /** Whether this person may say that they look after an alert. */
  readonly heeds: boolean;
  readonly wall: boolean;
  /** The scheme's clocks. */
  readonly zone: string;
}

export const OverviewPage: FC<OverviewProps> = (props) => {
  const { overview, alerts, approvals, heeds, wall, zone } = props;
  const { language } = useVisit();
  const say = overviewTexts(language);
  return (
    <div class={wall ? 'overview wall' : 'overview'}>
      <Head title={centreTexts(language)('overview')}>
        {!wall && (
          <LinkButton look="quiet" icon="receipt" href="/centre/reports/payments">
            {say('payments')}
          </LinkButton>
        )}
        <LinkButton look="quiet" icon={wall ? 'home' : 'system'} href={wall ? '/centre' : '/centre?wall=1'}>
          {say(wall ? 'noWall' : 'wall')}
        </LinkButton>
      </Head>
      <div id="well" data-live>
        <Well {...{ overview, alerts, approvals, heeds }} />
      </div>
      <div id="rates" data-live>
        <Rates overview={overview} />
      </div>
      <Card>
        <div id="minutes" data-live>
          <Minutes overview={overview} zone={zone} />
        </div>
      </Card>
      <div id="shares" data-live class="columns">
        <Refusals overview={overview} />
        <Positions overview={overview} />
        <Busiest title={say('byIssuer')} shares={overview.busiest.issuers} by="all" />
        <Busiest title={say('byMerchant')} shares={overview.busiest.merchants} by="refused" />
      </div>
      <p class="soft small" id="as-of" data-live>
        {say('asOf')} <Time at={overview.at} exact />
      </p>
    </div>
  );
};

const Rates: FC<{ overview: Overview }> = ({ overview }) => {
  const { language } = useVisit();
  const say = overviewTexts(language);
  const { hour, payments_per_minute: rate, open_transfers: open, outbox, callbacks } = overview;
  const number = new Intl.NumberFormat(localeOf(language), { maximumFractionDigits: 1 });
  const all = hour.completed + hour.refused;
  const ofAll = { way: 'same', text: say('ofPayments', { count: all }) } as const;
  const undelivered = callbacks.retrying + callbacks.parked;
  return (
    <Stats>
      <Stat label={say('perMinute')}>{rate === null ? '–' : number.format(rate)}</Stat>
      <Stat label={say('success')} change={ofAll}>
        {hour.success_percent === null ? '–' : say('percent', { value: number.format(hour.success_percent) })}
      </Stat>
      <Stat label={say('refused')}>{number.format(hour.refused)}</Stat>
      <Stat label={say('openTransfers')}>
        {number.format(open.count)}
        <More>
          {open.oldest_at === null ? (
            say('nobodyWaits')
          ) : (
            <>
              {say('oldest')} <Time at={open.oldest_at} />
            </>
          )}
        </More>
      </Stat>
      <Stat label={say('behind')}>
        {number.format(outbox.entries_behind)}
        <More>
          {outbox.newest_entry_at === null ? (
            say('upToDate')
          ) : (
            <>
              {say('newestEntry')} <Time at={outbox.newest_entry_at} />
            </>
          )}
        </More>
      </Stat>
      <Stat label={say('callbacks')}>
        {number.format(undelivered)}
        {undelivered > 0 && (
          <More>
            {say('retrying', { count: callbacks.retrying })}, {say('parked', { count: callbacks.parked })}
            {callbacks.oldest_at !== null && (
              <>
                , {say('oldest')} <Time at={callbacks.oldest_at} />
              </>
            )}
          </More>
        )}
      </Stat>
    </Stats>
  );
};

/** Beside a figure, in its own line. */
const More: FC = ({ children }) => <span class="change">{children}</span>;

/** Payments by minute. A script draws it with what it needs for that; without one the bars stay. */
const Minutes: FC<{ overview: Overview; zone: string }> = ({ overview: { minutes }, zone }) => {
  const { language } = useVisit();
  const say = overviewTexts(language);
  if (minutes.length === 0) return <p class="soft">{say('soon')}</p>;
  const locale = localeOf(language);
  const clock = new Intl.DateTimeFormat(locale, {
    ...{ hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: zone },
  });
  const number = new Intl.NumberFormat(locale);
  const plot = {
    ...{ locale, zone },
    names: [say('completed'), say('refusedOnes')],
    at: minutes.map(({ from }) => Date.parse(from) / 1_000),
    completed: minutes.map(({ completed }) => completed),
    refused: minutes.map(({ refused }) => refused),
  };
  return (
    <BarChart
      id="plot"
      class="ended"
      title={say('chart')}
      unit={say('payments')}
      plot={JSON.stringify(plot)}
      bars={minutes.map(({ from, completed, refused }) => ({
        label: clock.format(Date.parse(from)),
        value: completed,
        before: refused,
      }))}
      names={{ label: say('minute'), value: say('completed'), before: say('refusedOnes') }}
      text={(value) => number.format(value)}
    />
  );
};

const Refusals: FC<{ overview: Overview }> = ({ overview: { hour } }) => {
  const { language } = useVisit();
  const say = overviewTexts(language);
  const rows = hour.refusals.slice(0, 10).map(({ code, count }) => ({
    ...{ value: count, text: count, bad: true },
    name: (
      <>
        {meaning(code, language)} <code class="soft small">{code}</code>
      </>
    ),
  }));
  return (
    <Listed
      title={say('byRefusal')}
      names={[say('reason'), say('payments')]}
      rows={rows}
      none={say('noRefusals')}
    />
  );
};

// Counters may hold codes of an earlier version.
const meaning = (code: string, language: Parameters<typeof refusalText>[1]): string =>
  Object.hasOwn(refusals, code) ? refusalText(code as RefusalCode, language) : '';

const Positions: FC<{ overview: Overview }> = ({ overview: { positions } }) => {
  const { language } = useVisit();
  const say = overviewTexts(language);
  // One that is prefunded has nothing to come near to.
  const capped = positions.filter(({ cap }) => cap.amount > 0);
  const rows = capped.slice(0, 10).map(({ name, participant, balance, cap, used_percent: used }) => ({
    ...{ value: used, text: say('percent', { value: used }), bad: used >= 90 },
    name: (
      <>
        <Thing id={participant} name={name ?? undefined} />{' '}
        <span class="soft small">
          {say('ofCap', { balance: textOf(balance, language), cap: textOf(cap, language) })}
        </span>
      </>
    ),
  }));
  return (
    <Listed
      title={say('positions')}
      names={[say('positions'), say('used')]}
      rows={rows}
      none={say('noPositions')}
      whole={100}
    />
  );
};

interface BusiestProps {
  readonly title: string;
  readonly shares: Overview['busiest']['issuers'];
  readonly by: 'all' | 'refused';
}

const Busiest: FC<BusiestProps> = ({ title, shares, by }) => {
  const say = overviewTexts(useVisit().language);
  const shown = by === 'refused' ? shares.filter(({ refused }) => refused > 0) : shares;
  const rows = shown.map(({ id, name, completed, refused }) => ({
    value: by === 'refused' ? refused : completed + refused,
    text: by === 'refused' ? refused : completed + refused,
    bad: by === 'refused',
    name: (
      <>
        <Thing id={id} name={name ?? undefined} />{' '}
        <span class="soft small">{say('refusedOf', { refused, all: completed + refused })}</span>
      </>
    ),
  }));
  return (
    <Listed
      title={title}
      names={[title, say('payments')]}
      rows={rows}
      none={say(by === 'refused' ? 'noRefusals' : 'noPayments')}
      about={say('hourAndBefore')}
    />
  );
};

interface ListedProps {
  readonly title: string;
  readonly names: readonly [string, string];
  readonly rows: readonly Share[];
  readonly none: string;
  readonly whole?: number;
  readonly about?: string;
}

const Listed: FC<ListedProps> = ({ title, names, rows, none, whole, about }) => (
  <Card title={title}>
    {about !== undefined && <p class="soft small">{about}</p>}
    {rows.length === 0 ? (
      <p class="soft">{none}</p>
    ) : (
      <Shares caption={title} names={names} rows={rows} {...(whole !== undefined && { whole })} />
    )}
  </Card>
);
