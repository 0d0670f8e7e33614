/** How a partner's files are read: what the form says as the API takes it, and what the first lines of a file tell. */
import Papa from 'papaparse';
import type { Form } from '../../form.ts';

export const columns = ['id', 'reference', 'amount', 'currency', 'time', 'status'] as const;
export type ColumnOf = (typeof columns)[number];
const words = ['completed', 'pending', 'declined'] as const;

/** Fields of a column are called so, since a currency is also what is said where no column says it. */
export const fieldOf = (column: ColumnOf): string => `column_${column}`;

/** What the form says before anybody has touched it. */
export const blank: Form = {
  kind: 'csv',
  delimiter: ',',
  header: 'yes',
  decimal: '.',
  grouping: '',
  unit: 'major',
  sign: 'none',
  time: 'iso',
  currency: 'KGS',
  encoding: 'utf-8',
  skip_lines: '0',
  window_seconds: '600',
};

/** The rules a form describes; what is wrong with them the API says. */
export function rulesOf(form: Form): object {
  const window_seconds = numberIn(form.window_seconds) ?? 600;
  if (form.kind === 'camt053') {
    return { kind: 'camt053', sign: form.sign === 'none' ? 'payments_negative' : form.sign, window_seconds };
  }
  const hasHeader = form.header === 'yes';
  const named = columns.flatMap((column) => {
    const name = form[fieldOf(column)]?.trim();
    return name ? [[column, hasHeader ? name : (numberIn(name) ?? name)] as const] : [];
  });
  const statuses = Object.fromEntries(words.map((word) => [word, listIn(form[word])]));
  const tellsStatus = Boolean(form[fieldOf('status')]);
  return {
    kind: 'csv',
    ...{ encoding: form.encoding, delimiter: form.delimiter === 'tab' ? '\t' : form.delimiter },
    ...{ skip_lines: numberIn(form.skip_lines) ?? 0, header: hasHeader },
    columns: Object.fromEntries(named),
    ...(form.currency && !form[fieldOf('currency')] && { currency: form.currency }),
    ...{ decimal: form.decimal, grouping: form.grouping ?? '', unit: form.unit, sign: form.sign },
    ...{ time: form.time, window_seconds },
    ...(tellsStatus && { statuses }),
  };
}

const numberIn = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,6}$/.test(text.trim()) ? Number(text) : undefined;
const listIn = (text = ''): string[] =>
  text
    .split(/[,;\n]/)
    .map((word) => word.trim())
    .filter(Boolean);

/** Where the API found something wrong, as the form calls it: `/rules/columns/amount` is `column_amount`. */
export function fieldAt(pointer: string): string {
  const parts = pointer.split('/').filter(Boolean);
  if (parts[0] !== 'rules') return parts[0] ?? '';
  return parts[1] === 'columns'
    ? `column_${parts[2] ?? 'amount'}`
    : (parts[parts[1] === 'statuses' ? 2 : 1] ?? '');
}

// What banks and wallets call their columns.
const names: Readonly<Record<ColumnOf, RegExp>> = {
  id: /^(id|payment.?id|switch.?id|transaction.?id|номер платежа)$/i,
  reference: /ref|rrn|invoice|order|чек|назнач|参考|อ้างอิง/i,
  amount: /amount|sum|total|сумма|итог|金额|จำนวน/i,
  currency: /curr|ccy|валют|币种|สกุล/i,
  time: /time|date|врем|дата|убакыт|时间|日期|วัน|เวลา/i,
  status: /stat|состоян|статус|абал|状态|สถานะ/i,
};
const ours = /^(pay|ref)_[0-9a-z]{10,}$/;
const timeForms: readonly (readonly [RegExp, string])[] = [
  [/^\d{4}-\d\d-\d\dT/, 'iso'],
  [/^\d{2}\.\d{2}\.\d{4} \d{2}:\d{2}:\d{2}$/, 'dd.MM.yyyy HH:mm:ss'],
  [/^\d{2}\.\d{2}\.\d{4} \d{2}:\d{2}$/, 'dd.MM.yyyy HH:mm'],
  [/^\d{2}\.\d{2}\.\d{4}$/, 'dd.MM.yyyy'],
  [/^\d{2}\/\d{2}\/\d{4} \d{2}:\d{2}:\d{2}$/, 'dd/MM/yyyy HH:mm:ss'],
  [/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/, 'yyyy-MM-dd HH:mm:ss'],
  [/^\d{4}-\d{2}-\d{2}$/, 'yyyy-MM-dd'],
  [/^\d{13}$/, 'unix_ms'],
  [/^\d{10}$/, 'unix_s'],
];
const meanings: readonly (readonly [RegExp, (typeof words)[number]])[] = [
  [/declin|fail|reject|cancel|refus|отказ|отклон|отмен/i, 'declined'],
  [/pend|wait|process|hold|ожид|обраб/i, 'pending'],
  [/paid|ok|success|complet|settle|done|исполн|провед|оплач|успе/i, 'completed'],
];
const linesMax = 50;

