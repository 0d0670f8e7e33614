/** How a partner writes its files: recognised from the first lines, tried, and saved. */
import type { FC } from 'hono/jsx';
import type { ApiProblem } from '../../api.ts';
import { Head, Refused } from '../../desk/parts.tsx';
import { deskTexts } from '../../desk/texts.ts';
import type { Form } from '../../form.ts';
import { Button, Card, Check, Field, Money, Select, StatusTag, Table, Time } from '../../kit/index.ts';
import { useVisit } from '../../visit.ts';
import { type ColumnOf, columns, fieldOf, headingsIn } from './rules.ts';
import type { Participant, Sample } from './shapes.ts';
import { type ReconciliationText, reconciliationTexts } from './texts.ts';

const place = '/centre/reconciliation';

const columnTexts = {
  id: 'columnId',
  reference: 'columnReference',
  amount: 'columnAmount',
  currency: 'columnCurrency',
  time: 'columnTime',
  status: 'columnStatus',
} as const satisfies Record<ColumnOf, ReconciliationText>;

interface FormatProps {
  readonly partner: Participant;
  readonly form: Form;
  readonly sample: Sample | undefined;
  readonly problem: ApiProblem | undefined;
  readonly errors: Readonly<Record<string, string>>;
}

export const FormatPage: FC<FormatProps> = (props) => {
  const { partner, form, sample, problem, errors } = props;
  const { language } = useVisit();
  const say = reconciliationTexts(language);
  return (
    <>
      <Head title={say('newFormat')} back={[`${place}/partners/${partner.id}`, partner.name]} />
      {problem && <Refused problem={problem} />}
      <form
        method="post"
        enctype="multipart/form-data"
        action={`${place}/partners/${partner.id}/formats/new`}
      >
        {sample && <Preview sample={sample} />}
        <Card>
          <Field
            name="sample"
            label={say('sample')}
            hint={say('sampleHint')}
            rows={5}
            value={form.sample}
            error={errors.sample}
          />
          <Field type="file" name="file" label={say('file')} />
          <div class="buttons">
            <Button look={sample ? 'quiet' : 'main'} icon="search" name="deed" value="recognise">
              {say('recognise')}
            </Button>
          </div>
        </Card>
        <Card title={say('format')}>
          <div class="row">
            <Field
              name="name"
              label={say('nameOfFormat')}
              value={form.name}
              maxlength={80}
              error={errors.name}
            />
            <Select
              name="kind"
              label={say('kind')}
              value={form.kind}
              options={[
                ['csv', 'CSV'],
                ['camt053', 'camt.053 (ISO 20022)'],
              ]}
            />
          </div>
          {form.kind !== 'camt053' && <CsvTable {...props} />}
          <Sign form={form} />
          <div class="buttons">
            <Button look="quiet" icon="eye" name="deed" value="try">
              {say('try')}
            </Button>
            <Button icon="check" name="deed" value="save">
              {deskTexts(language)('save')}
            </Button>
          </div>
        </Card>
      </form>
    </>
  );
};

