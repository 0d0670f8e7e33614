/** A list of fields: name, type, whether it must be there, what it means, within which limits. */
import type { FC } from 'hono/jsx';
import { Prose } from '../layout.tsx';
import type { Field } from './schema.ts';

interface FieldsProps {
  readonly fields: readonly Field[];
  /** In requests what must be sent is marked; in answers what may be missing. */
  readonly marksRequired: boolean;
}

export const Fields: FC<FieldsProps> = ({ fields, marksRequired }) => (
  <dl class="fields">
    {fields.map((field) => (
      <div>
        <dt>
          <code>{field.name}</code>
          <Type field={field} />
          {marksRequired && field.required && <span class="tag accent">required</span>}
          {!marksRequired && !field.required && <span class="tag">not always</span>}
        </dt>
        <Meaning field={field} />
      </div>
    ))}
  </dl>
);

const Type: FC<{ field: Field }> = ({ field: { type } }) => (
  <span class="soft small">
    {type.before}
    {type.name !== undefined && <a href={`#object-${type.name}`}>{type.name}</a>}
    {type.after}
  </span>
);

const Meaning: FC<{ field: Field }> = ({ field: { description, values, limits } }) => {
  const sentences = [...(description === undefined ? [] : [description]), ...limits].map(withStop);
  if (sentences.length === 0 && values.length === 0) return null;
  return (
    <dd>
      {sentences.length > 0 && <Prose text={sentences.join(' ')} />}
      {values.length > 0 && sentences.length > 0 && ' '}
      {values.map((value, index) => (
        <>
          {index > 0 && ' '}
          <code>{value}</code>
        </>
      ))}
    </dd>
  );
};

const withStop = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);
