/**
 * Calls made from the reference, in a sandbox: one field for the key, and a form for each operation. All of it is
 * hidden until `try-it.ts` runs, since nothing else can send it. Fields have no `name`: no browser puts them into
 * an address by itself.
 */
import type { FC } from 'hono/jsx';
import { sampleOf } from './example.ts';
import type { Operation, Parameter } from './openapi.ts';
import { resolve, type Schemas } from './schema.ts';

// Nothing of what is typed is kept or corrected by the browser.
const untouched = { autocomplete: 'off', autocapitalize: 'off', spellcheck: false } as const;

export const TryKey: FC = () => (
  <div class="card try-it" hidden>
    <label>
      <strong>API key for “Try it”</strong>
      <input id="try-key" class="masked" type="text" aria-describedby="try-key-kept" {...untouched} />
    </label>
    <p class="soft small" id="try-key-kept">
      Every operation below has a form that calls this sandbox. The key is in this page’s memory only, and
      gone when you reload or leave. Keys of the sandbox are in <code>$TOLOM_STATE/sandbox.json</code>, on the
      machine it runs on.
    </p>
  </div>
);

export const TryForm: FC<{ operation: Operation; schemas: Schemas }> = ({ operation, schemas }) => {
  const { method, path, summary, roles, parameters, body, example } = operation;
  const keyed = roles.length > 0 ? { 'data-keyed': '' } : {};
  const text = JSON.stringify(example, null, 2);
  return (
    <details class="try-it" hidden>
      <summary>Try it</summary>
      <form
        data-method={method}
        data-path={path}
        {...keyed}
        autocomplete="off"
        aria-label={`Try: ${summary.replaceAll('`', '')}`}
      >
        {parameters
          .filter(({ place }) => place !== 'header')
          .map((parameter) => (
            <ParameterField parameter={parameter} schemas={schemas} />
          ))}
        {parameters
          .filter(({ name }) => name === 'Idempotency-Key')
          .map(({ name }) => (
            <div class="beside">
              <label>
                <code>{name}</code>
                <input data-place="header" data-name={name} {...untouched} />
              </label>
              <button class="button quiet" type="button" data-fresh aria-label="New key">
                New
              </button>
            </div>
          ))}
        {body && (
          <label>
            Body, as JSON
            <textarea data-place="body" rows={text.split('\n').length} {...untouched}>
              {text}
            </textarea>
          </label>
        )}
        <button class="button" type="submit">
          Send
        </button>
        <p role="status" />
        <pre tabindex={0} hidden />
      </form>
    </details>
  );
};

const ParameterField: FC<{ parameter: Parameter; schemas: Schemas }> = ({ parameter, schemas }) => {
  const { name, place, required, schema } = parameter;
  const values = resolve(schema, schemas).enum;
  const field = { 'data-place': place, 'data-name': name, required };
  const label = (
    <span>
      <code>{name}</code> {required && <span class="tag accent">required</span>}
    </span>
  );
  if (!values) {
    return (
      <label>
        {label}
        <input {...field} placeholder={String(sampleOf(name, schema, schemas))} {...untouched} />
      </label>
    );
  }
  return (
    <label>
      {label}
      <select {...field}>
        <option value="">not given</option>
        {values.map((value: unknown) => (
          <option>{String(value)}</option>
        ))}
      </select>
    </label>
  );
};
