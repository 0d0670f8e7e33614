import { beforeAll, expect, test } from 'vitest';
import { directoryOf } from '../../src/directory/index.ts';
import { type SweepMemory, sweep } from '../../src/events/index.ts';
import type { Ledger } from '../../src/ledger/index.ts';
import { reportsOf } from '../../src/reports/index.ts';
import { command, cutOff, funded, ledger, openedShop, outcomeOf, reconnect } from '../ledger/bank.ts';
import { migrate, testEnv, until } from '../support/switch.ts';

beforeAll(migrate);

const directory = directoryOf(testEnv.DIRECTORY);
const { projection, memory } = reportsOf(testEnv.REPORTS);

const known = (id: string, stripes = 1) =>
  directory.add(directory.tables.accounts, {
    id,
    kind: 'payer',
    owner: 'par_test',
    currency: 'KGS',
    label: null,
    status: 'active',
    limitMinor: '0',
    stripes,
    createdAtMs: 1,
  });

/** The ledger, and which objects were visited through it. */
function watched(visits: string[]): Ledger {
  return {
    ...ledger,
    stripe(account, stripe) {
      visits.push(`${account}#${stripe}`);
      return ledger.stripe(account, stripe);
    },
  };
}

test('it finishes what is open and reports it, even if nothing else touches the account', async () => {
  const { payer } = await funded(100n);
  const shop = await openedShop();
  await known(payer.id);
  await known(shop.id);
  await cutOff(payer, 'question lost');
  expect(await outcomeOf(payer, command(shop.id, 60n))).toBe('processing');
  expect(await sweep(directory, ledger, projection, memory)).toEqual({ visited: 2, open: 1 });
  const status = () =>
    testEnv.REPORTS.prepare('SELECT status FROM transfer WHERE debtor = ?').bind(payer.id).first('status');
  await until(status, (found) => found === 'processing');
  await reconnect(payer);
  expect(await sweep(directory, ledger, projection, memory)).toEqual({ visited: 2, open: 0 });
  await until(status, (found) => found === 'completed');
});

test('going round it reaches every stripe of every account, and starts again', async () => {
  const names = Array.from({ length: 230 }, (_, index) => `acc_round${String(index).padStart(3, '0')}`);
  await Promise.all(names.map((name) => known(name)));
  await known('acc_round_striped', 4);
  const cursors: string[] = [];
  let cursor = '';
  const remembering: SweepMemory = {
    cursor: async () => cursor,
    remember: async (next) => {
      cursor = next;
      cursors.push(next);
    },
  };
  const visits: string[] = [];
  const rounds: number[] = [];
  do {
    const { visited } = await sweep(directory, watched(visits), projection, remembering);
    rounds.push(visited);
  } while (cursor !== '');
  expect(rounds).toHaveLength(3);
  expect(new Set(visits).size).toBe(visits.length);
  for (const name of ['acc_round000#0', 'acc_round229#0', 'acc_round_striped#0', 'acc_round_striped#3']) {
    expect(visits).toContain(name);
  }
  expect(cursors.slice(0, -1)).toEqual([...cursors.slice(0, -1)].sort());
});

test('an account that does not answer does not stop the round', async () => {
  const visits: string[] = [];
  const deaf: Ledger = {
    ...ledger,
    stripe(account, stripe) {
      visits.push(account);
      if (visits.length === 2) throw new Error('no answer');
      return ledger.stripe(account, stripe);
    },
  };
  let next = 'untouched';
  const remembering: SweepMemory = {
    cursor: async () => '',
    remember: async (cursor) => {
      next = cursor;
    },
  };
  const { visited } = await sweep(directory, deaf, projection, remembering);
  expect(visits).toHaveLength(visited);
  expect(next).not.toBe('untouched');
});
