import type { FC } from 'hono/jsx';
import type { Invited, Staff } from '../../../client/index.ts';
import { errorsOf, Head, type List, Refused, typed } from '../../desk/parts.tsx';
import {
  Button,
  Card,
  Facts,
  Field,
  Money,
  Notice,
  Select,
  StatusTag,
  Table,
  Tag,
  Time,
} from '../../kit/index.ts';
import { useVisit } from '../../visit.ts';
import type { Desk, Places, Role } from '../desk.tsx';
import { portalTexts } from '../texts.ts';
import type { Given } from './index.tsx';
import { staffTexts } from './texts.ts';

interface StaffProps {
  readonly desk: Desk;
  readonly list: List<Staff>;
  readonly places: Places;
  readonly given: Given;
}

export const StaffPage: FC<StaffProps> = ({ desk, list, places, given }) => {
  const { language } = useVisit();
  const [say, common] = [staffTexts(language), portalTexts(language)];
  const { form = {}, problem, invited } = given;
  const errors = problem ? errorsOf(problem, language) : {};
  return (
    <>
      <Head title={say('title')} />
      {problem && <Refused problem={problem} />}
      {invited && <Link desk={desk} invited={invited} />}
      <Table
        caption={say('title')}
        rows={list.data}
        next={list.next_cursor}
        href={({ id }) => `/portal/staff/${id}`}
        empty=""
        columns={[
          { title: common('name'), cell: ({ name }) => name },
          { title: common('status'), cell: ({ status }) => <Standing status={status} /> },
          { title: say('email'), cell: ({ email }) => <span class="break">{email}</span> },
          {
            title: say('role'),
            cell: ({ role, till, store }) =>
              [common(role as Role), places.nameOf(till) ?? places.nameOf(store)].filter(Boolean).join(' · '),
          },
        ]}
      />
      <Card title={say('invite')}>
        <form method="post" action="/portal/staff" class="form">
          <Field
            name="email"
            type="email"
            label={say('email')}
            required
            maxlength={254}
            autocomplete="off"
            value={form.email}
            error={errors.email ?? (problem?.code === 'operator.exists' ? problem.detail : undefined)}
          />
          <Field
            name="name"
            label={`${say('personName')} (${common('optional')})`}
            maxlength={80}
            autocomplete="off"
            value={form.name}
            error={errors.name}
          />
          <MayDo
            desk={desk}
            places={places}
            given={given}
            role={form.role ?? 'cashier'}
            place={form.place}
            limit={form.limit}
          />
          <div class="buttons">
            <Button icon="send">{say('makeLink')}</Button>
          </div>
        </form>
      </Card>
    </>
  );
};

/** The invitation, to be sent by whatever both use. */
const Link: FC<{ desk: Desk; invited: Invited }> = ({ desk, invited }) => {
  const { language } = useVisit();
  const [say, common] = [staffTexts(language), portalTexts(language)];
  return (
    <Notice tone="good">
      <p>
        <strong>{say('linkOnce', { name: invited.person.name })}</strong>
      </p>
      <Field name="link" label={say('link')} value={invited.link} data={{ selects: '' }} />
      <p>
        {say('goodUntil')} <Time at={invited.expires_at} country={desk.merchant.country} exact />
      </p>
      <div class="buttons">
        <Button type="button" icon="share" data={{ share: invited.link, done: common('copied') }}>
          {say('send')}
        </Button>
        <Button type="button" look="quiet" icon="copy" data={{ copy: invited.link, done: common('copied') }}>
          {common('copy')}
        </Button>
      </div>
    </Notice>
  );
};

const Standing: FC<Pick<Staff, 'status'>> = ({ status }) => {
  const say = staffTexts(useVisit().language);
  return status === 'invited' ? <Tag tone="wait">{say('invited')}</Tag> : <StatusTag status={status} />;
};

interface MayDoProps {
  readonly desk: Desk;
  readonly places: Places;
  readonly given: Given;
  readonly role: string;
  readonly place: string | undefined;
  readonly limit: string | undefined;
}

/** Role, place and limit: the same for a new person and a change. */
const MayDo: FC<MayDoProps> = ({ desk, places, given, role, place, limit }) => {
  const { language } = useVisit();
  const [say, common] = [staffTexts(language), portalTexts(language)];
  const where = places.stores.flatMap(({ id, name, tills }) => [
    [`store ${id}`, name] as const,
    ...tills.map((till) => [`till ${till.id}`, `${common('till')} ${places.nameOf(till.id)}`] as const),
  ]);
  return (
    <>
      <Select
        name="role"
        label={say('role')}
        hint={say('roleHint')}
        value={role}
        options={(['cashier', 'manager', 'owner'] as const).map((one) => [one, common(one)] as const)}
      />
      <Select name="place" label={say('place')} value={place} options={[['', common('any')], ...where]} />
      <Field
        name="limit"
        label={`${say('limit')}, ${desk.merchant.currency} (${common('optional')})`}
        hint={say('limitHint')}
        inputmode="decimal"
        autocomplete="off"
        value={limit}
        error={given.limitWrong ? common('amountWrong') : undefined}
      />
    </>
  );
};

interface PersonProps {
  readonly desk: Desk;
  readonly person: Staff;
  readonly places: Places;
  readonly given: Given;
}

export const PersonPage: FC<PersonProps> = ({ desk, person, places, given }) => {
  const { language } = useVisit();
  const [say, common] = [staffTexts(language), portalTexts(language)];
  const { form, problem, invited } = given;
  const path = `/portal/staff/${person.id}`;
  const { currency, country } = desk.merchant;
  const limit = person.refund_limit === null ? null : { amount: person.refund_limit, currency };
  const place = person.till ? `till ${person.till}` : person.store ? `store ${person.store}` : '';
  return (
    <>
      <Head title={person.name} back={['/portal/staff', say('title')]} />
      {problem && <Refused problem={problem} />}
      {invited && <Link desk={desk} invited={invited} />}
      <Card>
        <Facts
          rows={[
            [common('status'), <Standing status={person.status} />],
            [say('email'), person.email],
            [say('role'), common(person.role as Role)],
            [say('place'), places.nameOf(person.till) ?? places.nameOf(person.store) ?? common('any')],
            [say('limit'), limit && <Money {...limit} />],
            [say('since'), <Time at={person.created_at} country={country} exact />],
          ]}
        />
        <div class="buttons">
          <form method="post" action={`${path}/invite`}>
            <Button look="quiet" icon="link">
              {say('newLink')}
            </Button>
          </form>
          {person.id !== desk.person.id && (
            <form method="post" action={`${path}/${person.status === 'suspended' ? 'resume' : 'suspend'}`}>
              {person.status === 'suspended' ? (
                <Button look="quiet" icon="play">
                  {say('resume')}
                </Button>
              ) : (
                <Button look="danger" icon="pause">
                  {say('suspend')}
                </Button>
              )}
            </form>
          )}
        </div>
        <p class="soft small">{say('newLinkWhat')}</p>
      </Card>
      <Card title={say('change')}>
        <form method="post" action={path} class="form">
          <MayDo
            desk={desk}
            places={places}
            given={given}
            role={form?.role ?? person.role}
            place={form?.place ?? place}
            limit={form?.limit ?? (limit ? typed(limit) : '')}
          />
          <div class="buttons">
            <Button icon="check">{common('save')}</Button>
          </div>
        </form>
      </Card>
    </>
  );
};
