/** The last days and how they stand; yesterday first, if it is not closed. */
import type { FC } from 'hono/jsx';
import { dayAfter } from '../../../kernel/index.ts';
import { Head } from '../../desk/parts.tsx';
import { LinkButton, Money, Notice, Table, Tag, Time, type Tone } from '../../kit/index.ts';
import { useVisit } from '../../visit.ts';
import type { ListedDay } from './shapes.ts';
import { dayTexts } from './texts.ts';

const tones: Record<ListedDay['state'], Tone> = {
  closed: 'good',
  reopened: 'wait',
  open: 'wait',
  underWay: 'plain',
};

export const DayState: FC<{ state: ListedDay['state'] }> = ({ state }) => (
  <Tag tone={tones[state]}>{dayTexts(useVisit().language)(state)}</Tag>
);

interface DaysProps {
  readonly days: readonly ListedDay[];
  readonly people: ReadonlyMap<string, string>;
  readonly today: string;
  readonly zone: string;
}

export const DaysPage: FC<DaysProps> = ({ days, people, today, zone }) => {
  const say = dayTexts(useVisit().language);
  const yesterday = days.find(({ day }) => day === dayAfter(today, -1));
  return (
    <>
      <Head title={say('days')}>
        <LinkButton look="quiet" icon="check" href="/centre/days/balance">
          {say('balance')}
        </LinkButton>
      </Head>
      {yesterday && yesterday.state !== 'closed' && (
        <Notice tone="wait">
          {say('notClosed', { day: yesterday.day })}{' '}
          <a href={`/centre/days/${yesterday.day}`}>{say('look')}</a>
        </Notice>
      )}
      <p class="soft small">{say('zone', { zone })}</p>
      <section class="sheet" aria-label={say('days')} tabindex={0}>
        <Table<ListedDay>
          caption={say('days')}
          dense
          rows={days}
          empty={say('nothing')}
          href={({ day }) => `/centre/days/${day}`}
          columns={[
            { title: say('day'), cell: ({ day }) => day },
            { title: say('state'), cell: ({ state }) => <DayState state={state} /> },
            {
              title: say('payments'),
              number: true,
              cell: ({ paid }) => paid.map(({ count }) => <div>{count}</div>),
            },
            {
              title: say('sum'),
              number: true,
              cell: ({ paid }) =>
                paid.map(({ sum }) => (
                  <div>
                    <Money {...sum} />
                  </div>
                )),
            },
            { title: say('by'), cell: ({ last }) => last && (people.get(last.by) ?? last.by) },
            { title: say('when'), cell: ({ last }) => last && <Time at={last.at} /> },
          ]}
        />
      </section>
    </>
  );
};
