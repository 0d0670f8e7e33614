/** The events queue, the real projector, and the real report database over node:sqlite. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { type EventSource, project, type SwitchEvent } from '../../src/events/index.ts';
import type { Feed, Ledger } from '../../src/ledger/index.ts';
import { reportsOf } from '../../src/reports/store.ts';
import { simulated } from './books.ts';
import { type Life, lifeOf, Violation, type World } from './world.ts';

const folder = join(import.meta.dirname, '../../migrations/reports');
const migrations = readdirSync(folder)
  .filter((name) => name.endsWith('.sql'))
  .sort()
  .map((name) => readFileSync(join(folder, name), 'utf8').replaceAll('--> statement-breakpoint', ''));
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
  readonly #database = new DatabaseSync(':memory:');
  readonly #statements = new Map<string, StatementSync>();
  readonly #messages: Message[] = [];
  readonly #consumers = new Set<Life>();
  readonly reports;
  ledger: Ledger | undefined;
  /** What was handed over for delivery, by id. */
  readonly announced = new Map<string, string>();

  constructor(world: World) {
    this.#world = world;
    for (const migration of migrations) this.#database.exec(migration);
    this.reports = reportsOf(this.#d1 as unknown as D1Database);
  }

  get waiting(): number {
    return this.#messages.length + this.#consumers.size;
  }

  /** The binding that outboxes send to. */
  readonly queue = {
    send: (body: Feed): Promise<void> => {
      const copy = structuredClone(body);
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
      body: structuredClone(message.body),
      attempts: message.attempts,
      ack: () => left.delete(message),
      retry: ({ delaySeconds }: { delaySeconds: number }) => again(message, delaySeconds * 1_000),
    }));
    const batch = { queue: 'events', messages, ackAll: () => left.clear() };
    if (this.#world.fault(5)) this.#world.later(this.#world.random(30), 'consumer killed', end, null);
    lifeOf.run(life, () => {
      this.#project(batch as unknown as MessageBatch<Feed>).then(end, (fault) => this.#world.fail(fault));
    });
  }

  async #project(batch: MessageBatch<Feed>): Promise<void> {
    if (!this.ledger) throw new Violation('no ledger');
    const { projection } = this.reports;
    await project(batch, { ledger: this.ledger, projection, sources: [source], announce: this.#announce });
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
    if (this.#world.fault(3)) throw simulated(what);
  }

  #all(query: string, values: SQLInputValue[]) {
    // Numbered parameters count as named ones here; each of ours occurs once.
    const statement = this.#statements.get(query) ?? this.#database.prepare(query.replaceAll(/\?\d/g, '?'));
    this.#statements.set(query, statement);
    return statement.all(...values);
  }

  readonly #d1 = {
    prepare: (query: string) => ({
      bind: (...values: SQLInputValue[]) => ({
        query,
        values,
        all: async () => {
          await this.#hop('read');
          return { results: this.#all(query, values) };
        },
        raw: async () => {
          await this.#hop('read');
          return this.#all(query, values).map((row) => Object.values(row));
        },
      }),
    }),
    batch: async (statements: { query: string; values: SQLInputValue[] }[]) => {
      await this.#hop('write');
      this.#database.exec('BEGIN');
      for (const { query, values } of statements) this.#all(query, values);
      this.#database.exec('COMMIT');
      // Written, and nobody hears of it.
      await this.#hop('written');
    },
  };
}
