/** What came of a partner's file: how much agrees, both sides added up, and each difference; the differences of all files. */
import type { FC } from 'hono/jsx';
import { Head, type List } from '../../desk/parts.tsx';
import { deskTexts } from '../../desk/texts.ts';
import {
  Button,
  Card,
  Filters,
  Money,
  Notice,
  Select,
  Stat,
  Stats,
  Table,
  Tag,
  type Tone,
} from '../../kit/index.ts';
import { useVisit } from '../../visit.ts';
import { Thing } from '../reports/cells.tsx';
import { daysText, FileState, Views } from './partner.tsx';
import { type Difference, type Participant, type PartnerFile, type State, states, types } from './shapes.ts';
import { reconciliationTexts } from './texts.ts';

const place = '/centre/reconciliation';
// While it is matched, the page looks again so often; in seconds.
const lookAgainS = 1;

interface Asked {
  readonly type: string | undefined;
  readonly status: string | undefined;
}

interface FileProps {
  readonly file: PartnerFile;
  readonly differences: List<Difference>;
  readonly partner: Participant | undefined;
  readonly asked: Asked;
  readonly decides: boolean;
  /** The reports were behind when it was to be matched. */
  readonly waits: boolean;
}

export const FilePage: FC<FileProps> = ({ file, differences, partner, asked, decides, waits }) => {
  const { language } = useVisit();
  const say = reconciliationTexts(language);
  const isDone = file.status === 'finished';
  const match = `${place}/files/${file.id}/match`;
  return (
    <>
      <Head
        title={file.name}
        back={[`${place}/partners/${file.participant}`, partner?.name ?? say('partner')]}
      />
      {waits && !isDone && <Notice tone="wait">{say('matchWaits')}</Notice>}
      <div
        id="file"
        data-live={isDone ? '' : String(lookAgainS)}
        data-match={
          decides && (waits || file.status === 'matching')
            ? `/v1/centre/partner-files/${file.id}/match`
            : undefined
        }
      >
        <p class="soft">
          {daysText(file)} <FileState file={file} />
        </p>
        <Stats>
          <Stat label={say('rows')}>{file.rows}</Stat>
          <Stat label={say('matched')}>{file.matched_count}</Stat>
          <Stat label={say('differences')}>{file.differences_count}</Stat>
          {types
            .filter((type) => file.differences[type] > 0)
            .map((type) => (
              <Stat label={say(type)}>{file.differences[type]}</Stat>
            ))}
        </Stats>
        <p class="soft small">
          {say('byId')}: {file.matched.id} · {say('byReference')}: {file.matched.reference} ·{' '}
          {say('byAmount')}: {file.matched.amount}
        </p>
        {!isDone && decides && (
          <form method="post" action={match}>
            <div class="buttons">
              <Button icon="compare">{say('matchNow')}</Button>
            </div>
          </form>
        )}
        {isDone && <BothSides file={file} />}
        {file.unread_count > 0 && <UnreadRows file={file} />}
      </div>
      {isDone && (
        <Card title={say('differences')} id="differences">
          {file.differences_count > 0 ? (
            <>
              <Narrow asked={asked} />
              <DifferenceRows differences={differences} />
            </>
          ) : (
            <Notice tone="good">{say('allAgrees')}</Notice>
          )}
        </Card>
      )}
    </>
  );
};

interface SideRow {
  readonly kind: 'payment' | 'refund';
  readonly currency: string;
}

