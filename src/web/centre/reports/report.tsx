/** One report: what is asked, how far it is complete, its chart, its rows with their totals, and the same as a file. */
import type { Child, FC } from 'hono/jsx';
import type { ApiProblem } from '../../api.ts';
import { address, Head, Refused } from '../../desk/parts.tsx';
import { deskTexts } from '../../desk/texts.ts';
import {
  Button,
  Card,
  type Column,
  Field,
  Filters,
  LinkButton,
  Notice,
  Select,
  Table,
  Tabs,
  Time,
} from '../../kit/index.ts';
import { timeText } from '../../language.ts';
import { useVisit } from '../../visit.ts';
import { countText, type Names, Sums, Value } from './cells.tsx';
import { Charts, type Series } from './chart.tsx';
import {
  type Asked,
  columnsShown,
  type Declared,
  type DeclaredColumn,
  groupsOf,
  hasDays,
  type Quick,
  questionsOf,
  quickDays,
  type Row,
  type Rows,
} from './declared.ts';
import { Question } from './question.tsx';
import { reportTexts } from './texts.ts';

// What happened is in the reports within seconds; later than this somebody should know.
const behindAfterMs = 60_000;

interface ReportProps {
  readonly report: Declared;
  readonly asked: Asked;
  /** Absent when what was asked cannot be. */
  readonly rows: Rows | undefined;
  readonly names: Names;
  readonly charts: Series | undefined;
  readonly zone: string;
  readonly problem: ApiProblem | undefined;
  readonly errors: Readonly<Record<string, string>>;
  /** Where all of its rows are, as a file. */
  readonly file: (format: string) => string;
  /** Whether the visitor may have it made again and again. */
  readonly schedules: boolean;
}

export const ReportPage: FC<ReportProps> = (props) => {
  const { report, asked, rows, charts, zone, problem, file, schedules } = props;
  const { language } = useVisit();
  const say = reportTexts(language);
  return (
    <>
      <Head title={report.title} back={['/centre/reports', say('reports')]}>
        {rows && (
          <>
            <LinkButton icon="download" href={file('xlsx')} download={`${report.name}.xlsx`}>
              {say('spreadsheet')}
            </LinkButton>
            <LinkButton look="quiet" icon="download" href={file('csv')} download={`${report.name}.csv`}>
              CSV
            </LinkButton>
            <LinkButton look="quiet" icon="download" href={file('jsonl')} download={`${report.name}.jsonl`}>
              JSON Lines
            </LinkButton>
          </>
        )}
      </Head>
      {hasDays(report) && <Days report={report} asked={asked} zone={zone} />}
      <Questions {...props} />
      {problem && <Refused problem={problem} />}
      {rows && <Complete report={report} upTo={rows.complete_up_to} zone={zone} />}
      {charts && <Charts report={report} series={charts} zone={zone} />}
      {report.grouped && <Groups report={report} asked={asked} />}
      {rows && <ReportRows {...props} rows={rows} />}
      {rows && <AsFile report={report} asked={asked} schedules={schedules} />}
    </>
  );
};

const quicks: readonly Quick[] = ['today', 'yesterday', 'week', 'month'];

const Days: FC<{ report: Declared; asked: Asked; zone: string }> = ({ report, asked, zone }) => {
  const { language, nowMs } = useVisit();
  const say = reportTexts(language);
  const choices = quickDays(zone, nowMs);
  const href = (days: Partial<Record<'from' | 'to', string>>) => {
    const { from: _1, to: _2, ...rest } = asked;
    return address(`/centre/reports/${report.name}`, { ...rest, ...days });
  };
  const isNow = ({ from, to }: { from: string; to: string }) => asked.from === from && asked.to === to;
  return (
    <Tabs
      label={say('days')}
      tabs={[
        ...quicks.map((quick) => ({
          href: href(choices[quick]),
          text: say(quick),
          current: isNow(choices[quick]),
        })),
        {
          href: href({}),
          text: say(report.grouped ? 'usualDays' : 'allDays'),
          current: asked.from === undefined && asked.to === undefined,
        },
      ]}
    />
  );
};

