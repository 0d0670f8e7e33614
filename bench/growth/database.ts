/** The SQLite files of a switch that is not running, as its own classes expect them: object storage and D1. */
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';

export class DatabaseFile {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(path: string) {
    this.#database = new DatabaseSync(path);
    // A fill that is cut short is thrown away as a whole.
    this.#database.exec('PRAGMA synchronous = OFF; PRAGMA cache_size = -200000;');
  }

  /** Until `close`, everything is one transaction. */
  begin(): void {
    this.#database.exec('BEGIN');
  }

  close(): void {
    this.#database.exec('COMMIT');
    this.#database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    this.#database.close();
  }

  #prepared(query: string): StatementSync {
    const known = this.#statements.get(query);
    if (known) return known;
    const statement = this.#database.prepare(query);
    this.#statements.set(query, statement);
    return statement;
  }

  /** A schema is several statements in one text, and answers nothing. */
  #several(statements: string): [] {
    this.#database.exec(statements);
    return [];
  }

  /** What an object is given as `ctx.storage`, as far as the ledger uses it within a transaction. */
  get storage(): DurableObjectStorage {
    const exec = (query: string, ...bindings: SQLInputValue[]) => {
      const rows = query.includes(';') ? this.#several(query) : this.#prepared(query).all(...bindings);
      return { toArray: () => rows, one: () => rows[0] };
    };
    return {
      sql: { exec },
      transactionSync: <T>(work: () => T) => work(),
    } as unknown as DurableObjectStorage;
  }

  /** What a Worker is given as a D1 binding. */
  get d1(): D1Database {
    const bound = (query: string, bindings: SQLInputValue[]) => ({
      bind: (...more: SQLInputValue[]) => bound(query, more),
      all: async () => ({ results: this.#prepared(query).all(...bindings), success: true, meta: {} }),
      run: async () => ({ results: [], success: true, meta: this.#prepared(query).run(...bindings) }),
      raw: async () =>
        this.#prepared(query)
          .all(...bindings)
          .map(Object.values),
    });
    return {
      prepare: (query: string) => bound(query, []),
      batch: async (statements: { run(): Promise<unknown> }[]) => {
        const results: unknown[] = [];
        for (const statement of statements) results.push(await statement.run());
        return results;
      },
    } as unknown as D1Database;
  }
}
