/** What pages of the directory share: how something stands, keys, people's links, callbacks, history. */
import type { Child, FC } from 'hono/jsx';
import type { AuditRecord } from '../../../audit/index.ts';
import type { CallbackEndpoint, Invited } from '../../../client/index.ts';
import type { KeyRecord, MadeKey, PersonRecord } from '../../../onboarding/index.ts';
import { type List, valueIn } from '../../desk/parts.tsx';
import { deskTexts } from '../../desk/texts.ts';
import { Button, Card, Field, Notice, type Status, StatusTag, Table, Tag, Time } from '../../kit/index.ts';
import { useVisit } from '../../visit.ts';
import { Deed, type Given, Typed } from '../deeds.tsx';
import type { Desk } from '../desk.tsx';
import { directoryTexts } from './texts.ts';

const own = ['frozen', 'invited', 'disabled', 'waiting'] as const;

/** How a record stands: a merchant that waits is waited for by whoever reads this. */
export const Standing: FC<{ status: string }> = ({ status }) => {
  const say = directoryTexts(useVisit().language);
  const key = own.find((one) => one === (status === 'pending' ? 'waiting' : status));
  if (key === undefined) return <StatusTag status={status as Status} />;
  return <Tag tone={key === 'waiting' || key === 'invited' ? 'wait' : 'over'}>{say(key)}</Tag>;
};

/** Before → after, of what a deed changes. */
export const Change: FC<{ rows: readonly (readonly [name: string, before: Child, after: Child])[] }> = ({
  rows,
}) => {
  const say = directoryTexts(useVisit().language);
  return (
    <Table
      caption={say('change')}
      rows={rows}
      empty=""
      columns={[
        { title: say('details'), cell: ([name]) => name },
        { title: say('before'), cell: ([, before]) => before },
        {
          title: say('after'),
          cell: ([, , after]) => (
            <>
              <span aria-hidden="true">→ </span>
              {after}
            </>
          ),
        },
      ]}
    />
  );
};

interface SecretProps {
  readonly label: string;
  readonly what: string;
  readonly secret: string;
  readonly children?: Child;
}

/** Something that stands in this answer and nowhere else. */
export const ShownOnce: FC<SecretProps> = ({ label, what, secret, children }) => {
  const common = deskTexts(useVisit().language);
  return (
    <Notice tone="good">
      <p>
        <strong>{what}</strong>
      </p>
      <Field name="shown-once" label={label} value={secret} data={{ selects: '' }} />
      {children}
      <div class="buttons">
        <Button type="button" look="quiet" icon="copy" data={{ copy: secret, done: common('copied') }}>
          {common('copy')}
        </Button>
      </div>
    </Notice>
  );
};

/** What a deed made that is shown this once: a key, or an invitation. */
export const Made: FC<{ made: unknown }> = ({ made }) => {
  const say = directoryTexts(useVisit().language);
  if (typeof made !== 'object' || made === null) return null;
  if ('api_key' in made) {
    return <ShownOnce label={say('key')} what={say('keyOnce')} secret={(made as MadeKey).api_key} />;
  }
  if (!('link' in made)) return null;
  const { link, person, expires_at: until } = made as Invited;
  return (
    <ShownOnce label={say('link')} what={say('linkOnce', { name: person.name })} secret={link}>
      <p>
        {say('goodUntil')} <Time at={until} exact />
      </p>
    </ShownOnce>
  );
};

interface KeysProps {
  readonly keys: List<KeyRecord> | undefined;
  readonly path: string;
  readonly given: Given;
  readonly may: boolean;
  /** Fields of a new key besides its name. */
  readonly children?: Child;
}

