import type { FC } from 'hono/jsx';
import type { Mode } from '../../kernel/index.ts';
import type { ApiProblem } from '../api.ts';
import type { Form } from '../form.ts';
import { Button, Field, LandingShell, Select } from '../kit/index.ts';
import { Trouble, wrongField } from '../trouble.tsx';
import { useVisit } from '../visit.ts';
import { texts } from './texts.ts';

interface RegisterProps {
  readonly mode: Mode;
  readonly form: Form;
  readonly problem?: ApiProblem;
}

export const RegisterPage: FC<RegisterProps> = ({ mode, form, problem }) => {
  const say = texts(useVisit().language);
  // ISO 18245.
  const categories = [
    ['5411', say('grocery')],
    ['5814', say('cafe')],
    ['5812', say('restaurant')],
    ['5462', say('bakery')],
    ['5651', say('clothes')],
    ['5912', say('pharmacy')],
    ['7230', say('beauty')],
    ['4121', say('taxi')],
    ['7299', say('services')],
    ['5999', say('other')],
  ] as const;
  const field = (name: string) => ({ name, value: form[name], error: wrongField(problem, name) });
  return (
    <LandingShell title={say('title')} narrow>
      <h1>{say('title')}</h1>
      <p>{say(mode === 'sandbox' ? 'leadSandbox' : 'lead')}</p>
      <Trouble problem={problem} />
      <form method="post" action="/register-business">
        <Field
          label={say('business')}
          hint={say('businessHint')}
          required
          maxlength={25}
          autocomplete="organization"
          {...field('business')}
        />
        <Field label={say('city')} required maxlength={15} autocomplete="address-level2" {...field('city')} />
        <Select
          label={say('category')}
          name="category_code"
          options={categories}
          value={form.category_code}
          error={wrongField(problem, 'category_code')}
        />
        <Field label={say('name')} maxlength={80} autocomplete="name" {...field('name')} />
        <Field
          label={say('email')}
          type="email"
          required
          maxlength={254}
          autocomplete="username"
          {...field('email')}
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
          <Button wide>{say('open')}</Button>
        </p>
      </form>
      <p>
        <a href="/sign-in">{say('signIn')}</a>
      </p>
    </LandingShell>
  );
};