/** The names of the columns, where the first line has them. */
export function headingsIn(form: Form): string[] {
  if (!form.sample || form.kind !== 'csv' || form.header !== 'yes') return [];
  const lines = form.sample.split(/\r?\n/).slice(numberIn(form.skip_lines) ?? 0);
  return cells(lines.slice(0, 1).join('\n'), form.delimiter === 'tab' ? '\t' : form.delimiter).at(0) ?? [];
}

const cells = (text: string, delimiter: string | undefined): string[][] =>
  Papa.parse<string[]>(text.replace(/^\uFEFF/, ''), {
    delimiter: delimiter ?? ',',
    preview: linesMax,
    skipEmptyLines: true,
  }).data.map((row) => row.map((cell) => cell.trim()));

/** What the first lines tell about how they are written; a person looks at it before it is saved. */
export function guess(sample: string): Form {
  if (/^\s*(\uFEFF)?<(\?xml|Document|\w+:Document)/.test(sample)) return { kind: 'camt053' };
  const [first = ''] = sample.split(/\r?\n/);
  // A comma may as well be a decimal sign.
  const counts = ['\t', ';', '|', ','].map((sign) => [sign, first.split(sign).length] as const);
  const [delimiter] = counts.reduce((best, next) => (next[1] > best[1] ? next : best));
  const [top = [], ...rest] = cells(sample, delimiter);
  const hasHeader = top.every((cell) => !/^[+-]?[\d.,]+$/.test(cell) && !ours.test(cell));
  const rows = hasHeader ? rest : [top, ...rest];
  const valuesAt = (at: number) => rows.map((row) => row[at] ?? '').filter(Boolean);
  const found: Partial<Record<ColumnOf, number>> = {};
  const taken = new Set<number>();
  const take = (column: ColumnOf, at: number) => {
    if (at < 0 || taken.has(at) || found[column] !== undefined) return;
    found[column] = at;
    taken.add(at);
  };
  take(
    'id',
    top.findIndex((_, at) => valuesAt(at).some((value) => ours.test(value))),
  );
  take(
    'time',
    top.findIndex((_, at) => timeFormOf(valuesAt(at)) !== undefined),
  );
  if (hasHeader) {
    for (const column of columns) {
      take(
        column,
        top.findIndex((name, at) => !taken.has(at) && names[column].test(name)),
      );
    }
  }
  const text = (column: ColumnOf) => {
    const at = found[column];
    return at === undefined ? '' : hasHeader ? (top[at] ?? '') : String(at + 1);
  };
  const valuesOf = (column: ColumnOf) => (found[column] === undefined ? [] : valuesAt(found[column]));
  return {
    kind: 'csv',
    delimiter: delimiter === '\t' ? 'tab' : delimiter,
    header: hasHeader ? 'yes' : '',
    ...Object.fromEntries(columns.map((column) => [fieldOf(column), text(column)])),
    decimal: valuesOf('amount').some((value) => /,\d{1,2}$/.test(value)) ? ',' : '.',
    grouping: valuesOf('amount').some((value) => /\d[ \u00a0]\d/.test(value)) ? ' ' : '',
    sign: valuesOf('amount').some((value) => value.startsWith('-')) ? 'refunds_negative' : 'none',
    time: timeFormOf(valuesOf('time')) ?? 'iso',
    ...meaningsOf(valuesOf('status')),
  };
}

const timeFormOf = (values: readonly string[]): string | undefined =>
  values.length === 0
    ? undefined
    : timeForms.find(([form]) => values.every((value) => form.test(value)))?.[1];

function meaningsOf(statuses: readonly string[]): Form {
  const found: Record<string, string[]> = { completed: [], pending: [], declined: [] };
  for (const status of new Set(statuses)) {
    const meaning = meanings.find(([form]) => form.test(status))?.[1];
    // A word that nobody knows stays out: its rows are shown as unread until a person has said what it means.
    if (meaning) found[meaning]?.push(status);
  }
  return Object.fromEntries(Object.entries(found).map(([word, values]) => [word, values.join(', ')]));
}
