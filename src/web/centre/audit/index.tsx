/** The audit log: who did what, with what it was before and after; as a file, and whether its chain is whole. */
import { Hono } from 'hono';
import type { FC } from 'hono/jsx';
import type { AuditRecord } from '../../../audit/index.ts';
import type { VisitEnv } from '../../../http/index.ts';
import { businessZone, dayAfter, startOfDayMs } from '../../../kernel/index.ts';
import { address, Head, type List, valueIn } from '../../desk/parts.tsx';
import { deskTexts } from '../../desk/texts.ts';
import { Button, Card, Facts, Field, Filters, LinkButton, Notice, Table, Time } from '../../kit/index.ts';
import { useVisit } from '../../visit.ts';
import type { At, Desk } from '../desk.tsx';
import { Actor, Differences, namesOf } from '../directory/parts.tsx';
import type { Role } from '../roles.ts';
import { auditTexts } from './texts.ts';

const readers: readonly Role[] = ['admin', 'officer', 'analyst'];
const perPage = '50';

/** The last check of everything, the audit log's chain among it. */
interface Check {
  readonly id: string;
  readonly clean: boolean;
  readonly audit_records: number;
  readonly finished_at: string | null;
}

export function auditPages(at: At): Hono<VisitEnv> {
  const app = new Hono<VisitEnv>();
  app.get('/', at(readers, auditPage));
  app.post(
    '/check',
    at(['admin', 'officer'], async (desk) => {
      const checked = await desk.api.post<Check>('/v1/centre/reconciliations', {});
      return desk.after(checked, '/centre/audit', 'saved');
    }),
  );
  return app;
}

/** What the address asks for; days are those of the centre. */
function wishOf(desk: Desk) {
  const { actor, subject, action, from, to } = desk.c.req.query();
  return { actor, subject, action, from: dayIn(from), to: dayIn(to) };
}
export type Wish = ReturnType<typeof wishOf>;

const dayIn = (text: string | undefined): string | undefined =>
  text !== undefined && /^2\d{3}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)) ? text : undefined;

const timeOf = (day: string | undefined): string | undefined =>
  day === undefined ? undefined : new Date(startOfDayMs(day)).toISOString();

async function auditPage(desk: Desk) {
  const wish = wishOf(desk);
  const query = {
    ...{ actor: wish.actor?.trim(), subject: wish.subject?.trim(), action: wish.action?.trim() },
    'created[gte]': timeOf(wish.from),
    'created[lt]': timeOf(wish.to && dayAfter(wish.to, 1)),
  };
  const paged = { ...query, cursor: desk.c.req.query('cursor'), limit: perPage };
  const found = await desk.api.get<List<AuditRecord>>(address('/v1/audit', paged));
  if (!found.ok) return desk.refused(found.problem);
  const checks = valueIn(await desk.api.get<List<Check>>('/v1/centre/reconciliations?limit=5'));
  const check = checks?.data.find(({ finished_at: at }) => at !== null);
  const names = await namesOf(
    desk,
    found.value.data.map(({ actor }) => actor),
  );
  const file = address('/v1/centre/reports/audit', { ...query, format: 'csv' });
  const content = (
    <AuditPage desk={desk} wish={wish} found={found.value} names={names} check={check} file={file} />
  );
  return desk.page(auditTexts(desk.language)('title'), content);
}

interface AuditProps {
  readonly desk: Desk;
  readonly wish: Wish;
  readonly found: List<AuditRecord>;
  readonly names: ReadonlyMap<string, string>;
  readonly check: Check | undefined;
  readonly file: string;
}

const AuditPage: FC<AuditProps> = ({ desk, wish, found, names, check, file }) => {
  const { language } = useVisit();
  const [say, common] = [auditTexts(language), deskTexts(language)];
  return (
    <>
      <Head title={say('title')}>
        <LinkButton look="quiet" icon="download" href={file} download="audit.csv">
          {common('csv')}
        </LinkButton>
      </Head>
      <p class="soft">{say('what')}</p>
      <Chain desk={desk} check={check} />
      <Filters label={common('filters')}>
        <Field name="action" type="search" label={say('action')} placeholder="suspend" value={wish.action} />
        <Field name="actor" label={say('actor')} value={wish.actor} />
        <Field name="subject" label={say('subject')} value={wish.subject} />
        <Field name="from" type="date" label={common('from')} value={wish.from} />
        <Field name="to" type="date" label={`${common('to')} (${businessZone.name})`} value={wish.to} />
      </Filters>
      <Table
        caption={say('title')}
        rows={found.data}
        next={found.next_cursor}
        empty={say('nothing')}
        columns={[
          { title: common('time'), cell: ({ at }) => <Time at={at} /> },
          { title: common('name'), cell: ({ actor }) => <Actor id={actor} names={names} /> },
          { title: say('done'), cell: ({ action }) => <code class="break">{action}</code> },
          { title: say('about'), cell: ({ subject }) => <Subject id={subject} /> },
          { title: say('changed'), cell: (record) => <Differences record={record} /> },
          { title: common('reason'), cell: ({ reason }) => reason },
          { title: common('details'), cell: (record) => <Whole record={record} /> },
        ]}
      />
    </>
  );
};

/** Whether the last check found the chain whole. */
const Chain: FC<{ desk: Desk; check: Check | undefined }> = ({ desk, check }) => {
  const say = auditTexts(useVisit().language);
  const found = check && (
    <>
      {check.clean ? say('checkedClean', { count: check.audit_records }) : say('checkedBroken')}{' '}
      {check.finished_at && <Time at={check.finished_at} />}
    </>
  );
  return (
    <Card>
      {check?.clean === false ? (
        <Notice tone="bad">{found}</Notice>
      ) : (
        <p class="soft">{found ?? say('notChecked')}</p>
      )}
      {desk.may('admin', 'officer') && (
        <form method="post" action="/centre/audit/check">
          <div class="buttons">
            <Button look="quiet" icon="check">
              {say('checkNow')}
            </Button>
          </div>
        </form>
      )}
    </Card>
  );
};

const pagesOf: Readonly<Record<string, string>> = {
  mch: '/centre/merchants',
  par: '/centre/participants',
  opr: '/centre/people',
  acc: '/centre/accounts',
};

/** What was changed: a link to its page, where it has one. */
const Subject: FC<{ id: string }> = ({ id }) => {
  const page = pagesOf[id.slice(0, 3)];
  const text = <code class="break">{id}</code>;
  return page === undefined ? text : <a href={`${page}/${id}`}>{text}</a>;
};

const Whole: FC<{ record: AuditRecord }> = ({ record }) => {
  const say = auditTexts(useVisit().language);
  return (
    <details>
      <summary aria-label={`${say('whole')}: ${record.sequence}`}>{record.sequence}</summary>
      <Facts
        rows={[
          [say('actor'), <code class="break">{record.actor}</code>],
          [say('request'), <code class="break">{record.request}</code>],
          [say('hash'), record.hash === null ? say('notYet') : <code class="break">{record.hash}</code>],
        ]}
      />
      <Differences record={record} whole />
    </details>
  );
};
