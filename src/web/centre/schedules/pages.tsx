/** Schedules as people see them: all of them, a new one, and one with what it has made. */
import type { FC } from 'hono/jsx';
import type { ApiProblem } from '../../api.ts';
import { address, Head, type List, Refused } from '../../desk/parts.tsx';
import { deskTexts } from '../../desk/texts.ts';
import type { Form } from '../../form.ts';
import {
  Button,
  Card,
  Facts,
  Field,
  LinkButton,
  Select,
  Table,
  Tag,
  Time,
  type Tone,
} from '../../kit/index.ts';
import { useVisit } from '../../visit.ts';
import type { Names } from '../reports/cells.tsx';
import { type Declared, groupsOf, questionsOf, wordsOf } from '../reports/declared.ts';
import { Question } from '../reports/question.tsx';
import { reportTexts } from '../reports/texts.ts';
import { scheduleTexts } from './texts.ts';

const place = '/centre/reports/schedules';
const everies = ['day', 'week', 'month'] as const;
const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

export interface Schedule {
  readonly id: string;
  readonly name: string;
  readonly report: string;
  readonly format: 'csv' | 'xlsx' | 'jsonl';
  readonly filters: Readonly<Record<string, string>>;
  readonly every: (typeof everies)[number];
  readonly at: string;
  readonly time_zone: string;
  readonly weekday: (typeof weekdays)[number] | null;
  readonly month_day: number | 'last' | null;
  readonly status: 'active' | 'paused';
  readonly next_at: string | null;
}

export interface Run {
  readonly id: string;
  readonly status: 'due' | 'running' | 'finished' | 'failed';
  readonly from: string;
  readonly to: string;
  readonly due_at: string;
  readonly rows: number | null;
  readonly reason: string | null;
  readonly job: string | null;
}

interface SchedulesProps {
  readonly schedules: List<Schedule>;
  readonly reports: readonly Declared[];
  readonly writes: boolean;
}

const titleOf = (reports: readonly Declared[], name: string): string =>
  reports.find((one) => one.name === name)?.title ?? name;

const State: FC<Pick<Schedule, 'status'>> = ({ status }) => (
  <Tag tone={status === 'active' ? 'good' : 'over'}>{scheduleTexts(useVisit().language)(status)}</Tag>
);

export const SchedulesPage: FC<SchedulesProps> = ({ schedules, reports, writes }) => {
  const { language } = useVisit();
  const say = scheduleTexts(language);
  return (
    <>
      <Head title={say('schedules')} back={['/centre/reports', reportTexts(language)('reports')]}>
        {writes && (
          <LinkButton icon="plus" href={`${place}/new`}>
            {say('newSchedule')}
          </LinkButton>
        )}
      </Head>
      <p class="soft">{say('about')}</p>
      <section class="sheet" aria-label={say('schedules')} tabindex={0}>
        <Table<Schedule>
          caption={say('schedules')}
          dense
          rows={schedules.data}
          empty={say('none')}
          next={schedules.next_cursor}
          href={({ id }) => `${place}/${id}`}
          columns={[
            { title: say('name'), cell: ({ name }) => name },
            { title: say('report'), cell: ({ report }) => titleOf(reports, report) },
            { title: say('every'), cell: ({ every }) => say(every) },
            { title: say('at'), cell: ({ at, time_zone: zone }) => `${at}, ${zone}` },
            { title: say('state'), cell: ({ status }) => <State status={status} /> },
            { title: say('next'), cell: ({ next_at: at }) => at && <Time at={at} exact /> },
          ]}
        />
      </section>
    </>
  );
};

/** Of which report; what it can be asked depends on it. */
export const ChooseReportPage: FC<Pick<SchedulesProps, 'reports'>> = ({ reports }) => {
  const say = scheduleTexts(useVisit().language);
  return (
    <>
      <Head title={say('newSchedule')} back={[place, say('schedules')]} />
      <Card>
        <Table<Declared>
          caption={say('newSchedule')}
          rows={reports}
          empty=""
          href={({ name }) => address(`${place}/new`, { report: name })}
          columns={[{ title: say('report'), cell: ({ title }) => title }]}
        />
      </Card>
    </>
  );
};

interface NewProps {
  readonly report: Declared;
  /** What was typed, filters of the report among it. */
  readonly form: Form;
  readonly names: Names;
  readonly problem: ApiProblem | undefined;
  readonly errors: Readonly<Record<string, string>>;
}

