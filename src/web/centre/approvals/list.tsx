/** What waits for a decision, the oldest first; what I asked for; and everything. */
import type { FC } from 'hono/jsx';
import type { Approval, ApprovalCounts } from '../../../approvals/index.ts';
import { Head, type List } from '../../desk/parts.tsx';
import { Card, LinkButton, Notice, Table, Tabs, Tag, Time, type Tone } from '../../kit/index.ts';
import { useVisit } from '../../visit.ts';
import type { Desk } from '../desk.tsx';
import type { View } from './index.tsx';
import { actionTexts, approvalTexts } from './texts.ts';

interface InboxProps {
  readonly desk: Desk;
  readonly view: View;
  readonly found: List<Approval>;
  readonly counts: ApprovalCounts | undefined;
}

const home = '/centre/approvals';
const empty = { open: 'nothing', mine: 'nothingMine', all: 'nothingEver' } as const;

export const InboxPage: FC<InboxProps> = ({ desk, view, found, counts }) => {
  const { language } = useVisit();
  const [say, asked] = [approvalTexts(language), actionTexts(language)];
  const oldest = view === 'open' ? found.data.find(({ made_by: by }) => by.id !== desk.person.id) : undefined;
  const count = (number: number | undefined) => (number ? ` (${number})` : '');
  return (
    <>
      <Head title={say('title')}>
        {oldest && <LinkButton href={`${home}/${oldest.id}`}>{say('begin')}</LinkButton>}
      </Head>
      <p class="soft">{say('lead')}</p>
      {counts !== undefined && counts.to_collect > 0 && (
        <Notice tone="wait">
          <a href={`${home}?show=mine`}>{say('toCollect', { count: counts.to_collect })}</a>
        </Notice>
      )}
      <Tabs
        label={say('kinds')}
        tabs={[
          { href: home, text: `${say('open')}${count(counts?.for_me)}`, current: view === 'open' },
          {
            href: `${home}?show=mine`,
            text: `${say('mine')}${count(counts?.mine)}`,
            current: view === 'mine',
          },
          { href: `${home}?show=all`, text: say('all'), current: view === 'all' },
        ]}
      />
      <Card>
        <Table
          caption={say('title')}
          rows={found.data}
          href={({ id }) => `${home}/${id}`}
          next={found.next_cursor}
          empty={say(empty[view])}
          columns={[
            { title: say('what'), cell: ({ action }) => asked(action) },
            { title: say('about'), cell: ({ object }) => object?.name ?? <code>{object?.id}</code> },
            { title: say('who'), cell: ({ made_by: by }) => <Who {...by} /> },
            { title: say('why'), cell: ({ reason }) => reason },
            { title: say('since'), cell: ({ created_at: at }) => <Time at={at} /> },
            ...(view === 'open'
              ? []
              : [{ title: '', cell: ({ status }: Approval) => <ApprovalTag status={status} /> }]),
          ]}
        />
      </Card>
    </>
  );
};

export const Who: FC<Approval['made_by']> = ({ id, name }) => {
  const say = approvalTexts(useVisit().language);
  if (name !== null) return <>{name}</>;
  return <>{id === 'switch' ? say('nobody') : say('deploymentKey')}</>;
};

const tones: Record<Approval['status'], Tone> = {
  proposed: 'wait',
  approved: 'wait',
  done: 'plain',
  failed: 'bad',
  rejected: 'over',
  withdrawn: 'over',
  expired: 'over',
};

export const ApprovalTag: FC<Pick<Approval, 'status'>> = ({ status }) => (
  <Tag tone={tones[status]}>{approvalTexts(useVisit().language)(`s_${status}`)}</Tag>
);
