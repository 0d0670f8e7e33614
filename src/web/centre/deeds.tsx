/**
 * Deeds: what can be done to what a page shows. Each is a short form of that page, sent to `…/{deed}` and asked of the
 * API as it stands. What the API refuses, the same page says beside the field, with everything that was typed.
 */
import type { Hono } from 'hono';
import type { Child, FC } from 'hono/jsx';
import type { VisitEnv } from '../../http/index.ts';
import type { PersonRecord } from '../../onboarding/index.ts';
import type { ApiAnswer, ApiProblem } from '../api.ts';
import { errorsOf, Refused, shown } from '../desk/parts.tsx';
import { deskTexts } from '../desk/texts.ts';
import type { Form } from '../form.ts';
import { Button, Check, Field, type IconName, Select } from '../kit/index.ts';
import type { ShowStatus } from '../respond.tsx';
import { useVisit } from '../visit.ts';
import type { At, Desk } from './desk.tsx';
import type { Role } from './roles.ts';
import type { DoneText } from './texts.ts';

/** What came of a form: what was wrong with what was typed, or what was made and is shown this once. */
export interface Given {
  readonly deed?: string;
  readonly form?: Form;
  readonly problem?: ApiProblem;
  readonly made?: unknown;
}

export interface DeedAsked {
  readonly roles: readonly Role[];
  readonly ask: (desk: Desk, id: string, form: Form) => Promise<ApiAnswer<unknown>>;
  /** Said on the page one comes back to; absent: what was made is shown in the answer, and nowhere else. */
  readonly done?: DoneText;
}

type Page = (desk: Desk, given?: Given) => Response | Promise<Response>;

/** The routes of a page's deeds: `POST {base}/:id/{deed}`. */
export function deedRoutes(
  app: Hono<VisitEnv>,
  at: At,
  base: string,
  deeds: Readonly<Record<string, DeedAsked>>,
  page: Page,
): void {
  for (const [name, { roles, ask, done }] of Object.entries(deeds)) {
    app.post(
      `/:id/${name}`,
      at(roles, async (desk) => {
        const form = await desk.form();
        const answer = await ask(desk, idIn(desk), form);
        if (!answer.ok) return page(desk, { deed: name, form, problem: answer.problem });
        const isShown = done === undefined && answer.status !== 202;
        if (isShown) return page(desk, { deed: name, made: answer.value });
        return desk.after(answer, `${base}/${idIn(desk)}`, done ?? 'saved');
      }),
    );
  }
}

/** The id in the page's address, safe in another address. */
export const idIn = (desk: Desk): string => encodeURIComponent(desk.c.req.param('id') ?? '');

export const statusOf = ({ problem }: Given): ShowStatus => (problem ? shown(problem) : 200);

/** As the API would say it, of a field that cannot even be asked. */
export const wrongField = (desk: Desk, field: string): ApiAnswer<never> => {
  const violations = [{ pointer: `/${field}`, code: 'invalid_type', message: '' }];
  const [status, code] = [422, 'request.invalid'] as const;
  const problem = { title: '', detail: '', request_id: desk.c.env.requestId, retryable: false };
  return { ok: false, status, problem: { ...problem, status, code, violations } };
};

/** The fields of a form that were filled in. */
export const filled = (form: Form, ...names: string[]): Record<string, string> =>
  Object.fromEntries(names.flatMap((name) => (form[name] ? [[name, form[name]]] : [])));

/** A person and their invitation; where adding them waits for somebody else, so does the invitation. */
export async function newPerson(desk: Desk, owner: string, form: Form): Promise<ApiAnswer<unknown>> {
  const wish = { owner, email: form.email ?? '', name: form.name ?? '', role: form.role };
  const added = await desk.api.post<PersonRecord>('/v1/centre/operators', wish);
  if (!added.ok || added.status === 202) return added;
  return desk.api.post(`/v1/centre/operators/${added.value.id}/invite`, {});
}

interface DeedProps {
  readonly given: Given;
  /** Last part of the address its form is sent to, and what it is known by. */
  readonly name: string;
  readonly path: string;
  readonly verb: string;
  readonly look?: 'main' | 'quiet' | 'danger';
  readonly icon?: IconName;
  /** What it does, before it is done. */
  readonly what?: string | undefined;
  /** Says so beside it; nothing for deeds that need no reason. */
  readonly reason?: boolean;
  /** Shown as a form of its own, not behind its verb. */
  readonly open?: boolean;
  readonly children?: Child;
}

/** A deed behind its verb: opened, it says what it does and asks for what it needs. */
export const Deed: FC<DeedProps> = (props) => {
  const { given, name, path, verb, what, reason = true, open, look, icon, children } = props;
  const problem = given.deed === name ? given.problem : undefined;
  const say = deskTexts(useVisit().language);
  const form = (
    <form method="post" action={`${path}/${name}`} class="form">
      {problem && <Refused problem={problem} />}
      {what !== undefined && <p class="soft">{what}</p>}
      {children}
      {reason && (
        <Typed
          given={given}
          deed={name}
          name="reason"
          label={say('reason')}
          hint={say('reasonHint')}
          required
        />
      )}
      <div class="buttons">
        <Button look={look ?? 'main'} {...(icon && { icon })}>
          {verb}
        </Button>
      </div>
    </form>
  );
  if (open) return form;
  return (
    <details class="deed" open={problem !== undefined}>
      <summary>{verb}</summary>
      {form}
    </details>
  );
};

interface TypedProps {
  readonly given: Given;
  readonly deed: string;
  readonly name: string;
  readonly label: string;
  readonly value?: string | undefined;
  readonly hint?: string | undefined;
  readonly required?: boolean;
  readonly options?: readonly (readonly [value: string, text: string])[];
  readonly type?: 'text' | 'email' | 'url' | 'date';
  /** When a page has the same deed several times. */
  readonly id?: string;
  readonly inputmode?: 'decimal' | 'numeric';
  readonly maxlength?: number;
  readonly rows?: number;
  readonly placeholder?: string;
}

/** A field of a deed: keeps what was typed, and says what is wrong with it. */
export const Typed: FC<TypedProps> = ({ given, deed, id, value, options, ...field }) => {
  const { language } = useVisit();
  const own = given.deed === deed ? given : {};
  const error = own.problem ? errorsOf(own.problem, language)[field.name] : undefined;
  const facts = { id: id ?? `${deed}-${field.name}`, value: own.form?.[field.name] ?? value, error };
  const { name, label, hint, required, ...input } = field;
  const common = { name, label, hint, ...(required && { required }), ...facts };
  if (options) return <Select {...common} options={options} />;
  return <Field {...common} {...input} autocomplete="off" />;
};

/** A box to tick, which stays as it was left. */
export const Ticked: FC<{ given: Given; deed: string; name: string; label: string; checked: boolean }> = ({
  given,
  deed,
  name,
  label,
  checked,
}) => (
  <Check
    name={name}
    label={label}
    checked={given.deed === deed && given.form ? given.form[name] !== undefined : checked}
  />
);
