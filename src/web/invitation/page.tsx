import type { FC } from 'hono/jsx';
import type { ApiProblem } from '../api.ts';
import { Button, Field, LandingShell } from '../kit/index.ts';
import { Trouble, wrongField } from '../trouble.tsx';
import { useVisit } from '../visit.ts';
import { texts } from './texts.ts';

export interface Invitation {
  readonly email: string;
  readonly name: string;
  readonly role: string;
  readonly merchant: string | null;
}

interface InvitationProps {
  readonly invitation: Invitation;
  readonly name?: string;
  readonly problem?: ApiProblem;
}

export const InvitationPage: FC<InvitationProps> = ({ invitation, name, problem }) => {
  const say = texts(useVisit().language);
  const { email, merchant } = invitation;
  const known = invitation.name === email ? '' : invitation.name;
  return (
    <LandingShell title={say('title')} narrow>
      <h1>{say('title')}</h1>
      <p>{merchant === null ? say('leadCentre') : say('lead', { merchant })}</p>
      <Trouble problem={problem} />
      <form method="post">
        <input type="hidden" name="email" autocomplete="username" value={email} />
        <p>
          {say('email')} <strong>{email}</strong>
        </p>
        <Field
          label={say('name')}
          name="name"
          required
          maxlength={80}
          autocomplete="name"
          value={name ?? known}
          error={wrongField(problem, 'name')}
        />
        <Field
          label={say('password')}
          hint={say('passwordHint')}
          name="password"
          type="password"
          required
          maxlength={200}
          autocomplete="new-password"
          error={wrongField(problem, 'password')}
        />
        <p>
          <Button wide>{say('accept')}</Button>
        </p>
      </form>
    </LandingShell>
  );
};

export const UselessPage: FC<{ problem: ApiProblem }> = ({ problem }) => {
  const say = texts(useVisit().language);
  return (
    <LandingShell title={say('title')} narrow>
      <h1>{say('title')}</h1>
      <Trouble problem={problem} />
      <p>
        <a href="/sign-in">{say('signIn')}</a>
      </p>
    </LandingShell>
  );
};
