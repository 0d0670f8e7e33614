import type { FC } from 'hono/jsx';
import { dayAfter } from '../../../kernel/index.ts';
import { type Hit, isPersonal, type SearchAnswer } from '../../../search/index.ts';
import { address, Head } from '../../desk/parts.tsx';
import { deskTexts } from '../../desk/texts.ts';
import {
  Card,
  Empty,
  Field,
  Filters,
  kitTexts,
  Money,
  Notice,
  type Status,
  StatusTag,
  Table,
  Time,
} from '../../kit/index.ts';
import { useVisit } from '../../visit.ts';
import { pathOf } from './path.ts';
import { searchTexts } from './texts.ts';

interface SearchProps {
  readonly asked: {
    readonly text: string;
    readonly from?: string | undefined;
    readonly to?: string | undefined;
    /** Where an amount was looked for from. */
    readonly cursor?: string | undefined;
  };
  /** Undefined when nothing was asked for yet. */
  readonly answer: SearchAnswer | undefined;
}

export const SearchPage: FC<SearchProps> = ({ asked, answer }) => {
  const { language } = useVisit();
  const [say, common] = [searchTexts(language), deskTexts(language)];
  const hidden = isPersonal(asked.text);
  return (
    <>
      <Head title={say('search')} />
      {!hidden && (
        <Filters label={say('search')}>
          <Field type="search" name="q" label={say('anything')} value={asked.text} maxlength={200} />
          <Field type="date" name="from" label={common('from')} value={asked.from} />
          <Field type="date" name="to" label={common('to')} value={asked.to} />
        </Filters>
      )}
      {answer ? (
        <Card>
          <Hits asked={asked} answer={answer} />
        </Card>
      ) : (
        <Empty icon="search">
          <p>{say('whatCan')}</p>
          <p class="small">{say('personal')}</p>
        </Empty>
      )}
    </>
  );
};

const Hits: FC<{ asked: SearchProps['asked']; answer: SearchAnswer }> = ({ asked, answer }) => {
  const { language } = useVisit();
  const [say, common] = [searchTexts(language), deskTexts(language)];
  const { data, payments_since: since, silent_books: silent, more_by_reference: more } = answer;
  const further = furtherBack(asked, answer);
  return (
    <>
      {silent > 0 && (
        <Notice tone="wait">
          <p>{say('silent', { count: silent })}</p>
        </Notice>
      )}
      <Table
        caption={say('search')}
        rows={data}
        empty={say(/^[a-z]{3}_/.test(asked.text) ? 'nothingById' : 'nothing')}
        columns={[
          { title: say('what'), cell: (hit) => <Named hit={hit} /> },
          {
            title: common('amount'),
            number: true,
            cell: ({ amount }) => amount && <Money {...amount} />,
          },
          { title: common('status'), cell: ({ status }) => status && <Standing status={status} /> },
          { title: common('time'), cell: ({ at }) => at && <Time at={at} /> },
        ]}
      />
      {since !== null && (
        <p class="soft small">
          {Date.parse(since) === 0 ? (
            say('lookedAll')
          ) : (
            <>
              {say('looked')} <Time at={since} exact />
            </>
          )}{' '}
          {further !== undefined && <a href={further}>{say('further')}</a>}
        </p>
      )}
      {more && <p class="soft small">{say('moreByReference')}</p>}
    </>
  );
};

/** What it is and what it is called; the id below is what people copy. */
const Named: FC<{ hit: Hit }> = ({ hit }) => {
  const say = searchTexts(useVisit().language);
  const path = pathOf(hit);
  const text = [say(hit.kind), hit.name].filter(Boolean).join(': ');
  return (
    <div>
      {path === undefined ? <strong>{text}</strong> : <a href={path}>{text}</a>}
      <div class="soft small break">
        {hit.references.length > 0 && <>{hit.references.join(' · ')} · </>}
        <code>{hit.id}</code>
        {hit.owner !== null && hit.owner !== hit.id && (
          <>
            {' '}
            · <code>{hit.owner}</code>
          </>
        )}
      </div>
    </div>
  );
};

/** In words where there are any. */
const Standing: FC<{ status: string }> = ({ status }) =>
  status in kitTexts.messages.en ? <StatusTag status={status as Status} /> : status;

/** Where looking for an amount goes on; before the days that were chosen, once they were looked through. */
function furtherBack({ text, from, to }: SearchProps['asked'], answer: SearchAnswer): string | undefined {
  const { next_cursor: cursor, payments_since: since } = answer;
  if (cursor !== null) return address('/centre/search', { q: text, from, to, cursor });
  if (since === null || Date.parse(since) === 0 || !from) return undefined;
  return address('/centre/search', { q: text, to: dayAfter(from, -1) });
}
