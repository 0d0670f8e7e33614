/** Everything that waits, the oldest first. */
import type { FC } from 'hono/jsx';
import type { Work, WorkItem } from '../../../work/index.ts';
import { address, Head } from '../../desk/parts.tsx';
import { Card, Empty, LinkButton, Table, Tabs, Time } from '../../kit/index.ts';
import { useVisit } from '../../visit.ts';
import { type KindText, workTexts } from './texts.ts';

type Kind = WorkItem['kind'];
const kinds: readonly (readonly [Kind, KindText])[] = [
  ['transfer', 'transfers'],
  ['callback', 'callbacks'],
  ['difference', 'differences'],
  ['dead_letter', 'deadLetters'],
];

export const QueuePage: FC<{ work: Work; kind: Kind | undefined }> = ({ work, kind: chosen }) => {
  const say = workTexts(useVisit().language);
  const { data: items } = work;
  const all = kinds.reduce((sum, [name]) => sum + work.counts[name], 0);
  const [oldest] = items;
  return (
    <>
      <Head title={say('title')}>
        {oldest && <LinkButton href={hrefOf(oldest)}>{say('begin')}</LinkButton>}
      </Head>
      <p class="soft">{say('lead')}</p>
      <Tabs
        label={say('kinds')}
        tabs={[
          { href: '/centre/work', text: `${say('all')} (${all})`, current: chosen === undefined },
          ...kinds.map(([name, text]) => ({
            href: `/centre/work?kind=${name}`,
            text: `${say(text)} (${work.counts[name]})`,
            current: chosen === name,
          })),
        ]}
      />
      <div id="work" data-live>
        <Card>
          {items.length === 0 ? (
            <Empty icon="done">{say('nothing')}</Empty>
          ) : (
            <Items items={items} total={chosen === undefined ? all : work.counts[chosen]} />
          )}
        </Card>
      </div>
    </>
  );
};

const Items: FC<{ items: readonly WorkItem[]; total: number }> = ({ items, total }) => {
  const say = workTexts(useVisit().language);
  return (
    <>
      <Table
        caption={say('title')}
        rows={items}
        href={hrefOf}
        empty=""
        columns={[
          { title: say('kind'), cell: ({ kind }) => say(nameOf(kind)) },
          { title: say('waitsSince'), cell: ({ since }) => <Time at={since} /> },
          { title: say('what'), cell: ({ what }) => <code>{what}</code> },
          { title: say('about'), cell: ({ about, about_name: name }) => name ?? <code>{about}</code> },
        ]}
      />
      {total > items.length && <p class="soft">{say('more', { count: total - items.length })}</p>}
    </>
  );
};

const nameOf = (kind: Kind) =>
  kind === 'transfer'
    ? 'transfer'
    : kind === 'callback'
      ? 'callback'
      : kind === 'difference'
        ? 'difference'
        : 'deadLetter';

function hrefOf({ kind, id, endpoint, about }: WorkItem): string {
  if (kind === 'transfer') return `/centre/work/transfers/${id}`;
  if (kind === 'callback') return address(`/centre/work/callbacks/${id}/${endpoint}`, { owner: about });
  if (kind === 'difference') return `/centre/reconciliation/differences/${id}`;
  return `/centre/work/dead-letters/${id}`;
}
