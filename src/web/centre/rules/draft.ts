/** A routing table as a form has it: rows of fields, or JSON. */
import type { RoutingRecord } from '../../../partners/index.ts';
import type { ApiProblem } from '../../api.ts';
import type { Form } from '../../form.ts';

export type Rules = Pick<RoutingRecord, 'payers' | 'merchants'>;

// A form of this many rows is long enough; larger tables come as JSON.
const rowsMax = 200;
export const columns = {
  payers: ['participant', 'currency', 'connection'],
  merchants: ['profile', 'guid', 'provider', 'connection'],
} as const;
const required: readonly string[] = ['participant', 'profile', 'connection'];

export const nameOf = (side: keyof Rules, row: number, column: string): string => `${side}-${row}-${column}`;

/** What was filled in; rows with nothing in them are left out. */
export function rulesIn(form: Form): Rules {
  const side = (name: keyof Rules) =>
    Array.from({ length: rowsMax }, (_, row) =>
      columns[name].map((column) => form[nameOf(name, row, column)]?.trim() ?? ''),
    )
      .filter((values) => values.some((value) => value !== ''))
      .map((values) =>
        Object.fromEntries(
          columns[name].map((column, at) => {
            const value = values[at] ?? '';
            return [column, value === '' && !required.includes(column) ? null : value];
          }),
        ),
      );
  return { payers: side('payers'), merchants: side('merchants') } as unknown as Rules;
}

/** What was pasted; undefined when it is no table. The API checks every field of it. */
export function rulesInJson(text: string): Rules | undefined {
  try {
    const { payers, merchants } = JSON.parse(text);
    const isTable = [payers, merchants].every((rows) => Array.isArray(rows) && rows.every(isRow));
    return isTable ? { payers, merchants } : undefined;
  } catch {
    return undefined;
  }
}

const isRow = (row: unknown): boolean => typeof row === 'object' && row !== null && !Array.isArray(row);

/** The names of the fields that the API found wrong. */
export const wrongIn = (problem: ApiProblem | undefined): ReadonlySet<string> =>
  new Set(
    (problem?.violations ?? []).map(({ pointer }) =>
      pointer
        .replace(/^\/draft/, '')
        .slice(1)
        .replaceAll('/', '-'),
    ),
  );

/** Rules that one table has and another has not, as texts. */
export const missingIn = (rules: Rules, other: Rules): string[] => {
  const known = new Set(textsOf(other));
  return textsOf(rules).filter((text) => !known.has(text));
};

const textsOf = ({ payers, merchants }: Rules): string[] => [
  ...payers.map(
    ({ participant, currency, connection }) => `${participant} ${currency ?? '*'} → ${connection}`,
  ),
  ...merchants.map(({ profile, guid, provider, connection }) =>
    [profile, guid, provider, '→', connection].filter(Boolean).join(' '),
  ),
];
