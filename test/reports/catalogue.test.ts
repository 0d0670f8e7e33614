/** What a page of reports is made from: the declared reports, as the reader's language calls them. */
import { beforeAll, describe, expect, test } from 'vitest';
import { languages } from '../../src/kernel/index.ts';
import { reports } from '../../src/reports/tables/index.ts';
import { columnTitle, filterTitle, reportTitle, valueTitle } from '../../src/reports/texts.ts';
import { adminKey, call, get, migrate } from '../support/switch.ts';
import { newStaffKey } from '../support/town.ts';

const path = '/v1/centre/reports';
type Named = { name: string; [more: string]: unknown };

beforeAll(migrate);

const catalogue = async (language: string, key = adminKey) =>
  (await call('GET', path, { key, headers: { 'accept-language': language } })).body.data;

test('every report, in its order, with its columns and filters', async () => {
  const data = await catalogue('ru-KG,ru;q=0.9');
  expect(data.map(({ name }: Named) => name)).toEqual(reports.map(({ name }) => name));
  const volumes = data.find(({ name }: Named) => name === 'volumes');
  expect(volumes).toMatchObject({
    ...{ title: 'Обороты', path: '/v1/centre/reports/volumes', grouped: true, projected: true },
    by: ['day', 'kind', 'status'],
  });
  expect(volumes.columns).toContainEqual({
    ...{ name: 'sum', title: 'Сумма', type: 'money', group: false, values: null },
  });
  expect(volumes.filters.find(({ name }: Named) => name === 'kind')).toMatchObject({
    ...{ title: 'Вид', type: 'choice', default: null },
    values: expect.arrayContaining([{ value: 'top_up', title: 'Пополнение' }]),
  });
  const refunds = data.find(({ name }: Named) => name === 'refunds');
  expect(refunds.filters[0]).toMatchObject({
    ...{ name: 'kind', values: [{ value: 'refund', title: 'Возврат' }], default: 'refund' },
  });
});

test('what it says of a report is what the report takes', async () => {
  const examples: Record<string, string> = { time: '2026-11-21T00:00:00Z', day: '2026-11-21' };
  for (const { path: address, filters } of await catalogue('en')) {
    const query = new URLSearchParams(
      filters.flatMap(({ name, type, values }: { name: string; type: string; values: Named[] | null }) => {
        const example = values?.[0]?.value ?? examples[type];
        return example === undefined ? [] : [[name, String(example)]];
      }),
    );
    expect((await get(`${address}?${query}`, adminKey)).status, `${address}?${query}`).toBe(200);
  }
});

test('those only that the caller may read', async () => {
  const support = await catalogue('en', await newStaffKey('support'));
  const names = support.map(({ name }: Named) => name);
  expect(names).not.toContain('audit');
  expect(names).toHaveLength(reports.length - 1);
});

describe.each(languages)('in %s', (language) => {
  test('no two columns of a report, and no two of its filters, are called the same', () => {
    for (const report of reports) {
      const columns = report.columns.map(({ name }) => columnTitle(name, language));
      expect(new Set(columns).size, `${report.name}: ${columns}`).toBe(columns.length);
      const names = Object.keys(report.filters) as Parameters<typeof filterTitle>[0][];
      const filters = names.map((name) => filterTitle(name, language));
      expect(new Set(filters).size, `${report.name}: ${filters}`).toBe(filters.length);
      for (const { values = [] } of report.columns) {
        const words = values.map((value) => valueTitle(value, language));
        expect(new Set(words).size, `${report.name}: ${words}`).toBe(words.length);
      }
    }
  });

  test('a report’s name can be that of a sheet', () => {
    for (const { name } of reports) expect(reportTitle(name, language)).toMatch(/^[^[\]:*?/\\']{1,28}$/);
  });
});
