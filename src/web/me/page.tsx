import type { FC } from 'hono/jsx';
import type { ApiProblem } from '../api.ts';
import { Button, Card, Field, LandingShell, Notice, PasskeyElsewhere, Table, Time } from '../kit/index.ts';
import { Trouble, wrongField } from '../trouble.tsx';
import { useVisit } from '../visit.ts';
import { deviceOf } from './device.ts';
import { texts } from './texts.ts';

export interface Passkey {
  readonly id: string;
  readonly label: string;
  readonly created_at: string;
  readonly used_at: string | null;
}
export interface Session {
  readonly id: string;
  readonly agent: string;
  readonly current: boolean;
  readonly seen_at: string;
}
interface MeProps {
  readonly person: { readonly name: string; readonly email: string };
  readonly back: string;
  /** Whether Cloudflare Access signs this person in: then there is nothing to change here. */
  readonly byAccess: boolean;
  readonly passkeys: readonly Passkey[];
  readonly sessions: readonly Session[];
  readonly agent: string;
  readonly done: string | undefined;
  readonly problem: ApiProblem | undefined;
}

export const MePage: FC<MeProps> = (props) => {
  const { person, back, byAccess, done, problem } = props;
  const say = texts(useVisit().language);
  return (
    <LandingShell title={say('title')} narrow islands={byAccess ? [] : ['me']}>
      <h1>{say('title')}</h1>
      <p>
        {person.name} · {person.email} · <a href={back}>{say('back')}</a>
      </p>
      {done !== undefined && <Notice tone="plain">{say('done')}</Notice>}
      <Trouble problem={problem} />
      {byAccess ? <Notice tone="plain">{say('byAccess')}</Notice> : <WaysIn {...props} />}
    </LandingShell>
  );
};

const WaysIn: FC<MeProps> = ({ person, passkeys, sessions, agent, problem }) => {
  const say = texts(useVisit().language);
  return (
    <>
      <Card title={say('passkeys')}>
        <p>{say('passkeysWhat')}</p>
        <Table
          caption={say('passkeys')}
          rows={passkeys}
          empty={say('noPasskeys')}
          columns={[
            { title: say('device'), cell: ({ label }) => label },
            { title: say('used'), cell: ({ used_at, created_at }) => <Time at={used_at ?? created_at} /> },
            {
              title: say('remove'),
              cell: ({ id, label }) => (
                <form method="post" action={`/me/passkeys/${id}`}>
                  <Button look="quiet" label={`${say('remove')}: ${label}`}>
                    {say('remove')}
                  </Button>
                </form>
              ),
            },
          ]}
        />
        <p>
          <Button type="button" id="add-passkey" icon="key" hidden data={{ device: deviceOf(agent) }}>
            {say('addPasskey')}
          </Button>
        </p>
        <PasskeyElsewhere id="add-passkey" />
        <div id="add-passkey-trouble" hidden>
          <Notice tone="bad" alert>
            {say('passkeyTrouble')}
          </Notice>
        </div>
      </Card>
      <Card title={say('sessions')}>
        <Table
          caption={say('sessions')}
          rows={sessions}
          empty=""
          columns={[
            { title: say('device'), cell: (row) => deviceOf(row.agent) },
            { title: say('seen'), cell: ({ seen_at }) => <Time at={seen_at} /> },
            {
              title: say('end'),
              cell: (row) =>
                row.current ? (
                  say('here')
                ) : (
                  <form method="post" action={`/me/sessions/${row.id}`}>
                    <Button look="quiet" label={`${say('end')}: ${deviceOf(row.agent)}`}>
                      {say('end')}
                    </Button>
                  </form>
                ),
            },
          ]}
        />
        <form method="post" action="/me/sign-out-everywhere">
          <p>
            <Button look="danger" icon="signOut">
              {say('everywhere')}
            </Button>
          </p>
        </form>
      </Card>
      <Card title={say('password')}>
        <form method="post" action="/me/password">
          <input type="hidden" name="email" autocomplete="username" value={person.email} />
          <Field
            label={say('current')}
            name="current"
            type="password"
            required
            maxlength={200}
            autocomplete="current-password"
            error={wrongField(problem, 'current')}
          />
          <Field
            label={say('new')}
            hint={say('newHint')}
            name="password"
            type="password"
            required
            maxlength={200}
            autocomplete="new-password"
            error={wrongField(problem, 'password')}
          />
          <p>
            <Button>{say('change')}</Button>
          </p>
        </form>
      </Card>
    </>
  );
};
