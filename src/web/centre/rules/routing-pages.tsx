import type { FC } from 'hono/jsx';
import type { DryRunAnswer, RoutingRecord } from '../../../partners/index.ts';
import { Head, type List, Refused } from '../../desk/parts.tsx';
import { deskTexts } from '../../desk/texts.ts';
import { Button, Card, Field, LinkButton, Notice, Select, Table, Tabs, Time } from '../../kit/index.ts';
import { useVisit } from '../../visit.ts';
import { type Given, Typed } from '../deeds.tsx';
import type { Desk } from '../desk.tsx';
import { Actor } from '../directory/parts.tsx';
import { missingIn, nameOf, type Rules, wrongIn } from './draft.ts';
import type { Ways } from './routing.tsx';
import { rulesTexts } from './texts.ts';

const base = '/centre/routing';
// Rows for more rules than there are.
const rowsMore = 2;

/** Routing and limits are two views of what may be paid. */
export const Views: FC<{ current: 'routing' | 'limits' }> = ({ current }) => {
  const say = rulesTexts(useVisit().language);
  return (
    <Tabs
      label={say('views')}
      tabs={[
        { href: base, text: say('routing'), current: current === 'routing' },
        { href: '/centre/rules', text: say('limits'), current: current === 'limits' },
      ]}
    />
  );
};

interface RoutingProps {
  readonly desk: Desk;
  readonly given: Given;
  readonly live: RoutingRecord;
  readonly versions: List<RoutingRecord>;
  readonly ways: Ways;
  readonly names: ReadonlyMap<string, string>;
}

export const RoutingPage: FC<RoutingProps> = ({ desk, given, live, versions, ways, names }) => {
  const say = rulesTexts(useVisit().language);
  return (
    <>
      <Head title={say('routing')}>
        {desk.may('admin', 'officer') && (
          <LinkButton href={`${base}/draft`} icon="edit">
            {say('edit')}
          </LinkButton>
        )}
      </Head>
      <Views current="routing" />
      <Card title={live.version === 0 ? say('routing') : say('version', { count: live.version })}>
        {live.version === 0 ? (
          <p class="soft">{say('noVersion')}</p>
        ) : (
          <RulesTables rules={live} ways={ways} />
        )}
      </Card>
      <Card title={say('dryRun')} id="dry-run">
        {given.problem && <Refused problem={given.problem} />}
        <Tried answer={given.made as DryRunAnswer | undefined} ways={ways} />
        <form method="post" action={`${base}#dry-run`} class="form">
          <Wish given={given} ways={ways} />
          <div class="buttons">
            <Button look="quiet" icon="play">
              {say('tryIt')}
            </Button>
          </div>
        </form>
      </Card>
      <Versions desk={desk} versions={versions} names={names} />
    </>
  );
};

const RulesTables: FC<{ rules: Rules; ways: Ways }> = ({ rules, ways }) => {
  const say = rulesTexts(useVisit().language);
  const through = (id: string) => ways.connections.get(id) ?? <code class="break">{id}</code>;
  return (
    <>
      <h3>{say('payers')}</h3>
      <Table
        caption={say('payers')}
        rows={rules.payers}
        empty={say('noRules')}
        columns={[
          { title: say('issuer'), cell: ({ participant: id }) => ways.participants.get(id) ?? id },
          { title: say('currency'), cell: ({ currency }) => currency ?? '*' },
          { title: say('connection'), cell: ({ connection }) => through(connection) },
        ]}
      />
      <h3>{say('merchants')}</h3>
      <Table
        caption={say('merchants')}
        rows={rules.merchants}
        empty={say('noRules')}
        columns={[
          { title: say('profile'), cell: ({ profile }) => profile },
          { title: say('guid'), cell: ({ guid }) => guid ?? '*' },
          { title: say('provider'), cell: ({ provider }) => provider ?? '*' },
          { title: say('connection'), cell: ({ connection }) => through(connection) },
        ]}
      />
    </>
  );
};

/** A payment that may be thought up: who pays, and what is scanned. */
const Wish: FC<{ given: Given; ways: Ways }> = ({ given, ways }) => {
  const { language } = useVisit();
  const say = rulesTexts(language);
  const field = { given, deed: given.deed ?? 'try' };
  const none = ['', deskTexts(language)('none')] as const;
  return (
    <>
      <Typed {...field} name="payload" label={say('payload')} rows={3} />
      <p class="soft">{say('orScheme')}</p>
      <div class="row">
        <Typed {...field} name="profile" label={say('profile')} placeholder="khqr" maxlength={40} />
        <Typed {...field} name="guid" label={say('guid')} maxlength={32} />
        <Typed {...field} name="provider" label={say('provider')} maxlength={99} />
      </div>
      <Typed {...field} name="account" label={say('payerAccount')} placeholder="acc_…" maxlength={40} />
      <p class="soft">{say('orIssuer')}</p>
      <div class="row">
        <Typed {...field} name="issuer" label={say('issuer')} options={[none, ...ways.participants]} />
        <Typed {...field} name="currency" label={say('currency')} value="KGS" maxlength={3} />
      </div>
    </>
  );
};

