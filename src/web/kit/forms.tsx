/** Forms: fields with their label, hint and error; buttons with one clear verb. They work without script. */
import type { Child, FC } from 'hono/jsx';
import { useVisit } from '../visit.ts';
import { Icon, type IconName } from './icons.tsx';
import { kitTexts } from './texts.ts';

export type Look = 'main' | 'quiet' | 'danger';

interface Worn {
  readonly look?: Look;
  readonly icon?: IconName;
  /** As wide as its place. */
  readonly wide?: boolean;
  readonly children?: Child;
}

interface ButtonProps extends Worn {
  readonly type?: 'submit' | 'button';
  readonly id?: string;
  readonly name?: string;
  readonly value?: string;
  readonly disabled?: boolean;
  readonly hidden?: boolean;
  /** The id of the dialog it opens. */
  readonly opens?: string;
  /** Values for a script, as `data-…`. */
  readonly data?: Readonly<Record<string, string>>;
  readonly label?: string;
}

export const Button: FC<ButtonProps> = ({ look, icon, wide, opens, data, label, children, ...rest }) => (
  <button
    {...{ type: opens === undefined ? 'submit' : 'button', ...rest }}
    class={classOf({ look, wide } as Worn)}
    aria-label={label}
    aria-haspopup={opens === undefined ? undefined : 'dialog'}
    data-opens={opens}
    {...dataOf(data)}
  >
    {icon && <Icon name={icon} />}
    {children}
  </button>
);

export const LinkButton: FC<Worn & { href: string; download?: string; label?: string }> = ({
  look,
  icon,
  wide,
  href,
  download,
  label,
  children,
}) => (
  <a class={classOf({ look, wide } as Worn)} href={href} download={download} aria-label={label}>
    {icon && <Icon name={icon} />}
    {children}
  </a>
);

const classOf = ({ look = 'main', wide }: Worn): string =>
  ['button', look !== 'main' && look, wide && 'wide'].filter(Boolean).join(' ');

const dataOf = (data: Readonly<Record<string, string>> = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(data).map(([name, value]) => [`data-${name}`, value]));

interface FieldProps {
  readonly label: string;
  readonly name: string;
  /** When two forms of a page have a field of the same name. */
  readonly id?: string;
  readonly hint?: string | undefined;
  /** What is wrong and what to do, beside the field. */
  readonly error?: string | undefined;
  readonly type?: 'text' | 'email' | 'password' | 'tel' | 'number' | 'date' | 'search' | 'url' | 'file';
  readonly value?: string | undefined;
  readonly required?: boolean;
  readonly autocomplete?: string;
  readonly inputmode?: 'text' | 'decimal' | 'numeric' | 'tel' | 'email' | 'search' | 'url';
  readonly maxlength?: number;
  readonly pattern?: string;
  readonly placeholder?: string;
  readonly accept?: string;
  /** Lines of a text field that has several. */
  readonly rows?: number;
  readonly data?: Readonly<Record<string, string>>;
}

export const Field: FC<FieldProps> = ({ label, hint, error, rows, data, id, value, ...input }) => {
  const own = id ?? `field-${input.name}`;
  const given = { id: own, ...input, ...describedBy(own, hint, error), ...dataOf(data) };
  return (
    <div class="field">
      <label for={own}>{label}</label>
      {rows === undefined ? (
        <input type="text" {...given} value={value} />
      ) : (
        <textarea {...given} rows={rows}>
          {value}
        </textarea>
      )}
      <Beside id={own} hint={hint} error={error} />
    </div>
  );
};

interface SelectProps {
  readonly label: string;
  readonly name: string;
  readonly id?: string;
  readonly options: readonly (readonly [value: string, text: string])[];
  readonly value?: string | undefined;
  readonly hint?: string | undefined;
  readonly error?: string | undefined;
  readonly required?: boolean;
}

export const Select: FC<SelectProps> = ({ label, name, id, options, value, hint, error, required }) => {
  const own = id ?? `field-${name}`;
  return (
    <div class="field">
      <label for={own}>{label}</label>
      <select id={own} name={name} required={required} {...describedBy(own, hint, error)}>
        {options.map(([option, text]) => (
          <option value={option} selected={option === value}>
            {text}
          </option>
        ))}
      </select>
      <Beside id={own} hint={hint} error={error} />
    </div>
  );
};

interface CheckProps {
  readonly label: string;
  readonly name: string;
  readonly value?: string;
  readonly checked?: boolean;
}

export const Check: FC<CheckProps> = ({ label, name, value = 'yes', checked }) => (
  <label class="check">
    <input type="checkbox" name={name} value={value} checked={checked} />
    <span>{label}</span>
  </label>
);

function describedBy(id: string, hint: string | undefined, error: string | undefined) {
  const ids = [hint !== undefined && `${id}-hint`, error !== undefined && `${id}-error`].filter(Boolean);
  return {
    'aria-describedby': ids.length > 0 ? ids.join(' ') : undefined,
    'aria-invalid': error === undefined ? undefined : ('true' as const),
  };
}

const Beside: FC<{ id: string; hint: string | undefined; error: string | undefined }> = ({
  id,
  hint,
  error,
}) => (
  <>
    {hint !== undefined && (
      <p class="hint" id={`${id}-hint`}>
        {hint}
      </p>
    )}
    {error !== undefined && (
      <p class="error" id={`${id}-error`}>
        <Icon name="alert" />
        <span>{error}</span>
      </p>
    )}
  </>
);

/** Filters stand in the address, so a link is a view; a change of a choice applies at once where scripts run. */
export const Filters: FC<{ label: string; children?: Child }> = ({ label, children }) => {
  const { language, path } = useVisit();
  return (
    <form class="filters" method="get" action={path} aria-label={label} data-filters>
      {children}
      <Button look="quiet">{kitTexts(language)('apply')}</Button>
    </form>
  );
};

/** Asks before what cannot be undone, or holds a short form. A button's `opens` names it; Escape closes it. */
export const Dialog: FC<{ id: string; title: string; children?: Child }> = ({ id, title, children }) => {
  const { language } = useVisit();
  return (
    <dialog id={id} aria-labelledby={`${id}-title`}>
      <div class="dialog-head">
        <h2 id={`${id}-title`}>{title}</h2>
        <form method="dialog">
          <button type="submit" class="icon-button" aria-label={kitTexts(language)('close')}>
            <Icon name="close" />
          </button>
        </form>
      </div>
      {children}
    </dialog>
  );
};