/** Keys of somebody: made, shown once, revoked. */
export const Keys: FC<KeysProps> = ({ keys, path, given, may, children }) => {
  const say = directoryTexts(useVisit().language);
  if (!keys) return null;
  return (
    <Card title={say('keys')} id="keys">
      <Table
        caption={say('keys')}
        rows={keys.data}
        empty={say('noKeys')}
        columns={[
          { title: say('key'), cell: ({ label, hint }) => label ?? <code>{hint}…</code> },
          { title: say('role'), cell: ({ role }) => <RoleName role={role} /> },
          {
            title: deskTexts(useVisit().language)('status'),
            cell: ({ revoked_at: at }) => <StatusTag status={at === null ? 'active' : 'revoked'} />,
          },
          { title: say('since'), cell: ({ created_at: at }) => <Time at={at} /> },
          {
            title: say('revoke'),
            cell: ({ id, revoked_at: at, label, hint }) =>
              may &&
              at === null && <Revoke action={`${path}/revoke`} name="key" value={id} of={label ?? hint} />,
          },
        ]}
      />
      {may && (
        <Deed given={given} name="key" path={path} verb={say('makeKey')} icon="key" reason={false}>
          <Typed given={given} deed="key" name="label" label={say('keyLabel')} required maxlength={80} />
          {children}
        </Deed>
      )}
    </Card>
  );
};

/** Asks once more before something stops for good. */
export const Revoke: FC<{ action: string; name: string; value: string; of: string }> = ({
  action,
  name,
  value,
  of,
}) => {
  const say = directoryTexts(useVisit().language);
  return (
    <details>
      <summary aria-label={`${say('revoke')}: ${of}`}>{say('revoke')}</summary>
      <p class="soft">{say('revokeWhat')}</p>
      <form method="post" action={action}>
        <input type="hidden" name={name} value={value} />
        <Button look="danger" icon="trash">
          {say('revoke')}
        </Button>
      </form>
    </details>
  );
};

const roleTexts = {
  owner: 'ownerRole',
  manager: 'managerRole',
  cashier: 'cashierRole',
  admin: 'adminRole',
  officer: 'officerRole',
  analyst: 'analystRole',
  support: 'supportRole',
  issuer: 'issuer',
  acquirer: 'acquirer',
} as const;

export const RoleName: FC<{ role: string }> = ({ role }) => {
  const say = directoryTexts(useVisit().language);
  return <>{role in roleTexts ? say(roleTexts[role as keyof typeof roleTexts]) : role}</>;
};

/** Roles as choices of a field. */
export const useRoleChoices = (roles: readonly (keyof typeof roleTexts)[]) => {
  const say = directoryTexts(useVisit().language);
  return roles.map((role) => [role, say(roleTexts[role])] as const);
};

/** Where somebody is told of events, and how that goes. */
export const Endpoints: FC<{ endpoints: List<CallbackEndpoint> | undefined }> = ({ endpoints }) => {
  const { language } = useVisit();
  const say = directoryTexts(language);
  if (!endpoints) return null;
  return (
    <Card title={say('callbacks')}>
      <Table
        caption={say('callbacks')}
        rows={endpoints.data}
        empty={say('noCallbacks')}
        columns={[
          { title: say('address'), cell: ({ url }) => <span class="break">{url}</span> },
          {
            title: deskTexts(language)('status'),
            cell: ({ status, failing_since: since }) =>
              since === null ? <Standing status={status} /> : <StatusTag status="failed" />,
          },
        ]}
      />
    </Card>
  );
};

/** Who did what to one record, as its page shows it. */
export interface Past {
  readonly records: readonly AuditRecord[];
  readonly names: ReadonlyMap<string, string>;
}

const recordsShown = 10;

/** What was done to something; nothing for those who may not read the audit log. */
export async function pastOf(desk: Desk, subject: string): Promise<Past | undefined> {
  if (!desk.may('admin', 'officer', 'analyst')) return undefined;
  const answer = await desk.api.get<List<AuditRecord>>(`/v1/audit?subject=${subject}&limit=${recordsShown}`);
  if (!answer.ok) return undefined;
  const records = answer.value.data;
  return {
    records,
    names: await namesOf(
      desk,
      records.map(({ actor }) => actor),
    ),
  };
}

/** What people of these ids are called. */
export async function namesOf(desk: Desk, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const people = [...new Set(ids)].filter((id) => id.startsWith('opr_'));
  const found = await Promise.all(
    people.map(async (id) => valueIn(await desk.api.get<PersonRecord>(`/v1/centre/operators/${id}`))),
  );
  return new Map(found.flatMap((person) => (person ? [[person.id, person.name] as const] : [])));
}

