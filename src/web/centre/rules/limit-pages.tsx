import type { FC } from 'hono/jsx';
import type { LimitDryRun, LimitRecord } from '../../../limits/index.ts';
import { Head, type List, Refused, textOf, typed } from '../../desk/parts.tsx';
import { deskTexts } from '../../desk/texts.ts';
import {
  Button,
  Card,
  Facts,
  Filters,
  LinkButton,
  Money,
  Notice,
  Select,
  Table,
  Tag,
  Time,
} from '../../kit/index.ts';
import { useVisit } from '../../visit.ts';
import { Deed, type Given, Typed } from '../deeds.tsx';
import type { Desk } from '../desk.tsx';
import { History, type Past } from '../directory/parts.tsx';
import { Views } from './routing-pages.tsx';
import { rulesTexts } from './texts.ts';

const base = '/centre/rules';

const measureTexts = {
  amount: 'amountMeasure',
  day_sum: 'daySumMeasure',
  day_count: 'dayCountMeasure',
  month_sum: 'monthSumMeasure',
  month_count: 'monthCountMeasure',
  velocity: 'velocityMeasure',
} as const;
const scopeTexts = {
  account: 'accountScope',
  till: 'tillScope',
  merchant: 'merchantScope',
  participant: 'participantScope',
} as const;

const useChoices = <Texts extends Readonly<Record<string, keyof typeof rulesTexts.messages.en & string>>>(
  texts: Texts,
) => {
  const say = rulesTexts(useVisit().language) as (key: string) => string;
  return Object.entries(texts).map(([value, text]) => [value, say(text)] as const);
};

/** Whether a measure is one of money; the others count payments. */
export const isMoney = (measure: string | undefined): boolean =>
  measure === 'amount' || (measure?.endsWith('_sum') ?? false);

/** So much, as its measure has it. */
const Threshold: FC<Pick<LimitRecord, 'measure' | 'threshold' | 'currency' | 'window_seconds'>> = (rule) => {
  if (isMoney(rule.measure)) return <Money amount={rule.threshold} currency={rule.currency} />;
  return (
    <>{rule.window_seconds === null ? rule.threshold : `${rule.threshold} / ${rule.window_seconds} s`}</>
  );
};

const Standing: FC<{ status: LimitRecord['status'] }> = ({ status }) => {
  const say = rulesTexts(useVisit().language);
  return status === 'active' ? (
    <Tag tone="plain">{say('inForce')}</Tag>
  ) : (
    <Tag tone="over">{say('retired')}</Tag>
  );
};

export const LimitsPage: FC<{ desk: Desk; found: List<LimitRecord>; status: string }> = ({
  desk,
  found,
  status,
}) => {
  const { language } = useVisit();
  const [say, common] = [rulesTexts(language), deskTexts(language)];
  return (
    <>
      <Head title={say('limits')}>
        {desk.may('admin', 'officer') && (
          <LinkButton href={`${base}/new`} icon="plus">
            {say('newLimit')}
          </LinkButton>
        )}
      </Head>
      <Views current="limits" />
      <Filters label={common('filters')}>
        <Select
          name="status"
          label={common('status')}
          value={status}
          options={[
            ['active', say('inForce')],
            ['retired', say('retired')],
          ]}
        />
      </Filters>
      <Table
        caption={say('limits')}
        rows={found.data}
        next={found.next_cursor}
        href={({ id }) => `${base}/${id}`}
        empty={say('noLimits')}
        columns={[
          { title: say('measure'), cell: ({ measure }) => say(measureTexts[measure]) },
          { title: say('threshold'), cell: (rule) => <Threshold {...rule} />, number: true },
          {
            title: say('scope'),
            cell: ({ scope, direction }) => `${say(scopeTexts[scope])}, ${say(direction)}`,
          },
          { title: say('subject'), cell: ({ subject }) => subject ?? say('everyOne') },
          { title: say('above'), cell: ({ above }) => say(above) },
          { title: common('status'), cell: (rule) => <Standing status={rule.status} /> },
        ]}
      />
    </>
  );
};

export const NewLimitPage: FC<{ given: Given }> = ({ given }) => {
  const { language } = useVisit();
  const [say, common] = [rulesTexts(language), deskTexts(language)];
  const field = { given, deed: 'new' };
  return (
    <>
      <Head title={say('newLimit')} back={[base, say('limits')]} />
      <Tried made={given.made} />
      <Card>
        <form method="post" action={`${base}/new`} class="form">
          {given.problem && <Refused problem={given.problem} />}
          <Typed {...field} name="scope" label={say('scope')} options={useChoices(scopeTexts)} />
          <Typed {...field} name="subject" label={say('subject')} hint={say('subjectHint')} maxlength={64} />
          <Typed
            {...field}
            name="direction"
            label={say('direction')}
            options={(['out', 'in'] as const).map((one) => [one, say(one)] as const)}
          />
          <Typed {...field} name="measure" label={say('measure')} options={useChoices(measureTexts)} />
          <Typed {...field} name="currency" label={say('currency')} value="KGS" required maxlength={3} />
          <Terms given={given} deed="new" />
          <Day given={given} deed="new" />
          <div class="buttons">
            <Button look="quiet" icon="play" name="deed" value="try">
              {say('tryIt')}
            </Button>
          </div>
          <Typed
            {...field}
            name="reason"
            label={common('reason')}
            hint={common('reasonHint')}
            maxlength={500}
          />
          <div class="buttons">
            <Button icon="check" name="deed" value="publish">
              {say('putInForce')}
            </Button>
          </div>
        </form>
      </Card>
    </>
  );
};

