/** Nonces: taken once, also after a restart; forgotten when nobody takes them any more; cheap to keep. */
import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { nonceStore } from '../../src/nonces/index.ts';
import { testEnv } from '../support/switch.ts';

const store = nonceStore(testEnv.NONCES);
const objectOf = (key: string) => testEnv.NONCES.get(testEnv.NONCES.idFromName(key));
const inTwoMinutes = () => Date.now() + 120_000;
const newKey = () => `sgk_${crypto.randomUUID()}`;
const nonces = (count: number) => Array.from({ length: count }, () => crypto.randomUUID());

afterEach(() => {
  vi.useRealTimers();
});

/** What the object has written: its rows, and how often one was written. */
async function counting(key: string, work: () => Promise<unknown>) {
  let written = 0;
  await runInDurableObject(objectOf(key), (_, { storage }) => {
    const exec = storage.sql.exec.bind(storage.sql);
    Object.defineProperty(storage.sql, 'exec', {
      configurable: true,
      value: (query: string, ...bindings: SqlStorageValue[]) => {
        const cursor = exec(query, ...bindings);
        written += cursor.rowsWritten;
        return cursor;
      },
    });
  });
  await work();
  return runInDurableObject(objectOf(key), (_, { storage }) => {
    Reflect.deleteProperty(storage.sql, 'exec');
    return { written, rows: storage.sql.exec('SELECT * FROM nonces').toArray() };
  });
}

describe('a nonce', () => {
  test('is taken once, whenever its request ends', async () => {
    const key = newKey();
    expect(await store.take(key, 'a nonce of a request', inTwoMinutes())).toBe(true);
    expect(await store.take(key, 'a nonce of a request', inTwoMinutes())).toBe(false);
    expect(await store.take(key, 'a nonce of a request', inTwoMinutes() + 200_000)).toBe(false);
    expect(await store.take(key, 'a nonce of a requesT', inTwoMinutes())).toBe(true);
  });

  test('of another key is another', async () => {
    const until = inTwoMinutes();
    expect(await store.take(newKey(), 'the very same nonce', until)).toBe(true);
    expect(await store.take(newKey(), 'the very same nonce', until)).toBe(true);
  });

  test('is taken by one of many who come at once', async () => {
    const key = newKey();
    const taken = await Promise.all(
      Array.from({ length: 20 }, () => store.take(key, 'one nonce', inTwoMinutes())),
    );
    expect(taken.filter(Boolean)).toHaveLength(1);
  });

  test('is known after a restart, and so are all others', async () => {
    const key = newKey();
    const all = nonces(500);
    for (const nonce of all.slice(0, 5)) await store.take(key, nonce, inTwoMinutes());
    await Promise.all(all.slice(5).map((nonce) => store.take(key, nonce, inTwoMinutes())));
    await evictDurableObject(objectOf(key));
    const again = await Promise.all(all.map((nonce) => store.take(key, nonce, inTwoMinutes())));
    expect(again).toEqual(all.map(() => false));
    expect(await store.take(key, 'one of after the restart', inTwoMinutes())).toBe(true);
    await evictDurableObject(objectOf(key));
    expect(await store.take(key, all[7]!, inTwoMinutes())).toBe(false);
    expect(await store.take(key, 'one of after the restart', inTwoMinutes())).toBe(false);
  });

  test('is forgotten when its request is long past', async () => {
    const key = newKey();
    await store.take(key, 'an old nonce of old', inTwoMinutes());
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 110_000 });
    expect(await store.take(key, 'an old nonce of old', inTwoMinutes())).toBe(false);
    vi.useRealTimers();
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 600_000 });
    const { rows } = await counting(key, () => store.take(key, 'a new nonce of now', inTwoMinutes()));
    expect(rows).toHaveLength(1);
    expect(await store.take(key, 'an old nonce of old', inTwoMinutes())).toBe(true);
  });
});

describe('what a signed request costs', () => {
  // All in one minute, so that only the number of nonces makes rows.
  const until = Math.ceil(inTwoMinutes() / 60_000) * 60_000;

  test('alone: one row written', async () => {
    const key = newKey();
    const { written, rows } = await counting(key, async () => {
      for (const nonce of nonces(10)) await store.take(key, nonce, until);
    });
    expect(written).toBe(10);
    expect(rows).toHaveLength(1);
  });

  test('in a crowd: a row for about 180 of them', async () => {
    const key = newKey();
    const { written, rows } = await counting(key, () =>
      runInDurableObject(objectOf(key), (object) =>
        Promise.all(nonces(400).map((nonce) => object.take(nonce.slice(0, 22), until))),
      ),
    );
    expect(rows).toHaveLength(3);
    expect(written).toBe(3);
  });
});
