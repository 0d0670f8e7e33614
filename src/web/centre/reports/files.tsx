/** Files of reports: how far each has come, what it holds, and where it is fetched; the same again. */
import type { FC } from 'hono/jsx';
import { address, Head, type List } from '../../desk/parts.tsx';
import { Button, LinkButton, Table, Tag, Time, type Tone } from '../../kit/index.ts';
import { useVisit } from '../../visit.ts';
import { countText, Sums } from './cells.tsx';
import { askedAgain, type Declared, type Job, wordsOf } from './declared.ts';
import { reportTexts } from './texts.ts';

const tones: Record<Job['status'], Tone> = {
  running: 'wait',
  finished: 'good',
  cancelled: 'over',
  failed: 'bad',
};
// While something is made, the page looks again so often; in seconds.
const lookAgainS = 2;

interface FilesProps {
  readonly reports: readonly Declared[];
  readonly jobs: List<Job>;
  readonly zone: string;
}

export const FilesPage: FC<FilesProps> = ({ reports, jobs, zone }) => {
  const { language } = useVisit();
  const say = reportTexts(language);
  const known = new Map(reports.map((report) => [report.name, report]));
  const isMaking = jobs.data.some(({ status }) => status === 'running');
  return (
    <>
      <Head title={say('files')} back={['/centre/reports', say('reports')]} />
      <div id="files" class="sheet" data-live={isMaking ? String(lookAgainS) : ''}>
        <Table<Job>
          caption={say('files')}
          dense
          rows={jobs.data}
          empty={say('noFiles')}
          next={jobs.next_cursor}
          columns={[
            {
              title: say('report'),
              cell: (job) => <Wish job={job} report={known.get(job.report)} zone={zone} />,
            },
            { title: say('progress'), cell: (job) => <Progress job={job} /> },
            { title: say('rows'), number: true, cell: ({ rows }) => countText(rows, language) },
            {
              title: say('totals'),
              number: true,
              cell: ({ totals }) => <Sums cells={totals.map(({ sum }) => sum)} />,
            },
            { title: say('size'), number: true, cell: ({ bytes }) => sizeText(bytes, language) },
            { title: say('started'), cell: ({ started_at: at }) => <Time at={at} /> },
            { title: say('expires'), cell: ({ expires_at: at }) => <Time at={at} exact /> },
            {
              title: say('download'),
              cell: (job) => <Deeds job={job} report={known.get(job.report)} zone={zone} />,
            },
          ]}
        />
      </div>
    </>
  );
};

interface JobProps {
  readonly job: Job;
  readonly report: Declared | undefined;
  readonly zone: string;
}

const Wish: FC<JobProps> = ({ job, report, zone }) => {
  if (!report) return <>{job.report}</>;
  const asked = askedAgain(report, job.filters, zone);
  return (
    <>
      <a href={address(`/centre/reports/${job.report}`, asked)}>
        {report.title} · {job.format.toUpperCase()}
      </a>
      <div class="soft small">{wordsOf(report, asked)}</div>
    </>
  );
};

const Progress: FC<{ job: Job }> = ({ job }) => {
  const say = reportTexts(useVisit().language);
  const { status, rows, sha256 } = job;
  return (
    <>
      <Tag tone={tones[status]}>{say(status)}</Tag>
      {status === 'running' && <div class="soft small">{say('rowsSoFar', { count: rows })}</div>}
      {sha256 !== null && (
        <details>
          <summary>SHA-256</summary>
          <code class="break">{sha256}</code>
        </details>
      )}
    </>
  );
};

const Deeds: FC<JobProps> = ({ job, report, zone }) => {
  const say = reportTexts(useVisit().language);
  if (job.status === 'running') {
    return (
      <form method="post" action={`/centre/reports/files/${job.id}/cancel`}>
        <Button look="quiet" icon="close">
          {say('stop')}
        </Button>
      </form>
    );
  }
  return (
    <div class="buttons">
      {job.status === 'finished' && (
        <LinkButton icon="download" href={`/v1/centre/report-jobs/${job.id}/file`} download="">
          {say('download')}
        </LinkButton>
      )}
      {report && (
        <form method="post" action={`/centre/reports/${job.report}/files`}>
          {Object.entries({ ...askedAgain(report, job.filters, zone), format: job.format }).map(
            ([name, value]) => (
              <input type="hidden" name={name} value={value} />
            ),
          )}
          <Button look="quiet">{say('again')}</Button>
        </form>
      )}
    </div>
  );
};

const kilo = 1_024;

function sizeText(bytes: number, language: Parameters<typeof countText>[1]): string {
  const units = ['B', 'KB', 'MB', 'GB'];
  const step = bytes === 0 ? 0 : Math.min(units.length - 1, Math.floor(Math.log(bytes) / Math.log(kilo)));
  const size = bytes / kilo ** step;
  return `${countText(Math.round(size * 10) / 10, language)} ${units[step]}`;
}
