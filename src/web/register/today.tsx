/** What was taken today: in all, and by whom. A cashier sees their own. */
import type { FC } from 'hono/jsx';
import { Card, Empty, Money, Stat, Stats, Table } from '../kit/index.ts';
import { timeText } from '../language.ts';
import type { Clerk } from './desk.tsx';
import { registerTexts } from './texts/index.ts';

interface Amount {
  readonly amount: number;
  readonly currency: string;
}
interface Figures {
  readonly count: number;
  readonly sum: Amount;
  readonly refunds: { readonly count: number; readonly sum: Amount };
  readonly net: Amount;
}
export interface Takings {
  readonly takings: Figures;
  readonly by_person: readonly (Figures & { readonly id: string | null; readonly name: string | null })[];
  readonly complete_up_to: string;
}

export const TodayView: FC<{ clerk: Clerk; day: Takings }> = ({ clerk, day }) => {
  const { language, merchant } = clerk;
  const say = registerTexts(language);
  const { takings, by_person: people, complete_up_to: upTo } = day;
  const time = timeText(Date.parse(upTo), merchant.country, language);
  if (takings.count + takings.refunds.count === 0) {
    return (
      <>
        <h1>{say('today')}</h1>
        <Empty icon="chart">{say('noTakings')}</Empty>
      </>
    );
  }
  return (
    <>
      <h1>{say('today')}</h1>
      <div class="takings">
        <Stats>
          <Stat label={say('taken')}>
            <Money {...takings.net} />
          </Stat>
          <Stat label={say('payments')}>
            {say('count', { count: takings.count })} <Money {...takings.sum} class="soft" />
          </Stat>
          <Stat label={say('refunds')}>
            {say('refundCount', { count: takings.refunds.count })}{' '}
            <Money {...takings.refunds.sum} class="soft" />
          </Stat>
        </Stats>
      </div>
      <Card title={say('byCashier')}>
        <Table
          caption={say('byCashier')}
          rows={people}
          empty={say('noTakings')}
          columns={[
            { title: say('who'), cell: ({ name }) => name ?? say('noCashier') },
            {
              title: say('taken'),
              number: true,
              cell: ({ net }) => <Money {...net} />,
              total: <Money {...takings.net} />,
            },
            {
              title: say('payments'),
              number: true,
              cell: ({ count }) => say('count', { count }),
              total: say('count', { count: takings.count }),
            },
            {
              title: say('refunds'),
              number: true,
              cell: ({ refunds }) => say('refundCount', { count: refunds.count }),
              total: say('refundCount', { count: takings.refunds.count }),
            },
          ]}
        />
      </Card>
      <p class="soft small">{say('completeUpTo', { time })}</p>
    </>
  );
};