const sides = ['payer', 'merchant'] as const;

/** What a dry run found: each side now and by the draft, and real payments that would go another way. */
const Tried: FC<{ answer: DryRunAnswer | undefined; ways: Ways }> = ({ answer, ways }) => {
  const say = rulesTexts(useVisit().language);
  if (!answer) return null;
  const rows = sides.flatMap((side) => {
    const found = answer[side];
    return found ? [{ side, ...found }] : [];
  });
  const hasDraft = rows.some(({ draft }) => draft !== null);
  return (
    <div id="tried">
      {rows.length > 0 && (
        <Table
          caption={say('tried')}
          captioned
          rows={rows}
          empty=""
          columns={[
            { title: say('side'), cell: ({ side }) => say(side) },
            { title: say('live'), cell: ({ live }) => <WayText way={live} ways={ways} /> },
            ...(hasDraft
              ? [
                  {
                    title: say('draft'),
                    cell: ({ draft }: (typeof rows)[number]) => draft && <WayText way={draft} ways={ways} />,
                  },
                ]
              : []),
          ]}
        />
      )}
      {answer.last && <Rerun last={answer.last} ways={ways} />}
    </div>
  );
};

type Way = NonNullable<DryRunAnswer['payer']>['live'];

const WayText: FC<{ way: Way; ways: Ways }> = ({ way, ways }) => {
  const say = rulesTexts(useVisit().language);
  if (way.where === 'switch') return <>{say('inSwitch')}</>;
  if (way.where === 'partner') {
    return (
      <>{say('through', { name: ways.connections.get(way.connection ?? '') ?? way.connection ?? '' })}</>
    );
  }
  return (
    <>
      <strong>{say('refused')}</strong>: {way.refusal?.detail}{' '}
      {way.refusal?.explanation && <span class="soft">{way.refusal.explanation}</span>}
    </>
  );
};

const Rerun: FC<{ last: NonNullable<DryRunAnswer['last']>; ways: Ways }> = ({ last, ways }) => {
  const say = rulesTexts(useVisit().language);
  const { payments, changed, data } = last;
  const name = (id: string | null) => (id === null ? say('nowhere') : (ways.connections.get(id) ?? id));
  return (
    <>
      <Notice tone={changed === 0 ? 'plain' : 'wait'}>{say('rerun', { payments, changed })}</Notice>
      {data.length > 0 && (
        <Table
          caption={say('tried')}
          rows={data}
          href={({ payment }) => `/centre/payments/${payment}`}
          empty=""
          columns={[
            { title: say('payment'), cell: ({ payment }) => <code class="break">{payment}</code> },
            { title: say('side'), cell: ({ side }) => say(side) },
            { title: say('live'), cell: ({ live }) => name(live) },
            { title: say('draft'), cell: ({ draft }) => name(draft) },
          ]}
        />
      )}
    </>
  );
};

interface VersionsProps {
  readonly desk: Desk;
  readonly versions: List<RoutingRecord>;
  readonly names: ReadonlyMap<string, string>;
}

const Versions: FC<VersionsProps> = ({ desk, versions, names }) => {
  const { language } = useVisit();
  const [say, common] = [rulesTexts(language), deskTexts(language)];
  const writes = desk.may('admin', 'officer');
  return (
    <Card title={say('versions')}>
      <Table
        caption={say('versions')}
        rows={versions.data}
        next={versions.next_cursor}
        empty={say('noVersion')}
        columns={[
          { title: say('versions'), cell: ({ version }) => version },
          { title: common('time'), cell: ({ created_at: at }) => at && <Time at={at} /> },
          { title: say('who'), cell: ({ operator }) => operator && <Actor id={operator} names={names} /> },
          { title: common('reason'), cell: ({ reason }) => reason },
          {
            title: say('difference'),
            cell: (row) => (
              <Difference row={row} before={versions.data.find((one) => one.version === row.version - 1)} />
            ),
          },
          {
            title: say('bringBack'),
            cell: ({ version }) =>
              writes && (
                <a href={`${base}/draft?version=${version}`} aria-label={`${say('bringBack')}: ${version}`}>
                  {say('bringBack')}
                </a>
              ),
          },
        ]}
      />
    </Card>
  );
};

/** What a version has that the one before had not, and the other way round; of the last row shown nothing is known. */
const Difference: FC<{ row: RoutingRecord; before: RoutingRecord | undefined }> = ({ row, before }) => {
  if (!before && row.version > 1) return null;
  const earlier = before ?? { payers: [], merchants: [] };
  return (
    <ul class="differences">
      {missingIn(earlier, row).map((text) => (
        <li>
          − <del class="break">{text}</del>
        </li>
      ))}
      {missingIn(row, earlier).map((text) => (
        <li>
          + <ins class="break">{text}</ins>
        </li>
      ))}
    </ul>
  );
};

