import type { FC } from 'hono/jsx';
import type { ApiProblem } from '../api.ts';
import { Button, Field, LandingShell, Notice, PasskeyElsewhere } from '../kit/index.ts';
import { Trouble, wrongField } from '../trouble.tsx';
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
    <LandingShell title={say('signIn')} narrow islands={['sign-in']}>
      <h1>{say('signIn')}</h1>
      <Trouble problem={problem} />
      <p>
        <Button type="button" id="passkey" icon="key" wide hidden>
          {say('withPasskey')}
        </Button>
      </p>
      <PasskeyElsewhere id="passkey" />
      <div id="passkey-trouble" hidden>
        <Notice tone="bad" alert>
          {say('passkeyTrouble')}
        </Notice>
      </div>
      <form method="post" action="/sign-in">
        <input type="hidden" name="next" value={next} />
        <Field
          label={say('email')}
          name="email"
          type="email"
          autocomplete="username webauthn"
          required
          value={email}
          maxlength={254}
          error={wrongField(problem, 'email')}
        />
        <Field
          label={say('password')}
          name="password"
          type="password"
          autocomplete="current-password"
          required
          maxlength={200}
          error={wrongField(problem, 'password')}
        />
        <p>
          <Button wide look="quiet">
            {say('withPassword')}
          </Button>
        </p>
      </form>
      <p>
        <a href="/register-business">{say('register')}</a>
      </p>
      <p class="soft">{say('lost')}</p>
    </LandingShell>
  );
};
