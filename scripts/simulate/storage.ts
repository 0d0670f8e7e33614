/**
 * An object's storage over node:sqlite. Writes are in memory at once and on disk a little later; a crash in
 * between keeps them or loses them, as a whole.
 */
import type { SQLInputValue } from 'node:sqlite';
import { Pool } from './database.ts';
import type { Life, World } from './world.ts';

type Row = Record<string, unknown>;

// Books make their tables themselves.
const pool = new Pool('');

export class Storage {
  readonly #world: World;
  readonly #database = pool.take();
  readonly #flushed: () => void;
  #life: Life | null = null;
  #dirty = false;
  #waiting: (() => void)[] = [];
  /** As a reader sees it now, and as it is on disk. */
  #alarm: number | null = null;
  alarmOnDisk: number | null = null;

  constructor(world: World, flushed: () => void) {
    this.#world = world;
    this.#flushed = flushed;
  }

  /** From now on it serves another life of its object. */
  serve(life: Life): void {
    this.#life = life;
  }

  afterFlush(leave: () => void): void {
    if (this.#dirty) this.#waiting.push(leave);
    else leave();
  }

  /** What is not on disk yet is lost, or gets there in the last moment. */
  crash(keep: boolean): void {
    this.#waiting = [];
    if (!this.#dirty) return;
    this.#dirty = false;
    this.rows(keep ? 'COMMIT' : 'ROLLBACK');
    if (keep) this.alarmOnDisk = this.#alarm;
    else this.#alarm = this.alarmOnDisk;
  }

  /** The alarm is being rung: it does not stand any more. */
  takeAlarm(): void {
    this.alarmOnDisk = null;
    this.#alarm = null;
  }

  putAlarm(atMs: number): void {
    this.alarmOnDisk ??= atMs;
    this.#alarm ??= atMs;
  }

  rows<T>(query: string, ...bindings: SQLInputValue[]): T[] {
    return this.#database.rows(query, bindings);
  }

  /** Another run may have the database. */
  close(): void {
    pool.giveBack(this.#database);
  }

  #touch(): void {
    if (this.#dirty) return;
    this.#dirty = true;
    this.rows('BEGIN');
    this.#world.later(1 + this.#world.random(8), 'flush', () => this.#flush(), this.#life);
  }

  #flush(): void {
    if (!this.#dirty) return;
    this.#dirty = false;
    this.rows('COMMIT');
    this.alarmOnDisk = this.#alarm;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const leave of waiting) leave();
    this.#flushed();
  }

  /** What an object is given as `ctx.storage`. */
  readonly face = {
    sql: {
      exec: (query: string, ...bindings: SQLInputValue[]) => {
        if (bindings.length === 0 && query.includes(';')) {
          this.#database.exec(query);
          return cursorOf([]);
        }
        return cursorOf(this.rows<Row>(query, ...bindings));
      },
    },
    transactionSync: <T>(work: () => T): T => {
      this.#touch();
      this.rows('SAVEPOINT work');
      try {
        const result = work();
        this.rows('RELEASE work');
        return result;
      } catch (fault) {
        this.rows('ROLLBACK TO work');
        this.rows('RELEASE work');
        throw fault;
      }
    },
    sync: () => new Promise<void>((resolve) => this.afterFlush(resolve)),
    getAlarm: async () => this.#alarm,
    setAlarm: async (atMs: number) => {
      this.#touch();
      this.#alarm = atMs;
    },
  };
}

const cursorOf = (rows: Row[]) => ({
  toArray: () => rows,
  one: () => {
    if (rows.length !== 1) throw new Error(`${rows.length} rows instead of one`);
    return rows[0];
  },
  [Symbol.iterator]: () => rows[Symbol.iterator](),
});
