import type { FC } from 'hono/jsx';
import { businessZone, clockIn, dayAfter, isId } from '../../../kernel/index.ts';
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
  const { data, payments_since: since } = answer;
  return (
    <>
      <Table
        caption={say('search')}
        rows={data}
        empty={say(nothingOf(asked.text.trim()))}
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
          {say('looked')} <Time at={since} exact />{' '}
          {Date.parse(since) > 0 && (
            <a href={address('/centre/search', furtherBack(asked.text, since))}>{say('further')}</a>
          )}
        </p>
      )}
    </>
  );
};

/** An order is in the merchant's own account until somebody pays it, which its id does not name. */
function nothingOf(text: string) {
  if (isId('order', text)) return 'nothingByOrder';
  return /^[a-z]{3}_/.test(text) ? 'nothingById' : 'nothing';
}

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

const monthDays = 30;

/** The thirty days before what was looked through. */
function furtherBack(text: string, since: string) {
  const { day } = clockIn(businessZone.name, Date.parse(since));
  return { q: text, from: dayAfter(day, -monthDays), to: dayAfter(day, 1) };
}