const BothSides: FC<{ file: PartnerFile }> = ({ file: { ours, theirs } }) => {
  const say = reconciliationTexts(useVisit().language);
  const keys = new Map<string, SideRow>();
  for (const { kind, sum } of [...ours, ...theirs]) {
    keys.set(`${kind} ${sum.currency}`, { kind, currency: sum.currency });
  }
  const find = (side: PartnerFile['ours'], { kind, currency }: SideRow) =>
    side.find((one) => one.kind === kind && one.sum.currency === currency);
  const sums = (side: PartnerFile['ours']) => [
    {
      title: `${say(side === ours ? 'ours' : 'theirs')}: ${say('count')}`,
      number: true,
      cell: (row: SideRow) => find(side, row)?.count ?? 0,
    },
    {
      title: `${say(side === ours ? 'ours' : 'theirs')}: ${say('sum')}`,
      number: true,
      cell: (row: SideRow) => <Money amount={find(side, row)?.sum.amount ?? 0} currency={row.currency} />,
    },
  ];
  return (
    <Card title={say('bothSides')}>
      <Table<SideRow>
        caption={say('bothSides')}
        dense
        rows={[...keys.values()]}
        empty={say('nothingOurs')}
        columns={[
          { title: say('type'), cell: ({ kind }) => say(kind === 'payment' ? 'payments' : 'refunds') },
          ...sums(ours),
          ...sums(theirs),
        ]}
      />
    </Card>
  );
};

const UnreadRows: FC<{ file: PartnerFile }> = ({ file }) => {
  const say = reconciliationTexts(useVisit().language);
  return (
    <Card title={`${say('unread')}: ${file.unread_count}`}>
      <Table
        caption={say('unread')}
        rows={file.unread}
        empty=""
        columns={[
          { title: say('line'), cell: ({ line }) => line },
          { title: say('problem'), cell: ({ problem }) => problem },
        ]}
      />
    </Card>
  );
};

const Narrow: FC<{ asked: Asked; partners?: readonly Participant[]; partner?: string | undefined }> = ({
  asked,
  partners,
  partner,
}) => {
  const { language } = useVisit();
  const [say, common] = [reconciliationTexts(language), deskTexts(language)];
  return (
    <Filters label={common('filters')}>
      {partners && (
        <Select
          name="participant"
          label={say('partner')}
          value={partner}
          options={[['', common('any')], ...partners.map(({ id, name }) => [id, name] as const)]}
        />
      )}
      <Select
        name="type"
        label={say('type')}
        value={asked.type}
        options={[['', common('any')], ...types.map((type) => [type, say(type)] as const)]}
      />
      <Select
        name="status"
        label={say('state')}
        value={asked.status}
        options={[['', common('any')], ...states.map((state) => [state, say(state)] as const)]}
      />
    </Filters>
  );
};

const tones: Record<State, Tone> = { open: 'bad', proposed: 'wait', approved: 'wait', resolved: 'good' };

export const DifferenceState: FC<{ state: State }> = ({ state }) => (
  <Tag tone={tones[state]} {...(state === 'open' && { icon: 'alert' })}>
    {reconciliationTexts(useVisit().language)(state)}
  </Tag>
);

const DifferenceRows: FC<{ differences: List<Difference> }> = ({ differences }) => {
  const say = reconciliationTexts(useVisit().language);
  return (
    <Table<Difference>
      caption={say('differences')}
      dense
      rows={differences.data}
      empty={say('nothing')}
      next={differences.next_cursor}
      href={({ id }) => `${place}/differences/${id}`}
      columns={[
        { title: say('type'), cell: ({ type }) => say(type) },
        { title: say('state'), cell: ({ status }) => <DifferenceState state={status} /> },
        { title: say('ours'), number: true, cell: ({ ours }) => ours && <Money {...ours.amount} /> },
        { title: say('theirs'), number: true, cell: ({ theirs }) => theirs && <Money {...theirs.amount} /> },
        { title: say('payment'), cell: ({ transfer }) => transfer && <Thing id={transfer} /> },
        { title: say('line'), number: true, cell: ({ line }) => line },
        { title: say('key'), cell: ({ key }) => key && <code class="break">{key}</code> },
      ]}
    />
  );
};

interface DifferencesProps {
  readonly differences: List<Difference>;
  readonly partners: readonly Participant[];
  readonly asked: Asked & { readonly participant: string | undefined };
}

export const DifferencesPage: FC<DifferencesProps> = ({ differences, partners, asked }) => {
  const say = reconciliationTexts(useVisit().language);
  return (
    <>
      <Head title={say('reconciliation')} />
      <Views current="differences" />
      <Narrow asked={asked} partners={partners} partner={asked.participant} />
      <DifferenceRows differences={differences} />
    </>
  );
};
