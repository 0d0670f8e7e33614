/** One approval: who wants what and why, what it would change, and the decision. */
import type { FC } from 'hono/jsx';
import type { Approval, WholeApproval } from '../../../approvals/index.ts';
import { errorsOf, Head, Refused } from '../../desk/parts.tsx';
import { deskTexts } from '../../desk/texts.ts';
import { Button, Card, Facts, Field, Money, Notice, Table, Time } from '../../kit/index.ts';
import { useVisit } from '../../visit.ts';
import type { Desk } from '../desk.tsx';
import { Made, ShownOnce } from '../directory/parts.tsx';
import type { Typed } from './index.tsx';
import { ApprovalTag, Who } from './list.tsx';
import { actionTexts, approvalTexts } from './texts.ts';

const home = '/centre/approvals';

interface ApprovalProps {
  readonly desk: Desk;
  readonly approval: WholeApproval;
  readonly typed: Typed;
}

export const ApprovalPage: FC<ApprovalProps> = ({ desk, approval, typed }) => {
  const { language } = useVisit();
  const say = approvalTexts(language);
  const { action, status, object, made_by: maker, reason, refusal } = approval;
  return (
    <>
      <Head title={actionTexts(language)(action)} back={[home, say('title')]}>
        <ApprovalTag status={status} />
      </Head>
      {typed.problem && <Refused problem={typed.problem} />}
      {refusal && (
        <Notice tone="bad">
          <p>
            {say('failedBecause')} {refusal.detail}
          </p>
          <p class="soft">
            <code>{refusal.code}</code> {refusal.explanation}
          </p>
        </Notice>
      )}
      <div class="columns">
        <div>
          <Card>
            <Facts
              rows={[
                [say('about'), object && <About {...object} />],
                [say('who'), <Who {...maker} />],
                [say('why'), reason ?? <span class="soft">{say('noReason')}</span>],
                [say('since'), <Time at={approval.created_at} exact />],
                [say('until'), status === 'proposed' && <Time at={approval.expires_at} exact />],
                [say('number'), <code class="break">{approval.id}</code>],
              ]}
            />
          </Card>
          <Card title={say(status === 'proposed' ? 'changes' : 'changed')}>
            <Changes approval={approval} />
            {approval.body !== null && (
              <details>
                <summary>{say('asked')}</summary>
                <p>
                  <code class="break">
                    {approval.method} {approval.path}
                  </code>
                </p>
                <pre>{JSON.stringify(approval.body, null, 2)}</pre>
              </details>
            )}
          </Card>
        </div>
        <div>
          <Decision desk={desk} approval={approval} typed={typed} />
          <Card title={say('history')}>
            <History approval={approval} />
          </Card>
        </div>
      </div>
    </>
  );
};

const pages: Readonly<Record<string, string>> = {
  merchant: '/centre/merchants',
  participant: '/centre/participants',
  operator: '/centre/people',
  account: '/centre/accounts',
  payment: '/centre/payments',
};

const About: FC<NonNullable<Approval['object']>> = ({ id, kind, name }) => {
  const page = pages[kind];
  const text = name ?? <code class="break">{id}</code>;
  return page === undefined ? <span>{text}</span> : <a href={`${page}/${id}`}>{text}</a>;
};

const Changes: FC<{ approval: WholeApproval }> = ({ approval: { changes } }) => {
  const say = approvalTexts(useVisit().language);
  const currency = changes.find(({ field }) => field === 'currency')?.after;
  return (
    <Table
      caption={say('changes')}
      rows={changes}
      empty={say('noChanges')}
      columns={[
        { title: say('field'), cell: ({ field }) => <code>{field}</code> },
        { title: say('before'), cell: ({ before }) => <Value value={before} /> },
        {
          title: say('after'),
          cell: ({ field, after }) => (
            <>
              <span aria-hidden="true">→ </span>
              <strong>
                {field === 'amount' && typeof after === 'number' && typeof currency === 'string' ? (
                  <Money amount={after} currency={currency} />
                ) : (
                  <Value value={after} />
                )}
              </strong>
            </>
          ),
        },
      ]}
    />
  );
};

const Value: FC<{ value: unknown }> = ({ value }) => {
  if (value === null || value === undefined) return <>–</>;
  if (typeof value === 'object') return <code class="break">{JSON.stringify(value)}</code>;
  return <>{String(value)}</>;
};

/** What can be done by whoever looks: decide, or collect and withdraw one's own. */
const Decision: FC<ApprovalProps> = ({ desk, approval, typed }) => {
  const { language } = useVisit();
  const say = approvalTexts(language);
  const { id, status, made_by: maker, collected } = approval;
  const page = `${home}/${id}`;
  const isOwn = maker.id === desk.person.id;
  const isOpen = status === 'proposed' || (status === 'approved' && collected);
  if (approval.may_decide) {
    return (
      <Card title={say('decide')}>
        <form method="post" action={`${page}/approve`} class="form">
          <p class="soft">{say(collected ? 'decideCollected' : 'decideLead')}</p>
          <Field
            name="reason"
            label={deskTexts(language)('reason')}
            hint={say('reasonHint')}
            maxlength={500}
            rows={3}
            value={typed.reason}
            error={typed.problem && errorsOf(typed.problem, language).reason}
          />
          <div class="buttons">
            <Button icon="check">{say('approve')}</Button>
            <button class="button danger" type="submit" formaction={`${page}/reject`}>
              {say('reject')}
            </button>
          </div>
        </form>
      </Card>
    );
  }
  if (!isOpen || !desk.may('admin', 'officer')) return null;
  if (!isOwn) return status === 'proposed' ? <Notice tone="plain">{say('notYours')}</Notice> : null;
  return (
    <Card>
      {status === 'approved' ? (
        <form method="post" action={`${page}/collect`} class="form">
          <p>{say('collectLead')}</p>
          <div class="buttons">
            <Button icon="key">{say('collect')}</Button>
            <button class="button quiet" type="submit" formaction={`${page}/withdraw`}>
              {say('withdraw')}
            </button>
          </div>
        </form>
      ) : (
        <form method="post" action={`${page}/withdraw`} class="form">
          <p>{say('yourOwn')}</p>
          <div class="buttons">
            <Button look="quiet">{say('withdraw')}</Button>
          </div>
        </form>
      )}
    </Card>
  );
};

const History: FC<{ approval: WholeApproval }> = ({ approval: { history } }) => (
  <ul class="plain-list">
    {history.map(({ at, by, status, reason }) => (
      <li>
        <ApprovalTag status={status} /> <Who {...by} /> · <Time at={at} />
        {reason !== null && <p class="soft">{reason}</p>}
      </li>
    ))}
  </ul>
);

/** What was collected: it stands in this answer and nowhere else. */
export const CollectedPage: FC<{ approval: Approval; answer: unknown }> = ({ approval, answer }) => {
  const { language } = useVisit();
  const say = approvalTexts(language);
  const { secret } = (answer ?? {}) as { readonly secret?: string };
  return (
    <>
      <Head title={actionTexts(language)(approval.action)} back={[home, say('title')]}>
        <ApprovalTag status={approval.status} />
      </Head>
      <Made made={answer} />
      {secret !== undefined && <ShownOnce label={say('secret')} what={say('collected')} secret={secret} />}
    </>
  );
};