/** How much, and what becomes of what is above it. */
const Terms: FC<{ given: Given; deed: string; rule?: LimitRecord }> = ({ given, deed, rule }) => {
  const say = rulesTexts(useVisit().language);
  const field = { given, deed };
  const threshold =
    rule &&
    (isMoney(rule.measure)
      ? typed({ amount: rule.threshold, currency: rule.currency })
      : String(rule.threshold));
  return (
    <>
      <Typed
        {...field}
        name="threshold"
        label={say('threshold')}
        hint={say('thresholdHint')}
        value={threshold}
        required
        inputmode="decimal"
      />
      {(rule === undefined || rule.measure === 'velocity') && (
        <Typed
          {...field}
          name="window_seconds"
          label={say('window')}
          hint={say('windowHint')}
          value={rule?.window_seconds?.toString()}
          inputmode="numeric"
        />
      )}
      {rule?.direction !== 'in' && (
        <Typed
          {...field}
          name="above"
          label={say('above')}
          value={rule?.above ?? 'refuse'}
          options={(['refuse', 'confirm'] as const).map((one) => [one, say(one)] as const)}
        />
      )}
    </>
  );
};

const Day: FC<{ given: Given; deed: string }> = ({ given, deed }) => {
  const { language } = useVisit();
  const label = `${rulesTexts(language)('day')} (${deskTexts(language)('optional')})`;
  return <Typed given={given} deed={deed} name="day" type="date" label={label} />;
};

/** What a dry run on a day's payments found. */
const Tried: FC<{ made: unknown }> = ({ made }) => {
  const { language } = useVisit();
  const [say, common] = [rulesTexts(language), deskTexts(language)];
  if (typeof made !== 'object' || made === null || !('refused_sum' in made)) return null;
  const { day, payments, refused, refused_sum: sum, complete, data } = made as LimitDryRun;
  return (
    <Card title={say('tried')} id="tried">
      <Notice tone={refused === 0 ? 'plain' : 'wait'}>
        {say('triedLimit', { day, payments, refused, sum: textOf(sum, language) })}
        {!complete && <p>{say('incomplete')}</p>}
      </Notice>
      {data.length > 0 && (
        <Table
          caption={say('tried')}
          rows={data}
          href={({ payment }) => `/centre/payments/${payment}`}
          empty=""
          columns={[
            { title: say('payment'), cell: ({ payment }) => <code class="break">{payment}</code> },
            { title: common('time'), cell: ({ created_at: at }) => <Time at={at} exact /> },
            { title: common('amount'), cell: ({ amount }) => <Money {...amount} />, number: true },
            { title: common('reason'), cell: ({ explanation }) => explanation },
          ]}
        />
      )}
    </Card>
  );
};

interface LimitProps {
  readonly desk: Desk;
  readonly given: Given;
  readonly rule: LimitRecord;
  /** Newest first. */
  readonly versions: readonly LimitRecord[];
  readonly past: Past | undefined;
}

export const LimitPage: FC<LimitProps> = ({ desk, given, rule, versions, past }) => {
  const { language } = useVisit();
  const [say, common] = [rulesTexts(language), deskTexts(language)];
  const path = `${base}/${rule.id}`;
  const isActive = rule.status === 'active';
  return (
    <>
      <Head title={say(measureTexts[rule.measure])} back={[base, say('limits')]}>
        <Standing status={rule.status} />
      </Head>
      <Tried made={given.made} />
      <Card title={say('details')}>
        <Facts
          rows={[
            [say('threshold'), <Threshold {...rule} />],
            [say('scope'), `${say(scopeTexts[rule.scope])}, ${say(rule.direction)}`],
            [say('subject'), rule.subject ?? say('everyOne')],
            [say('currency'), rule.currency],
            [say('above'), say(rule.above)],
          ]}
        />
        {isActive && (
          <Deed
            given={given}
            name="try"
            path={path}
            verb={say('tryIt')}
            icon="play"
            look="quiet"
            reason={false}
          >
            <Terms given={given} deed="try" rule={rule} />
            <Day given={given} deed="try" />
          </Deed>
        )}
        {isActive && desk.may('admin', 'officer') && (
          <>
            <Deed given={given} name="change" path={path} verb={say('change')} icon="edit">
              <p>
                {say('live')}: <Threshold {...rule} />, {say(rule.above)}
              </p>
              <input type="hidden" name="version" value={String(rule.version)} />
              <Terms given={given} deed="change" rule={rule} />
            </Deed>
            <Deed
              given={given}
              name="retire"
              path={path}
              verb={say('retire')}
              what={say('retireWhat')}
              look="danger"
            >
              <input type="hidden" name="version" value={String(rule.version)} />
            </Deed>
          </>
        )}
      </Card>
      <Card title={say('versions')}>
        <Table
          caption={say('versions')}
          rows={versions}
          empty=""
          columns={[
            { title: say('versions'), cell: ({ version }) => version },
            { title: common('time'), cell: ({ created_at: at }) => <Time at={at} /> },
            { title: say('threshold'), cell: (one) => <Threshold {...one} />, number: true },
            { title: say('above'), cell: ({ above }) => say(above) },
            { title: common('status'), cell: (one) => <Standing status={one.status} /> },
          ]}
        />
      </Card>
      <History past={past} subject={rule.version_id} />
    </>
  );
};
