/** What people call reports, their columns, their filters, and what a column says by a code: in every language. */
import type { Language } from '../kernel/index.ts';
import { en } from './texts/en.ts';
import { km } from './texts/km.ts';
import { ky } from './texts/ky.ts';
import { ru } from './texts/ru.ts';
import { th } from './texts/th.ts';
import { zh } from './texts/zh.ts';

type English = typeof en;

/** A text for each of the English ones; a language that misses one does not compile. */
export type ReportTexts = {
  readonly [Part in keyof English]: Readonly<Record<keyof English[Part], string>>;
};

export type ReportName = keyof English['reports'];
export type ColumnName = keyof English['columns'];
/** Most filters are called like the column they look at. */
export type FilterName = keyof English['filters'] | ColumnName;
export type ColumnValue = keyof English['values'];

const texts: Record<Language, ReportTexts> = { en, ky, ru, th, km, zh };

export const reportTitle = (name: ReportName, language: Language): string => texts[language].reports[name];

export const columnTitle = (name: ColumnName, language: Language): string => texts[language].columns[name];

/** What stands above a column of a file: its name for programs, or a title for people. */
export const headingOf = (name: ColumnName, language: Language | null): string =>
  language ? columnTitle(name, language) : name;

export function filterTitle(name: FilterName, language: Language): string {
  const { filters, columns } = texts[language];
  return { ...columns, ...filters }[name];
}

export const valueTitle = (value: ColumnValue, language: Language): string => texts[language].values[value];
