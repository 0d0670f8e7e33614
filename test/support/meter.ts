/** Counts what the platform bills for: rows written into a book and into D1, alarms, queue messages. */
import { runInDurableObject } from 'cloudflare:test';
import type { TestAccount } from '../ledger/bank.ts';

/** Rows that a piece of work writes into an account's book, indexes included; an alarm set is one. */
export async function rowsIn({ book }: TestAccount, work: () => Promise<unknown>): Promise<number> {
  let rows = 0;
  await runInDurableObject(book, (_, { storage }) => {
    const exec = storage.sql.exec.bind(storage.sql);
    const setAlarm = storage.setAlarm.bind(storage);
    replace(storage.sql, 'exec', (query: string, ...bindings: SqlStorageValue[]) => {
      const cursor = exec(query, ...bindings);
      rows += cursor.rowsWritten;
      return cursor;
    });
    replace(storage, 'setAlarm', (at: number) => {
      rows++;
      return setAlarm(at);
    });
  });
  await work();
  await runInDurableObject(book, (_, { storage }) => {
    Reflect.deleteProperty(storage.sql, 'exec');
    Reflect.deleteProperty(storage, 'setAlarm');
  });
  return rows;
}

const replace = (target: object, name: string, value: unknown) =>
  Object.defineProperty(target, name, { configurable: true, value });

/** A D1 database that counts the rows written through it. */
export function meteredD1(database: D1Database): { database: D1Database; rows(): number } {
  let rows = 0;
  const count = <Result extends D1Response>(result: Result): Result => {
    rows += result.meta.rows_written;
    return result;
  };
  const statement = (inner: D1PreparedStatement): D1PreparedStatement =>
    new Proxy(inner, {
      get(target, name) {
        if (name === 'bind') return (...values: unknown[]) => statement(target.bind(...values));
        if (name === 'run') return async () => count(await target.run());
        if (name === 'inner') return target;
        const value = Reflect.get(target, name);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  const metered = new Proxy(database, {
    get(target, name) {
      if (name === 'prepare') return (query: string) => statement(target.prepare(query));
      if (name === 'batch') {
        return async (statements: D1PreparedStatement[]) =>
          (await target.batch(statements.map((one) => Reflect.get(one, 'inner') ?? one))).map(count);
      }
      const value = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  return { database: metered, rows: () => rows };
}