const Questions: FC<ReportProps> = ({ report, asked, names, errors }) => {
  const common = deskTexts(useVisit().language);
  return (
    <Filters label={common('filters')}>
      {asked.by !== undefined && <input type="hidden" name="by" value={asked.by} />}
      {hasDays(report) && (
        <>
          <Field type="date" name="from" label={common('from')} value={asked.from} error={errors.from} />
          <Field type="date" name="to" label={common('to')} value={asked.to} error={errors.to} />
        </>
      )}
      {questionsOf(report).map((filter) => (
        <Question filter={filter} value={asked[filter.name]} names={names} error={errors[filter.name]} />
      ))}
    </Filters>
  );
};

/** Until when everything is in it; that it is behind, where it is. */
const Complete: FC<{ report: Declared; upTo: string; zone: string }> = ({ report, upTo, zone }) => {
  const { language, nowMs } = useVisit();
  const say = reportTexts(language);
  const upToMs = Date.parse(upTo);
  if (report.projected && nowMs - upToMs > behindAfterMs) {
    return <Notice tone="wait">{say('behind', { time: timeText(upToMs, 'KG', language) })}</Notice>;
  }
  return (
    <p class="soft small">
      {say('completeUpTo')} <Time at={upToMs} exact />. {say('zone', { zone })}
    </p>
  );
};

const Groups: FC<{ report: Declared; asked: Asked }> = ({ report, asked }) => {
  const say = reportTexts(useVisit().language);
  const usual = report.by.join(',');
  const now = asked.by ?? usual;
  return (
    <Tabs
      label={say('groups')}
      tabs={groupsOf(report, now).map(({ by, title }) => ({
        href: address(`/centre/reports/${report.name}`, { ...asked, by: by === usual ? undefined : by }),
        text: title,
        current: by === now,
      }))}
    />
  );
};

const ReportRows: FC<ReportProps & { rows: Rows }> = ({ report, asked, rows, names }) => {
  const { language } = useVisit();
  const by = [...(asked.by?.split(',') ?? report.by), 'currency'];
  const shown = columnsShown(report, by, rows.data);
  return (
    <section class="sheet" aria-label={report.title} tabindex={0}>
      <Table<Row>
        caption={report.title}
        dense
        rows={rows.data}
        empty={reportTexts(language)('nothing')}
        next={rows.next_cursor}
        columns={shown.map(
          (column): Column<Row> => ({
            title: column.title,
            number: column.type === 'money' || column.type === 'count',
            cell: (row) => <Value column={column} row={row} names={names} />,
            ...totalOf(column, rows.totals, language),
          }),
        )}
      />
    </section>
  );
};

function totalOf(
  { name, type, group }: DeclaredColumn,
  totals: readonly Row[] | undefined,
  language: Parameters<typeof countText>[1],
): { total?: Child } {
  if (!totals || totals.length === 0 || group) return {};
  if (type === 'money') return { total: <Sums cells={totals.map((row) => row[name] ?? null)} /> };
  return {
    total: (
      <>
        {totals.map((row) => (
          <div>{countText(Number(row[name]), language)}</div>
        ))}
      </>
    ),
  };
}

const AsFile: FC<Pick<ReportProps, 'report' | 'asked' | 'schedules'>> = ({ report, asked, schedules }) => {
  const say = reportTexts(useVisit().language);
  const { from: _1, to: _2, ...filters } = asked;
  return (
    <Card title={say('asFile')} id="as-file">
      <p class="soft">{say('asFileWhy')}</p>
      <form method="post" action={`/centre/reports/${report.name}/files`} class="row">
        {Object.entries(asked).map(([name, value]) => (
          <input type="hidden" name={name} value={value} />
        ))}
        <Select
          name="format"
          label={say('format')}
          options={[
            ['xlsx', `${say('spreadsheet')} (XLSX)`],
            ['csv', 'CSV'],
            ['jsonl', 'JSON Lines'],
          ]}
        />
        <Button look="quiet" icon="list">
          {say('make')}
        </Button>
      </form>
      {schedules && (
        <p>
          <a href={address('/centre/reports/schedules/new', { ...filters, report: report.name })}>
            {say('regularly')}
          </a>
        </p>
      )}
    </Card>
  );
};
