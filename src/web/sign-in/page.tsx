import type { FC } from 'hono/jsx';
import type { ApiProblem } from '../api.ts';
import { Button, Field, LandingShell, Notice } from '../kit/index.ts';
import { useVisit } from '../visit.ts';
import { texts } from './texts.ts';

interface SignInProps {
  readonly email: string;
  /** Where to go afterwards. */
  readonly next: string;
  readonly problem?: ApiProblem;
}

export const SignInPage: FC<SignInProps> = ({ email, next, problem }) => {
  const say = texts(useVisit().language);
  return (
    <LandingShell title={say('signIn')} narrow>
      <h1>{say('signIn')}</h1>
      {problem && (
        <Notice tone="bad" alert>
          <Trouble problem={problem} />
        </Notice>
      )}
      <form method="post" action="/sign-in">
        <input type="hidden" name="next" value={next} />
        <Field
          label={say('email')}
          name="email"
          type="email"
          autocomplete="username"
          required
          value={email}
          maxlength={254}
        />
        <Field
          label={say('password')}
          name="password"
          type="password"
          autocomplete="current-password"
          required
        />
        <Button wide>{say('signIn')}</Button>
      </form>
    </LandingShell>
  );
};

const Trouble: FC<{ problem: ApiProblem }> = ({ problem: { code, detail, retryAfterS = 0 } }) => {
  const say = texts(useVisit().language);
  if (code === 'request.invalid') return <p>{say('checkFields')}</p>;
  if (code !== 'sign_in.locked') return <p>{detail}</p>;
  return (
    <p>
      {detail} {say('lockedFor', { count: Math.ceil(retryAfterS / 60) })}
    </p>
  );
};
