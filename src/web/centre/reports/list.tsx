/** Which reports there are and what each answers; yesterday's totals at hand. */
import type { FC } from 'hono/jsx';
import { address, Head } from '../../desk/parts.tsx';
import { Card, LinkButton, Money, Stat, Stats } from '../../kit/index.ts';
import { useVisit } from '../../visit.ts';
import { scheduleTexts } from '../schedules/texts.ts';
import type { Declared, Row } from './declared.ts';
import { type ReportText, reportTexts } from './texts.ts';

const abouts: Readonly<
  Record<string, Exclude<ReportText, 'count' | 'rowsSoFar' | 'chart' | 'chartHours' | 'zone' | 'behind'>>
> = {
  payments: 'aboutPayments',
  refunds: 'aboutRefunds',
  volumes: 'aboutVolumes',
  declines: 'aboutDeclines',
  fees: 'aboutFees',
  positions: 'aboutPositions',
  merchants: 'aboutMerchants',
  tills: 'aboutTills',
  codes: 'aboutCodes',
  accounts: 'aboutAccounts',
  callbacks: 'aboutCallbacks',
  audit: 'aboutAudit',
};

interface ReportsProps {
  readonly reports: readonly Declared[];
  /** What was paid, by currency. */
  readonly yesterday: readonly Row[];
  readonly day: string;
  readonly zone: string;
}

export const ReportsPage: FC<ReportsProps> = ({ reports, yesterday, day, zone }) => {
  const { language } = useVisit();
  const say = reportTexts(language);
  const days = { from: day, to: day };
  return (
    <>
      <Head title={say('reports')}>
        <LinkButton look="quiet" icon="list" href="/centre/reports/files">
          {say('files')}
        </LinkButton>
        <LinkButton look="quiet" icon="calendar" href="/centre/reports/schedules">
          {scheduleTexts(language)('schedules')}
        </LinkButton>
      </Head>
      <Card title={say('yesterdayTotals')} id="yesterday" aside={<span class="soft">{day}</span>}>
        {yesterday.length === 0 ? <p class="soft">{say('nothingYesterday')}</p> : <Taken rows={yesterday} />}
        <div class="buttons">
          <LinkButton
            icon="download"
            href={address('/v1/centre/reports/volumes', { ...days, language, format: 'xlsx' })}
            download="volumes.xlsx"
          >
            {say('spreadsheet')}
          </LinkButton>
          <LinkButton look="quiet" icon="chart" href={address('/centre/reports/volumes', days)}>
            {say('open')}
          </LinkButton>
        </div>
        <p class="soft small">{say('zone', { zone })}</p>
      </Card>
      <ul class="cards">
        {reports.map(({ name, title }) => (
          <li class="card">
            <a href={`/centre/reports/${name}`}>{title}</a>
            {abouts[name] !== undefined && <p class="soft">{say(abouts[name])}</p>}
          </li>
        ))}
      </ul>
    </>
  );
};

const Taken: FC<{ rows: readonly Row[] }> = ({ rows }) => {
  const say = reportTexts(useVisit().language);
  return (
    <Stats>
      {rows.map(({ currency, count, sum }) => (
        <Stat
          label={`${say('paid')}, ${currency}`}
          change={{ way: 'same', text: say('count', { count: Number(count) }) }}
        >
          <Money amount={(sum as { amount: number }).amount} currency={String(currency)} />
        </Stat>
      ))}
    </Stats>
  );
};
