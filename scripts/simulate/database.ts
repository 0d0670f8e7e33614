/**
 * SQLite in memory, used again from run to run: making the tables and preparing the statements anew would be
 * most of what a short run costs.
 */
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';

export class Database {
  readonly #sqlite = new DatabaseSync(':memory:');
  readonly #statements = new Map<string, (values: readonly SQLInputValue[]) => unknown[]>();

  /** Several statements, without values and rows. */
  exec(script: string): void {
    this.#sqlite.exec(script);
  }

  rows<T>(query: string, values: readonly SQLInputValue[]): T[] {
    let all = this.#statements.get(query);
    if (!all) {
      // SQLite plans anew for each value of a bare `LIMIT ?`.
      all = rowsOf(this.#sqlite.prepare(query.replaceAll(/LIMIT \?/g, 'LIMIT (? + 0)')));
      this.#statements.set(query, all);
    }
    return all(values) as T[];
  }

  /** Empties every table but those that say which tables there are. */
  clear(): void {
    if (this.#sqlite.isTransaction) this.exec('ROLLBACK');
    const tables = this.rows<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'", []);
    for (const { name } of tables) if (name !== 'schema_step') this.rows(`DELETE FROM ${name}`, []);
  }
}

/** Runs a statement. Node names the columns of every row anew; taking its arrays and naming them here is faster. */
function rowsOf(statement: StatementSync): (values: readonly SQLInputValue[]) => Record<string, unknown>[] {
  statement.setReturnArrays(true);
  const names = statement.columns().map(({ name }) => name);
  return (values) => {
    const rows = statement.all(...values) as unknown as unknown[][];
    return rows.map((row) => {
      const named: Record<string, unknown> = {};
      for (let index = 0; index < names.length; index++) named[names[index] ?? ''] = row[index];
      return named;
    });
  };
}

/** Databases of one kind that no run is using. */
export class Pool {
  readonly #idle: Database[] = [];
  readonly #schema: string;

  constructor(schema: string) {
    this.#schema = schema;
  }

  take(): Database {
    const idle = this.#idle.pop();
    if (idle) return idle;
    const database = new Database();
    database.exec(this.#schema);
    return database;
  }

  giveBack(database: Database): void {
    database.clear();
    this.#idle.push(database);
  }
}
