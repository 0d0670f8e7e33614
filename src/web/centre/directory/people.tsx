/** People of the centre, and each person of anybody: their role, their links, their keys. */
import { Hono } from 'hono';
import type { FC } from 'hono/jsx';
import type { VisitEnv } from '../../../http/index.ts';
import type { KeyRecord, PersonRecord } from '../../../onboarding/index.ts';
import { address, Head, type List, valueIn } from '../../desk/parts.tsx';
import { deskTexts } from '../../desk/texts.ts';
import { Card, Facts, LinkButton, Time } from '../../kit/index.ts';
import { useVisit } from '../../visit.ts';
import {
  Deed,
  type DeedAsked,
  deedRoutes,
  filled,
  type Given,
  idIn,
  newPerson,
  statusOf,
  Typed,
} from '../deeds.tsx';
import type { At, Desk } from '../desk.tsx';
import { type Role, roles } from '../roles.ts';
import {
  History,
  Keys,
  Made,
  type Past,
  People,
  pastOf,
  RoleName,
  Standing,
  useRoleChoices,
} from './parts.tsx';
import { directoryTexts } from './texts.ts';

const base = '/centre/people';
const perPage = '50';
const administrators: readonly Role[] = ['admin'];
const writers: readonly Role[] = ['admin', 'officer'];

const pathOf = (id: string): string => `/v1/centre/operators/${id}`;

const deeds: Readonly<Record<string, DeedAsked>> = {
  change: {
    roles: administrators,
    ask: (desk, id, form) =>
      desk.api.post(pathOf(id), { ...filled(form, 'role', 'name'), reason: form.reason ?? '' }),
    done: 'saved',
  },
  invite: { roles: writers, ask: (desk, id) => desk.api.post(`${pathOf(id)}/invite`, {}) },
  suspend: {
    roles: writers,
    ask: (desk, id) => desk.api.post(`${pathOf(id)}/suspend`, {}),
    done: 'suspended',
  },
  resume: { roles: writers, ask: (desk, id) => desk.api.post(`${pathOf(id)}/resume`, {}), done: 'resumed' },
  key: {
    roles: administrators,
    ask: (desk, id, form) => desk.api.post('/v1/centre/keys', { owner: id, ...filled(form, 'label') }),
  },
  revoke: {
    roles: administrators,
    ask: (desk, _, { key = '' }) => desk.api.delete(`/v1/centre/keys/${encodeURIComponent(key)}`),
    done: 'revoked',
  },
};

export function peoplePages(at: At): Hono<VisitEnv> {
  const app = new Hono<VisitEnv>();
  app.get(
    '/',
    at(roles, (desk) => peoplePage(desk)),
  );
  app.post(
    '/person',
    at(administrators, async (desk) => {
      const form = await desk.form();
      const added = await newPerson(desk, 'centre', form);
      if (!added.ok) return peoplePage(desk, { deed: 'person', form, problem: added.problem });
      if (added.status === 202) return desk.after(added, base, 'added');
      return peoplePage(desk, { made: added.value });
    }),
  );
  app.get(
    '/:id',
    at(roles, (desk) => personPage(desk)),
  );
  deedRoutes(app, at, base, deeds, personPage);
  return app;
}

async function peoplePage(desk: Desk, given: Given = {}) {
  const query = { owner: 'centre', cursor: desk.c.req.query('cursor'), limit: perPage };
  const people = await desk.api.get<List<PersonRecord>>(address('/v1/centre/operators', query));
  if (!people.ok) return desk.refused(people.problem);
  const say = directoryTexts(desk.language);
  const content = (
    <>
      <Head title={say('people')} />
      <p class="soft">{say('rolesHint')}</p>
      <Made made={given.made} />
      <People people={people.value} path={base} given={given} may={desk.may('admin')} roles={roles} />
    </>
  );
  return desk.page(say('people'), content, { status: statusOf(given) });
}

