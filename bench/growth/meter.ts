/** Rows a book reads and writes, counted by the cursors of its own SQLite, as the platform bills them. */
export interface Rows {
  readonly read: number;
  readonly written: number;
}

/** Counts from the moment it is made. */
export class RowMeter {
  // A cursor knows its rows only once it has been read, which is after `exec` has answered.
  #cursors: SqlStorageCursor<Record<string, SqlStorageValue>>[] = [];
  #counting = true;

  constructor(sql: SqlStorage) {
    const exec = sql.exec.bind(sql);
    Object.defineProperty(sql, 'exec', {
      configurable: true,
      value: (query: string, ...bindings: SqlStorageValue[]) => {
        const cursor = exec(query, ...bindings);
        if (this.#counting) this.#cursors.push(cursor);
        return cursor;
      },
    });
  }

  /** What was counted since the last call. */
  take(goOn: boolean): Rows {
    const rows = this.#cursors.reduce(add, none);
    this.#cursors = [];
    this.#counting = goOn;
    return rows;
  }
}

export const none: Rows = { read: 0, written: 0 };

export const add = (sum: Rows, more: Rows | { rowsRead: number; rowsWritten: number }): Rows =>
  'read' in more
    ? { read: sum.read + more.read, written: sum.written + more.written }
    : { read: sum.read + more.rowsRead, written: sum.written + more.rowsWritten };
