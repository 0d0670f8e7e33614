/** Files of partners; one partner with how its files are written, what came, and where the next is uploaded. */
import type { FC } from 'hono/jsx';
import { businessZone, clockIn } from '../../../kernel/index.ts';
import type { ApiProblem } from '../../api.ts';
import { Head, type List, Refused } from '../../desk/parts.tsx';
import { deskTexts } from '../../desk/texts.ts';
import type { Form } from '../../form.ts';
import {
  Button,
  Card,
  Empty,
  Field,
  Filters,
  LinkButton,
  Select,
  Table,
  Tabs,
  Tag,
  Time,
  type Tone,
} from '../../kit/index.ts';
import { useVisit } from '../../visit.ts';
import type { Format, Participant, PartnerFile } from './shapes.ts';
import { reconciliationTexts } from './texts.ts';

const place = '/centre/reconciliation';

export const Views: FC<{ current: 'files' | 'differences' }> = ({ current }) => {
  const say = reconciliationTexts(useVisit().language);
  return (
    <Tabs
      label={say('reconciliation')}
      tabs={[
        { href: place, text: say('files'), current: current === 'files' },
        { href: `${place}/differences`, text: say('differences'), current: current === 'differences' },
      ]}
    />
  );
};

interface FilesProps {
  readonly files: List<PartnerFile>;
  readonly partners: readonly Participant[];
}

export const FilesPage: FC<FilesProps> = ({ files, partners }) => {
  const { language, search } = useVisit();
  const [say, common] = [reconciliationTexts(language), deskTexts(language)];
  const asked = new URLSearchParams(search).get('participant') ?? '';
  return (
    <>
      <Head title={say('reconciliation')} />
      <Views current="files" />
      <Card title={say('upload')}>
        {partners.length === 0 ? (
          <Empty>{say('noPartners')}</Empty>
        ) : (
          <>
            <p class="soft">{say('choosePartner')}</p>
            <div class="buttons">
              {partners.map(({ id, name }) => (
                <LinkButton look="quiet" href={`${place}/partners/${id}`}>
                  {name}
                </LinkButton>
              ))}
            </div>
          </>
        )}
      </Card>
      <Filters label={common('filters')}>
        <Select
          name="participant"
          label={say('partner')}
          value={asked}
          options={[['', common('any')], ...partners.map(({ id, name }) => [id, name] as const)]}
        />
      </Filters>
      <FileRows files={files} partners={partners} />
    </>
  );
};

const tones: Record<PartnerFile['status'], Tone> = { receiving: 'wait', matching: 'wait', finished: 'plain' };

export const FileState: FC<{ file: PartnerFile }> = ({ file: { status } }) => (
  <Tag tone={tones[status]}>{reconciliationTexts(useVisit().language)(status)}</Tag>
);

/** Its days in the scheme's zone, the last one inclusive. */
export function daysText({ from, before }: Pick<PartnerFile, 'from' | 'before'>): string {
  const day = (ms: number) => clockIn(businessZone.name, ms).day;
  return [...new Set([day(Date.parse(from)), day(Date.parse(before) - 1)])].join(' – ');
}

const FileRows: FC<FilesProps> = ({ files, partners }) => {
  const { language } = useVisit();
  const say = reconciliationTexts(language);
  const names = new Map(partners.map(({ id, name }) => [id, name]));
  return (
    <section class="sheet" aria-label={say('files')} tabindex={0}>
      <Table<PartnerFile>
        caption={say('files')}
        dense
        rows={files.data}
        empty={say('noFiles')}
        next={files.next_cursor}
        href={({ id }) => `${place}/files/${id}`}
        columns={[
          { title: say('file'), cell: ({ name }) => name },
          { title: say('partner'), cell: ({ participant }) => names.get(participant) ?? participant },
          { title: say('days'), cell: daysText },
          { title: say('state'), cell: (file) => <FileState file={file} /> },
          { title: say('rows'), number: true, cell: ({ rows }) => rows },
          { title: say('matched'), number: true, cell: ({ matched_count: count }) => count },
          {
            title: say('differences'),
            number: true,
            cell: ({ differences_count: count }) => (count > 0 ? <strong>{count}</strong> : count),
          },
          { title: say('received'), cell: ({ created_at: at }) => <Time at={at} /> },
        ]}
      />
    </section>
  );
};

interface PartnerProps {
  readonly partner: Participant;
  readonly formats: readonly Format[];
  readonly files: List<PartnerFile>;
  readonly decides: boolean;
  readonly form: Form;
  readonly errors: Readonly<Record<string, string>>;
  readonly problem: ApiProblem | undefined;
}

export const PartnerPage: FC<PartnerProps> = (props) => {
  const { partner, formats, files, decides, problem } = props;
  const say = reconciliationTexts(useVisit().language);
  const newFormat = `${place}/partners/${partner.id}/formats/new`;
  return (
    <>
      <Head title={partner.name} back={[place, say('reconciliation')]} />
      {problem && <Refused problem={problem} />}
      <div class="columns">
        <Card title={say('upload')} id="upload">
          {formats.length === 0 ? (
            <>
              <p>{say('noFormats')}</p>
              {decides && (
                <div class="buttons">
                  <LinkButton icon="plus" href={newFormat}>
                    {say('newFormat')}
                  </LinkButton>
                </div>
              )}
            </>
          ) : (
            decides && <UploadForm {...props} />
          )}
        </Card>
        {formats.length > 0 && (
          <Card title={say('formats')}>
            <Table<Format>
              caption={say('formats')}
              rows={formats}
              empty=""
              columns={[
                { title: say('format'), cell: ({ name }) => name },
                { title: say('kind'), cell: ({ rules }) => (rules.kind === 'csv' ? 'CSV' : 'camt.053') },
                { title: say('made'), cell: ({ created_at: at }) => <Time at={at} /> },
              ]}
            />
            {decides && (
              <div class="buttons">
                <LinkButton look="quiet" icon="plus" href={newFormat}>
                  {say('newFormat')}
                </LinkButton>
              </div>
            )}
          </Card>
        )}
      </div>
      <FileRows files={files} partners={[partner]} />
    </>
  );
};

/** Sent whole without script; with one in parts, as large as it may be. */
const UploadForm: FC<PartnerProps> = ({ partner, formats, form, errors }) => {
  const { language } = useVisit();
  const [say, common] = [reconciliationTexts(language), deskTexts(language)];
  return (
    <form
      method="post"
      enctype="multipart/form-data"
      action={`${place}/partners/${partner.id}/files`}
      data-upload={partner.id}
      data-done={`${place}/files/`}
      data-sending={say('sending')}
    >
      <Field type="file" name="file" label={say('file')} required error={errors.file ?? errors.name} />
      <Select
        name="format"
        label={say('format')}
        options={formats.map(({ id, name }) => [id, name] as const)}
        value={form.format}
        error={errors.format}
      />
      <div class="row">
        <Field
          type="date"
          name="from"
          label={common('from')}
          value={form.from}
          required
          error={errors.from}
        />
        <Field type="date" name="to" label={common('to')} value={form.to} required error={errors.to} />
      </div>
      <progress class="unseen" max={1} value={0} aria-label={say('sending')} data-progress />
      <p class="error" role="alert" data-problem />
      <div class="buttons">
        <Button icon="upload">{say('uploadNow')}</Button>
      </div>
    </form>
  );
};
