/** What a report can be asked, one field for each of its filters. */
import type { FC } from 'hono/jsx';
import { type List, valueIn } from '../../desk/parts.tsx';
import { deskTexts } from '../../desk/texts.ts';
import { Field, Select } from '../../kit/index.ts';
import { useVisit } from '../../visit.ts';
import type { Desk } from '../desk.tsx';
import type { Names } from './cells.tsx';
import type { DeclaredFilter } from './declared.ts';

/** Of the participants, which are chosen by name. */
export async function namesFor({ api }: Desk): Promise<Names> {
  const answer = await api.get<List<{ id: string; name: string }>>('/v1/centre/participants?limit=100');
  return new Map((valueIn(answer)?.data ?? []).map(({ id, name }) => [id, name]));
}

interface QuestionProps {
  readonly filter: DeclaredFilter;
  readonly value: string | undefined;
  readonly names: Names;
  readonly error: string | undefined;
}

/** A choice where the values are known, a text where they are not; what was typed wrongly stays. */
export const Question: FC<QuestionProps> = ({ filter, value, names, error }) => {
  const common = deskTexts(useVisit().language);
  const { name, title, values, default: usual } = filter;
  const known =
    values?.map((one) => [one.value, one.title] as const) ??
    (name === 'participant' && names.size > 0 ? [...names] : undefined);
  if (!known || (value !== undefined && known.every(([one]) => one !== value))) {
    return <Field name={name} label={title} value={value} error={error} />;
  }
  const any = usual === null ? [['', common('any')] as const] : [];
  return (
    <Select
      name={name}
      label={title}
      value={value ?? usual ?? ''}
      options={[...any, ...known]}
      error={error}
    />
  );
};
