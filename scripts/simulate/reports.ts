/** The events queue, the real projector, and the real report database over node:sqlite. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SQLInputValue } from 'node:sqlite';
import { type EventSource, type ProjectorParts, project, type SwitchEvent } from '../../src/events/index.ts';
import type { Feed, Ledger } from '../../src/ledger/index.ts';
import { periodsOf } from '../../src/reports/periods.ts';
import { readPage } from '../../src/reports/read.ts';
import { reportsOf } from '../../src/reports/store.ts';
import type { Query, Report, Row } from '../../src/reports/table.ts';
import { simulated } from './books.ts';
import { copyOf } from './copy.ts';
import { Pool } from './database.ts';
import { type Life, lifeOf, Violation, type World } from './world.ts';

const folder = join(import.meta.dirname, '../../migrations/reports');
const migrations = readdirSync(folder)
  .filter((name) => name.endsWith('.sql'))
  .sort()
  .map((name) => readFileSync(join(folder, name), 'utf8').replaceAll('--> statement-breakpoint', ''));
const pool = new Pool(migrations.join(';\n'));
// As wrangler.toml has it: then the message is given up, and the sweeper's visit is what remains.
const attemptsMax = 10;

/** What is announced about an entry; the products' own sources say more, from the same entries. */
export const source: EventSource = (facts, entry) =>
  entry.type === 'hold' || entry.type === 'settle' || entry.type === 'debit'
    ? []
    : [{ type: entry.type, owner: facts.owner, data: JSON.parse(entry.body) }];

interface Message {
  readonly body: Feed;
  attempts: number;
}

export class ReportSide {
  readonly #world: World;
  readonly #database = pool.take();
  readonly #messages: Message[] = [];
  readonly #consumers = new Set<Life>();
  readonly #periods;
  readonly reports;
  #down: (() => void) | undefined;
  ledger: Ledger | undefined;
  /** What was handed over for delivery, by id. */
  readonly announced = new Map<string, string>();

  constructor(world: World) {
    this.#world = world;
    this.#periods = periodsOf({ REPORTS: this.#d1 as unknown as D1Database });
    this.reports = reportsOf(this.#periods);
  }

  get waiting(): number {
    return this.#messages.length + this.#consumers.size;
  }

  /** The binding that outboxes send to. */
  readonly queue = {
    send: (body: Feed): Promise<void> => {
      const copy = copyOf(body);
      const life = lifeOf.getStore() ?? null;
      return new Promise((resolve, reject) => {
        const leave = () => {
          const lost = this.#world.fault(4);
          if (!lost || this.#world.random(2) === 0) this.#put({ body: copy, attempts: 1 }, 5);
          this.#world.later(2, 'queue', () => (lost ? reject(simulated('queue')) : resolve()), life);
        };
        if (life) life.afterFlush(leave);
        else leave();
      });
    },
  };

  #put(message: Message, delayMs: number): void {
    if (message.attempts > attemptsMax) return;
    this.#messages.push(message);
    const wait = delayMs + this.#world.random(this.#world.faults ? 300 : 20);
    this.#world.later(wait, 'consume', () => this.#consume(), null);
  }

  /** Takes some messages, in no order; one that is taken may be taken again. */
  #consume(): void {
    const taken: Message[] = [];
    const count = 1 + this.#world.random(4);
    while (taken.length < count && this.#messages.length > 0) {
      const [message] = this.#messages.splice(this.#world.random(this.#messages.length), 1);
      if (message) taken.push(message);
    }
    if (taken.length === 0) return;
    for (const message of taken) if (this.#world.fault(5)) this.#put({ ...message }, 500);
    const life: Life = { alive: true, afterFlush: (leave) => leave() };
    this.#consumers.add(life);
    const left = new Set(taken);
    const again = (message: Message, delayMs: number) => {
      if (left.delete(message)) this.#put({ ...message, attempts: message.attempts + 1 }, delayMs);
    };
    const end = () => {
      if (!life.alive) return;
      life.alive = false;
      this.#consumers.delete(life);
      for (const message of [...left]) again(message, 100);
    };
    const messages = taken.map((message) => ({
      body: copyOf(message.body),
      attempts: message.attempts,
      ack: () => left.delete(message),
      retry: ({ delaySeconds }: { delaySeconds: number }) => again(message, delaySeconds * 1_000),
    }));
    const batch = { queue: 'events', messages, ackAll: () => left.clear() };
    if (this.#world.fault(5)) this.#world.later(this.#world.random(30), 'consumer killed', end, null);
    lifeOf.run(life, () => {
      project(batch as unknown as MessageBatch<Feed>, this.parts()).then(end, (fault) =>
        this.#world.fail(fault),
      );
    });
  }

  /** What the projector works with. */
  parts(): ProjectorParts {
    if (!this.ledger) throw new Violation('no ledger');
    const { projection } = this.reports;
    return { ledger: this.ledger, projection, sources: [source], announce: this.#announce };
  }

  /** All rows of a report, as staff read them. */
  rows(report: Report, query: Query): Promise<Row[]> {
    const databases = { reports: this.#periods, directory: this.#periods.main };
    return readPage(databases, report, query, { limit: 100_000 });
  }

  /** The database answers nobody for a while. */
  goDown(forMs: number): void {
    const upAgain = () => {
      if (this.#down === upAgain) this.#down = undefined;
    };
    this.#down = upAgain;
    this.#world.later(forMs, 'reports up', upAgain, null);
  }

  readonly #announce = async (events: readonly SwitchEvent[]): Promise<void> => {
    await this.#hop('announce');
    for (const event of events) {
      const text = JSON.stringify(event);
      const earlier = this.announced.get(event.id);
      if (earlier !== undefined && earlier !== text) {
        throw new Violation(`event ${event.id} was announced differently before`);
      }
      this.announced.set(event.id, text);
    }
  };

  async #hop(what: string): Promise<void> {
    await this.#world.sleep(1 + this.#world.random(5), what);
    if (this.#world.fault(this.#down ? 100 : 3)) throw simulated(what);
  }

  #all(query: string, values: readonly SQLInputValue[]) {
    // Numbered parameters count as named ones here; each of ours occurs once.
    return this.#database.rows<Record<string, unknown>>(query.replaceAll(/\?\d/g, '?'), values);
  }

  /** Another run may have the database. */
  close(): void {
    pool.giveBack(this.#database);
  }

  readonly #bound = (query: string, ...values: SQLInputValue[]) => ({
    query,
    values,
    bind: (...others: SQLInputValue[]) => this.#bound(query, ...others),
    all: async () => {
      await this.#hop('read');
      return { results: this.#all(query, values) };
    },
    raw: async () => {
      await this.#hop('read');
      return this.#all(query, values).map((row) => Object.values(row));
    },
  });

  readonly #d1 = {
    prepare: (query: string) => this.#bound(query),
    batch: async (statements: { query: string; values: SQLInputValue[] }[]) => {
      await this.#hop('write');
      this.#all('BEGIN', []);
      const results = statements.map(({ query, values }) => ({ results: this.#all(query, values) }));
      this.#all('COMMIT', []);
      // Written, and nobody hears of it.
      await this.#hop('written');
      return results;
    },
  };
}