interface DraftProps {
  readonly given: Given;
  readonly rules: Rules;
  readonly basedOn: string;
  readonly ways: Ways;
}

export const DraftPage: FC<DraftProps> = ({ given, rules, basedOn, ways }) => {
  const { language } = useVisit();
  const [say, common] = [rulesTexts(language), deskTexts(language)];
  const { problem, form } = given;
  const wrong = wrongIn(problem);
  const answer = given.deed === 'try' ? (given.made as DryRunAnswer | undefined) : undefined;
  const jsonWrong = given.deed === 'load' && given.made === false ? say('jsonWrong') : undefined;
  return (
    <>
      <Head title={say('draftTitle')} back={[base, say('routing')]} />
      <p class="soft">{say('draftWhat')}</p>
      {problem && (
        <Refused problem={problem}>
          {problem.code === 'routing.changed' && <p>{say('changedMeanwhile')}</p>}
        </Refused>
      )}
      {answer && (
        <Card title={say('tried')}>
          <Tried answer={answer} ways={ways} />
        </Card>
      )}
      <form method="post" action={`${base}/draft`}>
        <input type="hidden" name="based_on" value={basedOn} />
        <Card title={say('payers')}>
          {rowsOf(rules.payers).map((rule, row) => (
            <div class="row">
              <Cell
                side="payers"
                row={row}
                column="participant"
                label={say('issuer')}
                value={rule?.participant}
                wrong={wrong}
                of={ways.participants}
              />
              <Cell
                side="payers"
                row={row}
                column="currency"
                label={say('currency')}
                value={rule?.currency}
                wrong={wrong}
              />
              <Cell
                side="payers"
                row={row}
                column="connection"
                label={say('connection')}
                value={rule?.connection}
                wrong={wrong}
                of={ways.connections}
              />
            </div>
          ))}
        </Card>
        <Card title={say('merchants')}>
          {rowsOf(rules.merchants).map((rule, row) => (
            <div class="row">
              {(['profile', 'guid', 'provider'] as const).map((column) => (
                <Cell
                  side="merchants"
                  row={row}
                  column={column}
                  label={say(column)}
                  value={rule?.[column]}
                  wrong={wrong}
                />
              ))}
              <Cell
                side="merchants"
                row={row}
                column="connection"
                label={say('connection')}
                value={rule?.connection}
                wrong={wrong}
                of={ways.connections}
              />
            </div>
          ))}
        </Card>
        <Card title={say('dryRun')}>
          <Wish given={form ? { deed: 'try', form } : {}} ways={ways} />
          <div class="buttons">
            <Button look="quiet" icon="play" name="deed" value="try">
              {say('tryIt')}
            </Button>
          </div>
        </Card>
        <Card title={say('publish')}>
          <Field
            name="reason"
            label={common('reason')}
            hint={common('reasonHint')}
            value={form?.reason}
            maxlength={200}
            error={wrong.has('reason') ? common('fieldMissing') : undefined}
          />
          <div class="buttons">
            <Button icon="check" name="deed" value="publish">
              {say('publish')}
            </Button>
          </div>
          <details open={jsonWrong !== undefined}>
            <summary>{say('json')}</summary>
            <Field
              name="json"
              label={say('json')}
              hint={say('jsonHint')}
              rows={10}
              value={jsonWrong === undefined ? JSON.stringify(rules, null, 2) : form?.json}
              error={jsonWrong}
            />
            <div class="buttons">
              <Button look="quiet" icon="upload" name="deed" value="load">
                {say('load')}
              </Button>
            </div>
          </details>
        </Card>
      </form>
    </>
  );
};

/** The rules, and room for some more. */
const rowsOf = <Rule,>(rules: readonly Rule[]): (Rule | undefined)[] => [
  ...rules,
  ...Array.from({ length: rowsMore }, () => undefined),
];

interface CellProps {
  readonly side: keyof Rules;
  readonly row: number;
  readonly column: string;
  readonly label: string;
  readonly value: string | null | undefined;
  readonly wrong: ReadonlySet<string>;
  /** What may be chosen; absent: a text. */
  readonly of?: ReadonlyMap<string, string>;
}

const Cell: FC<CellProps> = ({ side, row, column, label, value, wrong, of }) => {
  const { language } = useVisit();
  const name = nameOf(side, row, column);
  const error = wrong.has(name) ? deskTexts(language)('fieldWrong') : undefined;
  const field = { name, label: `${label} ${row + 1}`, value: value ?? '', error };
  if (!of) return <Field {...field} autocomplete="off" />;
  // One that is not among the newest stays what it is.
  const unknown = value && !of.has(value) ? [[value, value] as const] : [];
  return <Select {...field} options={[['', '–'], ...of, ...unknown]} />;
};
