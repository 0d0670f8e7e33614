import { runInDurableObject } from 'cloudflare:test';
import { expect, test } from 'vitest';
import { GroupCommit } from '../../src/ledger/group-commit.ts';
import { ledger, newBook } from './bank.ts';

interface Told {
  begun: number;
  ended: number;
  reloaded: number;
  written: number;
}

/** A table of numbers in a real object's storage, written through group commits. */
const inStorage = <T>(
  story: (parts: {
    commits: GroupCommit;
    told: Told;
    insert: (value: number) => number;
    values: () => number[];
  }) => Promise<T>,
) =>
  runInDurableObject(ledger.book(newBook()), async (_, { storage }) => {
    storage.sql.exec('CREATE TABLE number (value INTEGER PRIMARY KEY)');
    const told: Told = { begun: 0, ended: 0, reloaded: 0, written: 0 };
    const commits = new GroupCommit({
      storage,
      begin: () => {
        told.begun++;
      },
      end: () => {
        told.ended++;
      },
      reload: () => {
        told.reloaded++;
      },
      written: () => {
        told.written++;
      },
    });
    const insert = (value: number) => {
      storage.sql.exec('INSERT INTO number VALUES (?)', value);
      return value;
    };
    const values = () =>
      storage.sql
        .exec<{ value: number }>('SELECT value FROM number ORDER BY value')
        .toArray()
        .map(({ value }) => value);
    return story({ commits, told, insert, values });
  });

test('works that arrive during a commit share the next one', () =>
  inStorage(async ({ commits, told, insert, values }) => {
    const results = await Promise.all([1, 2, 3, 4, 5].map((n) => commits.commit(() => insert(n))));
    expect(results).toEqual([1, 2, 3, 4, 5]);
    expect(values()).toEqual([1, 2, 3, 4, 5]);
    expect(told).toEqual({ begun: 2, ended: 2, reloaded: 0, written: 2 });
  }));

test('a work that throws takes back what it wrote, and nothing of the others', () =>
  inStorage(async ({ commits, told, insert, values }) => {
    const failing = (n: number) =>
      commits.commit(() => {
        insert(n);
        throw new Error(`work ${n}`);
      });
    const good = (n: number) => commits.commit(() => insert(n));
    const outcomes = await Promise.allSettled([good(1), good(2), failing(3), good(4), failing(5), good(6)]);
    expect(outcomes.map(({ status }) => status[0]).join('')).toBe('ffrfrf');
    expect(outcomes[2]).toMatchObject({ reason: { message: 'work 3' } });
    expect(values()).toEqual([1, 2, 4, 6]);
    expect(told.reloaded).toBe(3);
  }));

test('a lone work that throws is refused, and the next one goes through', () =>
  inStorage(async ({ commits, insert, values }) => {
    const failed = commits.commit(() => {
      insert(1);
      throw new Error('no');
    });
    await expect(failed).rejects.toThrow('no');
    expect(await commits.commit(() => insert(2))).toBe(2);
    expect(values()).toEqual([2]);
  }));

test('a work may ask for another commit; neither is forgotten', () =>
  inStorage(async ({ commits, insert, values }) => {
    let inner: Promise<number> | undefined;
    await commits.commit(() => {
      inner = commits.commit(() => insert(2));
      insert(1);
    });
    expect(await inner).toBe(2);
    expect(values()).toEqual([1, 2]);
  }));

test('more works than a group holds all become durable', () =>
  inStorage(async ({ commits, told, insert, values }) => {
    const wanted = Array.from({ length: 1_000 }, (_, index) => index);
    await Promise.all(wanted.map((n) => commits.commit(() => insert(n))));
    expect(values()).toEqual(wanted);
    expect(told.written).toBeLessThan(10);
  }));