async function personPage(desk: Desk, given: Given = {}) {
  const id = idIn(desk);
  const found = await desk.api.get<PersonRecord>(pathOf(id));
  if (!found.ok) return desk.refused(found.problem);
  const isCentre = found.value.owner === 'centre';
  const keysOf = isCentre
    ? desk.api.get<List<KeyRecord>>(`/v1/centre/keys?owner=${id}&limit=100`)
    : undefined;
  const [keys, past] = await Promise.all([keysOf?.then(valueIn), pastOf(desk, id)]);
  const content = <PersonPage desk={desk} given={given} person={found.value} keys={keys} past={past} />;
  return desk.page(found.value.name, content, { status: statusOf(given) });
}

interface PersonProps {
  readonly desk: Desk;
  readonly given: Given;
  readonly person: PersonRecord;
  readonly keys: List<KeyRecord> | undefined;
  readonly past: Past | undefined;
}

const PersonPage: FC<PersonProps> = ({ desk, given, person, keys, past }) => {
  const { language } = useVisit();
  const [say, common] = [directoryTexts(language), deskTexts(language)];
  const { id, owner, name, email, role } = person;
  const isCentre = owner === 'centre';
  const path = `${base}/${id}`;
  const back: [string, string] = isCentre
    ? [base, say('people')]
    : [`/centre/merchants/${owner}`, say('merchants')];
  return (
    <>
      <Head title={name} back={back}>
        <Standing status={person.status} />
      </Head>
      <Made made={given.made} />
      <Card title={say('details')}>
        <Facts
          rows={[
            [say('role'), <RoleName role={role} />],
            [say('email'), <span class="break">{email}</span>],
            [
              say('worksFor'),
              isCentre ? say('theCentre') : <a href={`/centre/merchants/${owner}`}>{owner}</a>,
            ],
            [say('since'), <Time at={person.created_at} exact />],
            [say('id'), <code class="break">{id}</code>],
          ]}
        />
        {desk.may('admin', 'officer', 'analyst') && (
          <div class="buttons">
            <LinkButton look="quiet" icon="list" href={`/centre/audit?actor=${id}`}>
              {say('theirDeeds')}
            </LinkButton>
          </div>
        )}
        {isCentre && desk.may('admin') && (
          <Deed
            given={given}
            name="change"
            path={path}
            verb={say('changeRole')}
            icon="edit"
            what={say('rolesHint')}
          >
            <Typed
              given={given}
              deed="change"
              name="name"
              label={common('name')}
              value={name}
              maxlength={80}
            />
            <Typed
              given={given}
              deed="change"
              name="role"
              label={say('role')}
              value={role}
              options={useRoleChoices(roles)}
            />
          </Deed>
        )}
        {(desk.may('admin') || (!isCentre && desk.may('officer'))) && (
          <PersonDeeds given={given} path={path} status={person.status} own={id === desk.person.id} />
        )}
      </Card>
      {isCentre && <Keys keys={keys} path={path} given={given} may={desk.may('admin')} />}
      <History past={past} subject={id} />
    </>
  );
};

/** What is done to somebody; nobody suspends themselves. */
const PersonDeeds: FC<{ given: Given; path: string; status: string; own: boolean }> = ({
  given,
  path,
  status,
  own,
}) => {
  const say = directoryTexts(useVisit().language);
  return (
    <>
      <Deed
        given={given}
        name="invite"
        path={path}
        verb={say('newLink')}
        what={say('newLinkWhat')}
        icon="link"
        reason={false}
      />
      {!own && status !== 'suspended' && (
        <Deed
          given={given}
          name="suspend"
          path={path}
          verb={say('suspend')}
          what={say('suspendPersonWhat')}
          look="danger"
          icon="pause"
          reason={false}
        />
      )}
      {status === 'suspended' && (
        <Deed given={given} name="resume" path={path} verb={say('resume')} icon="play" reason={false} />
      )}
    </>
  );
};