export const NewSchedulePage: FC<NewProps> = ({ report, form, names, problem, errors }) => {
  const { language } = useVisit();
  const say = scheduleTexts(language);
  return (
    <>
      <Head title={`${say('newSchedule')}: ${report.title}`} back={[`${place}/new`, say('report')]} />
      {problem && <Refused problem={problem}>{problem.title}</Refused>}
      <Card>
        <form method="post" action={`${place}/new`}>
          <Field
            name="name"
            label={say('name')}
            value={form.name}
            maxlength={80}
            required
            error={errors.name}
          />
          <input type="hidden" name="report" value={report.name} />
          <div class="row">
            <Select
              name="format"
              label={say('format')}
              value={form.format}
              options={[
                ['xlsx', `${reportTexts(language)('spreadsheet')} (XLSX)`],
                ['csv', 'CSV'],
                ['jsonl', 'JSON Lines'],
              ]}
            />
          </div>
          <Questions report={report} form={form} names={names} errors={errors} />
          <div class="row">
            <Select
              name="every"
              label={say('every')}
              value={form.every}
              options={everies.map((every) => [every, say(every)] as const)}
            />
            <Select
              name="weekday"
              label={say('weekday')}
              value={form.weekday}
              options={weekdays.map((day) => [day, say(day)] as const)}
              error={errors.weekday}
            />
            <Field
              name="month_day"
              label={say('monthDay')}
              inputmode="numeric"
              value={form.month_day ?? '1'}
              error={errors.month_day}
            />
          </div>
          <div class="row">
            <Field name="at" label={say('at')} value={form.at} required error={errors.at} />
            <Field name="zone" label={say('zone')} value={form.zone} required error={errors.time_zone} />
          </div>
          <div class="buttons">
            <Button icon="check">{deskTexts(language)('save')}</Button>
          </div>
        </form>
      </Card>
    </>
  );
};

/** What the report is asked each time; its days follow from when it is made. */
const Questions: FC<Omit<NewProps, 'problem'>> = ({ report, form, names, errors }) => {
  const { language } = useVisit();
  const usual = report.by.join(',');
  const questions = questionsOf(report);
  if (questions.length === 0 && !report.grouped) return null;
  return (
    <fieldset>
      <legend>{deskTexts(language)('filters')}</legend>
      <div class="row">
        {report.grouped && (
          <Select
            name="by"
            label={reportTexts(language)('groups')}
            value={form.by ?? usual}
            options={groupsOf(report, form.by ?? usual).map(({ by, title }) => [by, title] as const)}
            error={errors.by}
          />
        )}
        {questions.map((filter) => (
          <Question filter={filter} value={form[filter.name]} names={names} error={errors[filter.name]} />
        ))}
      </div>
    </fieldset>
  );
};

const tones: Record<Run['status'], Tone> = { due: 'wait', running: 'wait', finished: 'good', failed: 'bad' };
// While something is made, the page looks again so often; in seconds.
const lookAgainS = 5;

interface ScheduleProps {
  readonly schedule: Schedule;
  readonly runs: List<Run>;
  readonly reports: readonly Declared[];
  readonly writes: boolean;
}

export const SchedulePage: FC<ScheduleProps> = ({ schedule, runs, reports, writes }) => {
  const { language } = useVisit();
  const say = scheduleTexts(language);
  const { every, weekday, month_day: monthDay } = schedule;
  const report = reports.find(({ name }) => name === schedule.report);
  const when = [say(every), weekday && say(weekday), monthDay].filter((part) => part !== null).join(', ');
  const isMaking = runs.data.some(({ status }) => status === 'due' || status === 'running');
  return (
    <>
      <Head title={schedule.name} back={[place, say('schedules')]} />
      <Card>
        <Facts
          rows={[
            [say('report'), `${titleOf(reports, schedule.report)} · ${schedule.format.toUpperCase()}`],
            [deskTexts(language)('filters'), (report && wordsOf(report, schedule.filters)) || null],
            [say('every'), when],
            [say('at'), `${schedule.at}, ${schedule.time_zone}`],
            [say('state'), <State status={schedule.status} />],
            [say('next'), schedule.next_at && <Time at={schedule.next_at} exact />],
          ]}
        />
        {writes && <Deeds schedule={schedule} />}
      </Card>
      <Card title={say('runs')}>
        <div id="runs" data-live={isMaking ? String(lookAgainS) : ''}>
          <Table<Run>
            caption={say('runs')}
            dense
            rows={runs.data}
            empty={say('noRuns')}
            next={runs.next_cursor}
            columns={[
              { title: say('days'), cell: ({ from, to }) => [...new Set([from, to])].join(' – ') },
              { title: say('state'), cell: ({ status }) => <Tag tone={tones[status]}>{say(status)}</Tag> },
              { title: say('rows'), number: true, cell: ({ rows }) => rows },
              { title: say('at'), cell: ({ due_at: at }) => <Time at={at} exact /> },
              { title: say('download'), cell: (run) => <Made run={run} /> },
            ]}
          />
        </div>
      </Card>
    </>
  );
};

const Made: FC<{ run: Run }> = ({ run: { status, job, reason } }) => {
  const say = scheduleTexts(useVisit().language);
  if (status !== 'finished' || job === null) return reason === null ? null : <span>{reason}</span>;
  return (
    <LinkButton look="quiet" icon="download" href={`/v1/centre/report-jobs/${job}/file`} download="">
      {say('download')}
    </LinkButton>
  );
};

const Deeds: FC<{ schedule: Schedule }> = ({ schedule: { id, status } }) => {
  const say = scheduleTexts(useVisit().language);
  const turn = status === 'active' ? 'pause' : 'resume';
  return (
    <div class="buttons">
      {(['run', turn, 'remove'] as const).map((verb) => (
        <form method="post" action={`${place}/${id}/${verb}`}>
          <Button look={verb === 'remove' ? 'danger' : 'quiet'}>{say(verb)}</Button>
        </form>
      ))}
    </div>
  );
};
