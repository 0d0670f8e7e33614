import { beforeAll, expect, test } from 'vitest';
import { type SweepMemory, sweep } from '../../src/events/index.ts';
import type { Ledger } from '../../src/ledger/index.ts';
import { periodsOf, reportsOf } from '../../src/reports/index.ts';
import { command, cutOff, funded, ledger, openedShop, outcomeOf, reconnect } from '../ledger/bank.ts';
import { linesOf } from '../support/console.ts';
import { migrate, testEnv, until } from '../support/switch.ts';

beforeAll(migrate);

const { projection, memory } = reportsOf(periodsOf(testEnv));

/** The ledger, with every book visited through it written down. */
function watched(visits: number[], deaf?: number): Ledger {
  return {
    ...ledger,
    book(number) {
      visits.push(number);
      if (number === deaf) throw new Error('no answer');
      return ledger.book(number);
    },
  };
}

function remembering(): SweepMemory & { at: number } {
  const memory = {
    at: 0,
    next: async () => memory.at,
    remember: async (next: number) => {
      memory.at = next;
    },
    found: async () => {},
  };
  return memory;
}

test('it finishes what is open and reports it, even if nothing else touches the book', async () => {
  const { payer } = await funded(100n, { book: 1 });
  const shop = await openedShop({ book: 2 });
  await cutOff(payer, 'question lost');
  expect(await outcomeOf(payer, command(shop, 60n))).toBe('processing');
  expect(await sweep(3, ledger, projection, memory)).toEqual({ visited: 3, open: 1 });
  const status = () =>
    testEnv.REPORTS.prepare('SELECT status FROM transfer WHERE debtor = ?').bind(payer.id).first('status');
  await until(status, (found) => found === 'processing');
  await reconnect(payer);
  expect(await sweep(3, ledger, projection, memory)).toEqual({ visited: 3, open: 0 });
  await until(status, (found) => found === 'completed');
});

test('a few books are all visited every time', async () => {
  const visits: number[] = [];
  const remembered = remembering();
  for (let round = 0; round < 2; round++) await sweep(3, watched(visits), projection, remembered);
  expect(visits).toEqual([0, 1, 2, 0, 1, 2]);
});

test('going round it reaches every book of many, and starts again', async () => {
  const visits: number[] = [];
  const remembered = remembering();
  for (let round = 0; round < 3; round++) {
    expect(await sweep(230, watched(visits), projection, remembered)).toMatchObject({ visited: 100 });
  }
  expect(new Set(visits).size).toBe(230);
  expect(remembered.at).toBe(70);
});

test('a book that does not answer does not stop the round', async () => {
  const visits: number[] = [];
  const remembered = remembering();
  const { visited } = await sweep(120, watched(visits, 5), projection, remembered);
  expect(visited).toBe(100);
  expect(visits).toContain(99);
  expect(remembered.at).toBe(100);
});

test('a book that ends before what the reports have of it has lost entries, and is named', async () => {
  const { payer } = await funded(100n, { book: 7 });
  const { position } = await payer.book.sweep(Number.MAX_SAFE_INTEGER);
  const ahead = { ...projection, watermarks: async () => new Map([[7, position + 3]]) };
  const lines = await linesOf(() => sweep(8, ledger, ahead, remembering()));
  const { what, book, count } = JSON.parse(lines.find((line) => line.includes('lost')) ?? '{}');
  expect({ what, book, count }).toEqual({ what: 'sweeper: a book has lost entries', book: 7, count: 3 });
  expect(await linesOf(() => sweep(8, ledger, projection, remembering()))).toEqual([]);
});

test('where it stopped is remembered in the report database', async () => {
  expect(await memory.next()).toBe(0);
  await memory.remember(42);
  await memory.remember(43);
  expect(await memory.next()).toBe(43);
});
