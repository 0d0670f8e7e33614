import { afterEach, beforeEach, expect, test } from 'vitest';
import { Cache } from '../../src/kernel/index.ts';
import { linesOf } from '../support/console.ts';

const realNow = Date.now;
let nowMs = 0;
beforeEach(() => {
  nowMs = 1_000_000;
  Date.now = () => nowMs;
});
afterEach(() => {
  Date.now = realNow;
});

/** A source that counts how often it is read, and can be down. */
function source() {
  const it = { value: 'first', reads: 0, down: false };
  const load = async () => {
    it.reads++;
    if (it.down) throw new Error('the database is down');
    return it.value;
  };
  return { it, load };
}

test('a value is read once for as long as it lives, then again', async () => {
  const cache = new Cache<string>(10_000, 10);
  const { it, load } = source();
  for (let count = 0; count < 3; count++) expect(await cache.get('a', load)).toBe('first');
  expect(it.reads).toBe(1);
  it.value = 'second';
  nowMs += 10_000;
  expect(await cache.get('a', load)).toBe('second');
  cache.forget('a');
  await cache.get('a', load);
  expect(it.reads).toBe(3);
});

test('while one reads it again the others go on with the old one, for seconds and no longer', async () => {
  const cache = new Cache<string>(10_000, 10);
  const { load } = source();
  await cache.get('a', load);
  for (const [lateMs, served] of [
    [4_999, 'first'],
    [5_000, 'third'],
  ] as const) {
    nowMs += 10_000 + lateMs;
    let answer = (_: string) => {};
    const slow = cache.get('a', () => new Promise((resolve) => (answer = resolve)));
    expect(await cache.get('a', async () => 'third')).toBe(served);
    answer('first');
    expect(await slow).toBe('first');
  }
});

test('when it cannot be read the old one serves for minutes, and reading it is tried now and then', async () => {
  const cache = new Cache<string>(10_000, 10);
  const { it, load } = source();
  await cache.get('a', load);
  it.down = true;
  nowMs += 10_000;
  const lines = await linesOf(async () => {
    for (let second = 0; second < 300; second++) {
      expect(await cache.get('a', load)).toBe('first');
      nowMs += 1_000;
    }
  });
  expect(it.reads).toBe(1 + 60);
  expect(lines).toHaveLength(60);
  await expect(cache.get('a', load)).rejects.toThrow('the database is down');
  it.down = false;
  it.value = 'second';
  expect(await cache.get('a', load)).toBe('second');
});

test('what nobody has read before is not made up', async () => {
  const { it, load } = source();
  it.down = true;
  await expect(new Cache<string>(10_000, 10).get('a', load)).rejects.toThrow('the database is down');
});

test('that there was nothing is no answer for minutes', async () => {
  const cache = new Cache<string | undefined>(10_000, 10);
  const { it, load } = source();
  expect(await cache.get('a', async () => undefined)).toBeUndefined();
  it.down = true;
  nowMs += 10_000;
  await expect(cache.get('a', load)).rejects.toThrow('the database is down');
});

test('of many the oldest is forgotten', async () => {
  const cache = new Cache<string>(10_000, 2);
  const { it, load } = source();
  for (const key of ['a', 'b', 'c', 'b', 'c']) await cache.get(key, load);
  expect(it.reads).toBe(3);
  await cache.get('a', load);
  expect(it.reads).toBe(4);
});
