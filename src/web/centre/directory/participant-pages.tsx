import type { FC } from 'hono/jsx';
import type { ParticipantRecord } from '../../../onboarding/index.ts';
import { Head, type List } from '../../desk/parts.tsx';
import { deskTexts } from '../../desk/texts.ts';
import { Card, Field, Filters, LinkButton, Select, Table, Time } from '../../kit/index.ts';
import { useVisit } from '../../visit.ts';
import { Deed, type Given, Typed } from '../deeds.tsx';
import type { Desk } from '../desk.tsx';
import { RoleName, Standing, useRoleChoices } from './parts.tsx';
import { directoryTexts } from './texts.ts';

const base = '/centre/participants';
const participantRoles = ['issuer', 'acquirer'] as const;

interface ParticipantsProps {
  readonly desk: Desk;
  readonly found: List<ParticipantRecord>;
  readonly q: string;
  readonly role: string | undefined;
}

export const ParticipantsPage: FC<ParticipantsProps> = ({ desk, found, q, role }) => {
  const { language } = useVisit();
  const [say, common] = [directoryTexts(language), deskTexts(language)];
  return (
    <>
      <Head title={say('participants')}>
        {desk.may('admin', 'officer') && (
          <LinkButton href={`${base}/new`} icon="plus">
            {say('newParticipant')}
          </LinkButton>
        )}
      </Head>
      <Filters label={common('filters')}>
        <Field name="q" type="search" label={say('nameOrId')} value={q} maxlength={80} />
        <Select
          name="role"
          label={say('role')}
          value={role}
          options={[['', common('any')], ...useRoleChoices(participantRoles)]}
        />
      </Filters>
      <Table
        caption={say('participants')}
        rows={found.data}
        next={found.next_cursor}
        href={({ id }) => `${base}/${id}`}
        empty={say('nobodyFound')}
        columns={[
          { title: common('name'), cell: ({ name }) => name },
          { title: common('status'), cell: ({ status }) => <Standing status={status} /> },
          { title: say('role'), cell: (row) => <RoleName role={row.role} /> },
          { title: say('country'), cell: ({ country }) => country },
          { title: say('since'), cell: ({ created_at: at }) => <Time at={at} /> },
        ]}
      />
    </>
  );
};

export const NewParticipantPage: FC<{ given: Given }> = ({ given }) => {
  const { language } = useVisit();
  const [say, common] = [directoryTexts(language), deskTexts(language)];
  const field = { given, deed: 'new' };
  return (
    <>
      <Head title={say('newParticipant')} back={[base, say('participants')]} />
      <Card>
        <Deed given={given} name="new" path={base} verb={say('create')} icon="check" reason={false} open>
          <Typed {...field} name="name" label={common('name')} required maxlength={80} />
          <Typed {...field} name="role" label={say('role')} options={useRoleChoices(participantRoles)} />
          <Typed
            {...field}
            name="country"
            label={say('country')}
            hint={say('countryHint')}
            value="KG"
            required
            maxlength={2}
          />
        </Deed>
      </Card>
    </>
  );
};
