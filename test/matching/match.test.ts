/** Which row is which of ours: ties, twins and strangers. */
import { describe, expect, test } from 'vitest';
import { newTransferId } from '../../src/kernel/index.ts';
import { matchAmounts, matchKeys, matchReferences, type Ours } from '../../src/matching/match.ts';
import { type Stretch, withStretch } from '../../src/matching/model.ts';
import type { FileRow } from '../../src/matching/rows.ts';

const atMs = Date.parse('2026-11-21T08:00:00Z');
const minuteMs = 60_000;

const ours = (number: number, more: Partial<Ours> = {}): Ours => ({
  id: newTransferId('payment', atMs, number),
  ...{ kind: 'payment', status: 'completed', amount: 500, currency: 'KGS', references: [] },
  ...{ createdAtMs: atMs, endedAtMs: atMs, ...more },
});
const row = (line: number, more: Partial<FileRow> & { atMs?: number } = {}): FileRow => {
  const { atMs: middleMs = atMs, ...rest } = more;
  return {
    ...{ line, key: null, amount: 500, currency: 'KGS', kind: null, status: 'completed' },
    ...{ earliestMs: middleMs - minuteMs, latestMs: middleMs + minuteMs, ...rest },
  };
};
const linesOf = (wanted: readonly Ours[], rows: readonly FileRow[]) => {
  const { pairs } = matchAmounts(wanted, rows);
  return wanted.map(({ id }) => pairs.find(({ ours: { id: found } }) => found === id)?.row.line);
};

describe('by amount and time, a payment takes', () => {
  test('the row that is nearest to when it began or ended', () => {
    const slow = ours(1, { endedAtMs: atMs + 10 * minuteMs });
    const rows = [row(1, { atMs: atMs - 50_000 }), row(2, { atMs: atMs + 10 * minuteMs + 20_000 })];
    expect(linesOf([slow], rows)).toEqual([2]);
    expect(linesOf([slow], rows.slice(0, 1))).toEqual([1]);
  });

  test('of rows that are as near, the first; each row once', () => {
    const rows = [row(9), row(3), row(6, { atMs: atMs + 1 }), row(4, { atMs: atMs - 1 })];
    expect(linesOf([ours(1), ours(2), ours(3), ours(4), ours(5)], rows)).toEqual([3, 9, 4, 6, undefined]);
  });

  test('a row that says the day alone, whenever on that day it was', () => {
    const day = { earliestMs: atMs - 480 * minuteMs, latestMs: atMs + 960 * minuteMs };
    const morning = ours(1, { createdAtMs: atMs - 400 * minuteMs, endedAtMs: null });
    const night = ours(2, { createdAtMs: atMs + 900 * minuteMs, endedAtMs: null });
    const late = ours(3, { createdAtMs: atMs + 961 * minuteMs, endedAtMs: null });
    expect(linesOf([morning, night, late], [row(7, day), row(5, day), row(6, day)])).toEqual([
      5,
      6,
      undefined,
    ]);
  });

  test.each([
    ['of another amount', { amount: 501 }],
    ['of another currency', { currency: 'THB' }],
    ['that is a refund', { kind: 'refund' as const }],
    ['of a minute later than may be', { atMs: atMs + minuteMs + 1 }],
    ['without a time', { earliestMs: null, latestMs: null }],
    ['that names another payment', { key: newTransferId('payment', atMs, 77) }],
  ])('no row %s', (_, other) => {
    expect(linesOf([ours(1)], [row(1, other)])).toEqual([undefined]);
    expect(linesOf([ours(1)], [row(1, other), row(2, { key: 'inv-1' })])).toEqual([2]);
  });

  test('the same among a thousand as if all were looked at', () => {
    const some = (count: number, seed: number) =>
      Array.from({ length: count }, (_, index) => (index * seed) % 1_009);
    const wanted = some(600, 7_919).map((number, index) =>
      ours(index, { createdAtMs: atMs + number * 400, endedAtMs: atMs + number * 450 }),
    );
    const rows = some(700, 104_729).map((number, index) => row(index + 1, { atMs: atMs + number * 420 }));
    const left = new Set(rows);
    const awayMs = (one: Ours, { earliestMs }: FileRow) =>
      Math.min(
        ...[one.createdAtMs, one.endedAtMs ?? 0].map((ms) => Math.abs(ms - (earliestMs ?? 0) - minuteMs)),
      );
    const expected = wanted.map((one) => {
      const near = [...left].filter((each) => awayMs(one, each) <= minuteMs);
      const [first] = near.sort((a, b) => awayMs(one, a) - awayMs(one, b) || a.line - b.line);
      if (first) left.delete(first);
      return first?.line;
    });
    expect(expected.filter((line) => line !== undefined).length).toBeGreaterThan(500);
    expect(linesOf(wanted, rows)).toEqual(expected);
  });
});

describe('by what rows say', () => {
  test('an id goes before a reference, and a reference with its amount before one with another', () => {
    const [named, referred] = [ours(1, { references: ['a'] }), ours(2, { references: ['a', 'b'] })];
    const rows = [
      row(1, { key: 'a' }),
      row(2, { key: named.id, amount: 1 }),
      row(3, { key: 'b', amount: 2 }),
    ];
    const { pairs, left } = matchKeys([named, referred], rows);
    expect(pairs.map(({ row: { line }, ours: { id }, by }) => [line, id, by])).toEqual([
      [2, named.id, 'id'],
      [1, referred.id, 'reference'],
    ]);
    expect(left).toEqual([]);
    const other = ours(3, { references: ['b'] });
    expect(matchKeys([other], rows)).toEqual({ pairs: [], left: [other] });
    expect(matchReferences([other], rows).pairs).toMatchObject([{ row: { line: 3 } }]);
  });

  test('twins of one reference each get a row of their own, the nearest', () => {
    const twins = [0, 1, 2].map((minute) =>
      ours(minute, { references: ['qr'], createdAtMs: atMs + minute * minuteMs, endedAtMs: null }),
    );
    const rows = [2, 0, 1].map((minute, index) =>
      row(index + 1, { key: 'qr', atMs: atMs + minute * minuteMs }),
    );
    expect(matchKeys(twins, rows).pairs.map(({ row: { line } }) => line)).toEqual([2, 3, 1]);
  });
});

test('pages that lie side by side are one stretch; of too many stretches the last one grows', () => {
  const page = (from: number): Stretch => ({ after: `${from}`, upTo: `${from + 1}` });
  expect([1, 2, 3, 7, 8].map(page).reduce<Stretch[]>(withStretch, [])).toEqual([
    { after: '1', upTo: '4' },
    { after: '7', upTo: '9' },
  ]);
  const many = Array.from({ length: 1_000 }, (_, index) => page(1_000 + index * 5)).reduce<Stretch[]>(
    withStretch,
    [],
  );
  expect(many.length).toBe(200);
  expect(many.at(-1)).toEqual({ after: '1995', upTo: '5996' });
});