/** Columns and how their texts are written. */
const CsvTable: FC<FormatProps> = ({ form, errors }) => {
  const { language } = useVisit();
  const say = reconciliationTexts(language);
  const headings = headingsIn(form);
  return (
    <>
      <Check name="header" label={say('header')} checked={form.header === 'yes'} />
      <div class="row">
        {columns.map((column) => (
          <ColumnField
            column={column}
            value={form[fieldOf(column)]}
            headings={headings}
            error={errors[fieldOf(column)]}
          />
        ))}
      </div>
      <div class="row">
        <Select
          name="delimiter"
          label={say('delimiter')}
          value={form.delimiter}
          options={[
            [',', ','],
            [';', ';'],
            ['tab', say('tab')],
            ['|', '|'],
          ]}
        />
        <Select
          name="decimal"
          label={say('decimal')}
          value={form.decimal}
          options={[
            ['.', '125.50'],
            [',', '125,50'],
          ]}
        />
        <Field
          name="currency"
          label={say('currency')}
          value={form.currency}
          maxlength={3}
          error={errors.currency}
        />
        <Field
          name="time"
          label={say('timeForm')}
          value={form.time}
          hint="iso · unix_s · unix_ms · dd.MM.yyyy HH:mm:ss"
          error={errors.time}
        />
      </div>
      <div class="row">
        <Field
          name="completed"
          label={say('wordsCompleted')}
          value={form.completed}
          error={errors.completed}
        />
        <Field name="pending" label={say('wordsPending')} value={form.pending} error={errors.pending} />
        <Field name="declined" label={say('wordsDeclined')} value={form.declined} error={errors.declined} />
      </div>
      <details>
        <summary>{deskTexts(language)('more')}</summary>
        <div class="row">
          <Select
            name="grouping"
            label={say('grouping')}
            value={form.grouping}
            options={[
              ['', say('noColumn')],
              [' ', say('space')],
              [',', ','],
              ['.', '.'],
              ["'", "'"],
            ]}
          />
          <Select
            name="unit"
            label={say('unit')}
            value={form.unit}
            options={[
              ['major', say('major')],
              ['minor', say('minor')],
            ]}
          />
          <Select
            name="encoding"
            label={say('encoding')}
            value={form.encoding}
            options={[
              ['utf-8', 'UTF-8'],
              ['windows-1251', 'Windows-1251'],
            ]}
          />
          <Field
            name="skip_lines"
            label={say('skipLines')}
            inputmode="numeric"
            value={form.skip_lines}
            error={errors.skip_lines}
          />
        </div>
      </details>
    </>
  );
};

const Sign: FC<{ form: Form }> = ({ form }) => {
  const say = reconciliationTexts(useVisit().language);
  return (
    <div class="row">
      <Select
        name="sign"
        label={say('sign')}
        value={form.sign}
        options={[
          ['none', say('signNone')],
          ['payments_negative', say('payments_negative')],
          ['refunds_negative', say('refunds_negative')],
        ]}
      />
      <Field name="window_seconds" label={say('window')} inputmode="numeric" value={form.window_seconds} />
    </div>
  );
};

interface ColumnProps {
  readonly column: ColumnOf;
  readonly value: string | undefined;
  readonly headings: readonly string[];
  readonly error: string | undefined;
}

/** One of the columns the sample has; a name or number to type where there is no sample. */
const ColumnField: FC<ColumnProps> = ({ column, value = '', headings, error }) => {
  const say = reconciliationTexts(useVisit().language);
  const [name, label] = [fieldOf(column), say(columnTexts[column])];
  if (headings.length === 0 || (value !== '' && !headings.includes(value))) {
    return <Field name={name} label={label} value={value} error={error} />;
  }
  const options = headings.filter(Boolean).map((heading) => [heading, heading] as const);
  return (
    <Select
      name={name}
      label={label}
      value={value}
      options={[['', say('noColumn')], ...options]}
      error={error}
    />
  );
};

const Preview: FC<{ sample: Sample }> = ({ sample }) => {
  const say = reconciliationTexts(useVisit().language);
  return (
    <Card title={say('preview')} id="preview">
      <section class="sheet" aria-label={say('preview')} tabindex={0}>
        <Table
          caption={say('preview')}
          dense
          rows={sample.data}
          empty={say('nothing')}
          columns={[
            { title: say('line'), number: true, cell: ({ line }) => line },
            { title: say('key'), cell: ({ key }) => key && <code>{key}</code> },
            { title: say('sumOurs'), number: true, cell: ({ amount }) => <Money {...amount} /> },
            {
              title: say('outcome'),
              cell: ({ status }) => <StatusTag status={status} />,
            },
            { title: say('time'), cell: ({ earliest }) => earliest && <Time at={earliest} exact /> },
          ]}
        />
      </section>
      {sample.unread.length > 0 && (
        <Table
          caption={say('unread')}
          captioned
          rows={sample.unread}
          empty=""
          columns={[
            { title: say('line'), cell: ({ line }) => line },
            { title: say('problem'), cell: ({ problem }) => problem },
          ]}
        />
      )}
    </Card>
  );
};