export const History: FC<{ past: Past | undefined; subject: string }> = ({ past, subject }) => {
  const say = directoryTexts(useVisit().language);
  if (!past) return null;
  return (
    <Card
      title={say('history')}
      aside={
        past.records.length > 0 && <a href={`/centre/audit?subject=${subject}`}>{say('wholeHistory')}</a>
      }
    >
      <Table
        caption={say('history')}
        rows={past.records}
        empty={say('noHistory')}
        columns={[
          { title: deskTexts(useVisit().language)('time'), cell: ({ at }) => <Time at={at} /> },
          { title: say('who'), cell: ({ actor }) => <Actor id={actor} names={past.names} /> },
          { title: say('change'), cell: (record) => <Differences record={record} named /> },
          { title: deskTexts(useVisit().language)('reason'), cell: ({ reason }) => reason },
        ]}
      />
    </Card>
  );
};

export const Actor: FC<{ id: string; names: ReadonlyMap<string, string> }> = ({ id, names }) => {
  const say = directoryTexts(useVisit().language);
  if (id === 'switch') return <>{say('switchItself')}</>;
  if (id === 'centre') return <>{say('centreItself')}</>;
  return names.has(id) ? (
    <a href={`/centre/people/${id}`}>{names.get(id)}</a>
  ) : (
    <code class="break">{id}</code>
  );
};

// Of a version no one asks for, and what only machines read.
const unsaid = new Set(['version', 'id', 'created_at']);

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** What a record of the audit log says was changed: field by field, old → new. */
export const Differences: FC<{ record: AuditRecord; whole?: boolean; named?: boolean }> = ({
  record,
  whole,
  named,
}) => {
  const say = directoryTexts(useVisit().language);
  const [before, after] = [fieldsOf(record.before), fieldsOf(record.after)];
  const isNew = record.before === null;
  const isGone = record.after === null && !isNew;
  if (!whole && (isNew || isGone)) return <>{say(isGone ? 'removed' : 'made')}</>;
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (name) => (whole || !unsaid.has(name)) && textOf(before[name]) !== textOf(after[name]),
  );
  if (names.length === 0) return named ? <code class="break">{record.action}</code> : null;
  const shown = (value: unknown) =>
    value === null || value === undefined ? (
      <em>{say('nothing')}</em>
    ) : (
      <span class="break">{textOf(value)}</span>
    );
  return (
    <ul class="differences">
      {names.map((name) => (
        <li>
          <code>{name}</code> {!isNew && <del>{shown(before[name])}</del>}{' '}
          {!isGone && <ins>{shown(after[name])}</ins>}
        </li>
      ))}
    </ul>
  );
};

interface PeopleProps {
  readonly people: List<PersonRecord> | undefined;
  readonly path: string;
  readonly given: Given;
  readonly may: boolean;
  readonly roles: readonly (keyof typeof roleTexts)[];
}

/** Somebody's people; whoever is added gets a link, shown this once, with which they choose how they sign in. */
export const People: FC<PeopleProps> = ({ people, path, given, may, roles }) => {
  const { language } = useVisit();
  const [say, common] = [directoryTexts(language), deskTexts(language)];
  const choices = useRoleChoices(roles);
  if (!people) return null;
  return (
    <Card title={say('people')} id="people">
      <Table
        caption={say('people')}
        rows={people.data}
        next={people.next_cursor}
        href={({ id }) => `/centre/people/${id}`}
        empty={say('noPeople')}
        columns={[
          { title: common('name'), cell: ({ name }) => name },
          { title: common('status'), cell: ({ status }) => <Standing status={status} /> },
          { title: say('role'), cell: ({ role }) => <RoleName role={role} /> },
          { title: say('email'), cell: ({ email }) => <span class="break">{email}</span> },
        ]}
      />
      {may && (
        <Deed given={given} name="person" path={path} verb={say('addPerson')} icon="plus" reason={false}>
          <Typed given={given} deed="person" name="name" label={common('name')} required maxlength={80} />
          <Typed
            given={given}
            deed="person"
            name="email"
            type="email"
            label={say('email')}
            required
            maxlength={254}
          />
          <Typed given={given} deed="person" name="role" label={say('role')} options={choices} />
        </Deed>
      )}
    </Card>
  );
};
