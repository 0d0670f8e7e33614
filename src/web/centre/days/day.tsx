/** One day: closed with its frozen totals, its signature and what changed since; or what keeps it open and what to do. */
import type { FC } from 'hono/jsx';
import type { ApiProblem } from '../../api.ts';
import { address, Head, Refused } from '../../desk/parts.tsx';
import { deskTexts } from '../../desk/texts.ts';
import type { Form } from '../../form.ts';
import {
  Button,
  Card,
  Facts,
  Field,
  LinkButton,
  Money,
  Notice,
  type Status,
  StatusTag,
  Table,
  Time,
  Timeline,
} from '../../kit/index.ts';
import { timeText } from '../../language.ts';
import { useVisit } from '../../visit.ts';
import { Thing } from '../reports/cells.tsx';
import { DayState } from './list.tsx';
import type { Obstacles, Version, WholeDay } from './shapes.ts';
import { dayTexts } from './texts.ts';

const place = '/centre/days';

interface DayProps {
  /** Absent while nobody has closed it. */
  readonly known: WholeDay | undefined;
  readonly obstacles: Obstacles;
  readonly people: ReadonlyMap<string, string>;
  readonly participants: ReadonlyMap<string, string>;
  /** Who looks at it: whoever closed a day may not open it again. */
  readonly me: string;
  readonly closes: boolean;
  readonly form: Form;
  readonly problem: ApiProblem | undefined;
  readonly errors: Readonly<Record<string, string>>;
}

export const DayPage: FC<DayProps> = (props) => {
  const { known, obstacles, participants, problem } = props;
  const say = dayTexts(useVisit().language);
  const isClosed = known?.status === 'closed';
  const { day } = obstacles;
  const isNotOver = obstacles.obstacles.some(({ code }) => code === 'business_day.not_over');
  return (
    <>
      <Head title={day} back={[place, say('days')]}>
        <LinkButton
          look="quiet"
          icon="chart"
          href={address('/centre/reports/volumes', { from: day, to: day, by: 'participant,kind,status' })}
        >
          {say('report')}
        </LinkButton>
      </Head>
      <p>
        <DayState state={known?.status ?? (isNotOver ? 'underWay' : 'open')} />
      </p>
      {problem && <Refused problem={problem} />}
      {isClosed ? (
        <>
          <Changed day={known} participants={participants} />
          <Totals day={known} participants={participants} />
          <Signature day={known} />
          <Reopen {...props} known={known} />
        </>
      ) : (
        <KeptOpen {...props} />
      )}
      {known && <Versions {...props} versions={known.versions} />}
    </>
  );
};

const KeptOpen: FC<DayProps> = ({ obstacles: { day, over_at, obstacles }, closes }) => {
  const { language } = useVisit();
  const say = dayTexts(language);
  const todo = {
    'business_day.not_over': say('not_over', { time: timeText(Date.parse(over_at), 'KG', language) }),
    'reports.behind': say('behind'),
    'business_day.open_transfers': say('open_transfers'),
    'business_day.not_balanced': say('not_balanced'),
  };
  return (
    <Card title={say('keepsOpen')} id="obstacles">
      {obstacles.length === 0 && <Notice tone="good">{say('mayClose')}</Notice>}
      <ul class="plain-list">
        {obstacles.map(({ code, title, transfers, detail }) => (
          <li>
            <div>
              <strong>{title}</strong>
              <p>{todo[code]}</p>
              {transfers.length > 0 ? (
                <p>
                  {transfers.map((id) => (
                    <>
                      <Thing id={id} name={id} />{' '}
                    </>
                  ))}
                </p>
              ) : (
                detail !== null && <p class="soft small">{detail}</p>
              )}
            </div>
          </li>
        ))}
      </ul>
      {closes && obstacles.length === 0 && (
        <form method="post" action={`${place}/${day}/close`}>
          <p class="soft">{say('closeWhy')}</p>
          <div class="buttons">
            <Button icon="lock">{say('close')}</Button>
          </div>
        </form>
      )}
    </Card>
  );
};

const kinds = ['payment', 'refund', 'top_up'] as const;
const useKind = () => {
  const say = dayTexts(useVisit().language);
  return (kind: string): string => {
    const known = kinds.find((one) => one === kind);
    return known === undefined ? kind : say(known);
  };
};

interface TotalsProps {
  readonly day: WholeDay;
  readonly participants: ReadonlyMap<string, string>;
}

const Totals: FC<TotalsProps> = ({ day, participants }) => {
  const say = dayTexts(useVisit().language);
  const kindOf = useKind();
  return (
    <Card title={say('totals')}>
      <Table<Version['totals'][number]>
        caption={say('totals')}
        dense
        rows={day.totals}
        empty={say('emptyDay')}
        columns={[
          { title: say('participant'), cell: ({ participant: id }) => participants.get(id) ?? id },
          { title: say('kind'), cell: ({ kind }) => kindOf(kind) },
          { title: say('outcome'), cell: ({ status }) => <StatusTag status={status as Status} /> },
          { title: say('count'), number: true, cell: ({ count }) => count },
          { title: say('sum'), number: true, cell: ({ sum }) => <Money {...sum} /> },
        ]}
      />
    </Card>
  );
};

/** What shows up in a closed day later is named. */
const Changed: FC<TotalsProps> = ({ day: { exceptions, late_transfers: late }, participants }) => {
  const say = dayTexts(useVisit().language);
  const kindOf = useKind();
  if (exceptions.length === 0 && late.length === 0) return null;
  return (
    <Card title={say('changed')} id="changed">
      <Table<WholeDay['exceptions'][number]>
        caption={say('changed')}
        dense
        rows={exceptions}
        empty="0"
        columns={[
          { title: say('participant'), cell: ({ participant: id }) => participants.get(id) ?? id },
          { title: say('kind'), cell: ({ kind }) => kindOf(kind) },
          { title: say('outcome'), cell: ({ status }) => <StatusTag status={status as Status} /> },
          ...(['frozen', 'now'] as const).flatMap((side) => [
            {
              title: `${say(side)}: ${say('count')}`,
              number: true,
              cell: (row: WholeDay['exceptions'][number]) => row[side].count,
            },
            {
              title: `${say(side)}: ${say('sum')}`,
              number: true,
              cell: (row: WholeDay['exceptions'][number]) => <Money {...row[side].sum} />,
            },
          ]),
        ]}
      />
      {late.length > 0 && (
        <p>
          {say('late')}:{' '}
          {late.map((id) => (
            <>
              <Thing id={id} name={id} />{' '}
            </>
          ))}
        </p>
      )}
    </Card>
  );
};

const Signature: FC<{ day: WholeDay }> = ({ day: { signed } }) => {
  const say = dayTexts(useVisit().language);
  if (!signed) return null;
  return (
    <Card title={say('signature')}>
      <p class="soft small">{say('signedBy')}</p>
      <Facts
        rows={[
          [say('key'), <code class="break">{signed.key}</code>],
          [say('signature'), <code class="break">{signed.signature}</code>],
        ]}
      />
      <details>
        <summary>{say('text')}</summary>
        <pre class="wraps">
          <code>{signed.text}</code>
        </pre>
      </details>
    </Card>
  );
};

const Reopen: FC<DayProps & { known: WholeDay }> = ({ known, me, closes, form, errors }) => {
  const { language } = useVisit();
  const say = dayTexts(language);
  if (!closes) return null;
  if (known.by === me) return <Notice tone="plain">{say('ownClose')}</Notice>;
  return (
    <Card title={say('reopen')} id="reopen">
      <p class="soft">{say('reopenWhy')}</p>
      <form method="post" action={`${place}/${known.day}/reopen`}>
        <Field
          name="reason"
          label={deskTexts(language)('reason')}
          maxlength={500}
          required
          value={form.reason}
          error={errors.reason}
        />
        <div class="buttons">
          <Button look="danger">{say('reopen')}</Button>
        </div>
      </form>
    </Card>
  );
};

const Versions: FC<DayProps & { versions: readonly Version[] }> = ({ versions, people }) => {
  const say = dayTexts(useVisit().language);
  return (
    <Card title={say('versions')}>
      <Timeline
        steps={versions.toReversed().map(({ version, status, by, reason, at }) => ({
          tone: status === 'closed' ? 'good' : 'wait',
          title: `${version}. ${say(status)} · ${people.get(by) ?? by}`,
          when: <Time at={at} exact />,
          ...(reason !== null && { more: reason }),
        }))}
      />
    </Card>
  );
};
