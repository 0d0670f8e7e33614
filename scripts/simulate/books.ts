/**
 * The platform under the books: objects that come to life when they are called, messages that get lost,
 * arrive twice or late, alarms, and crashes. The books themselves are the real ones.
 */
import { Book, type Partners } from '../../src/ledger/index.ts';
import { copyOf } from './copy.ts';
import { Storage } from './storage.ts';
import { type Life, lifeOf, Violation, type World } from './world.ts';

/** A fault of the platform, not of the code. */
export const simulated = (what: string) => new Error(`simulated: ${what}`);

// These may arrive twice; of others the platform only tries again what never arrived.
const repeatable = new Set(['accept', 'transfer', 'refund', 'report', 'confirm', 'cancelTransfer']);

type Method = (...args: unknown[]) => Promise<unknown>;
type Reject = (reason: Error) => void;

interface Living extends Life {
  readonly instance: Book;
  readonly ready: Promise<unknown>;
  /** Who waits for an answer of this life. */
  readonly callers: Set<Reject>;
  ringing: boolean;
}

export class Host {
  readonly number: number;
  readonly storage: Storage;
  readonly #world: World;
  readonly #env: unknown;
  #living: Living | undefined;
  #alarm: { cancelled: boolean } | undefined;

  readonly #partners: Partners;

  constructor(world: World, number: number, env: unknown, partners: Partners) {
    this.#world = world;
    this.#partners = partners;
    this.number = number;
    this.#env = env;
    this.storage = new Storage(world, () => this.#setAlarm());
    world.onJump(() => this.#setAlarm());
  }

  /** Calls a method of the object; `answer` and `failed` are told once its writes are on disk. */
  deliver(method: string, args: unknown[], answer: (value: unknown) => void, failed: Reject): void {
    const living = this.#live();
    const failOnce = (reason: Error) => {
      if (living.callers.delete(failOnce)) failed(reason);
    };
    living.callers.add(failOnce);
    const leave = (how: () => void) =>
      living.afterFlush(() => {
        if (living.alive && living.callers.delete(failOnce)) how();
      });
    void lifeOf.run(living, async () => {
      await living.ready;
      try {
        const value = await (Reflect.get(living.instance, method) as Method).apply(living.instance, args);
        leave(() => answer(copyOf(value)));
      } catch (fault) {
        leave(() => failed(fault instanceof Error ? fault : new Error(String(fault))));
      }
    });
  }

  /** The object is gone; `keep`: what it wrote last got to the disk. */
  crash(keep: boolean): void {
    const living = this.#living;
    if (!living) return;
    this.#living = undefined;
    living.alive = false;
    this.storage.crash(keep);
    // An alarm that did not come to its end is rung again.
    if (living.ringing) this.storage.putAlarm(this.#world.nowMs);
    this.#setAlarm();
    for (const reject of [...living.callers]) reject(simulated('the object crashed'));
  }

  #live(): Living {
    if (this.#living) return this.#living;
    const life: Life = { alive: true, afterFlush: (leave) => this.storage.afterFlush(leave) };
    this.storage.serve(life);
    let ready: Promise<unknown> = Promise.resolve();
    const ctx = {
      id: { name: `book ${this.number}` },
      storage: this.storage.face,
      blockConcurrencyWhile: (work: () => Promise<unknown>) => {
        ready = work();
        return ready;
      },
    };
    const instance = lifeOf.run(
      life,
      () => Reflect.construct(Book, [ctx, this.#env, this.#partners]) as Book,
    );
    this.#living = Object.assign(life, { instance, ready, callers: new Set<Reject>(), ringing: false });
    return this.#living;
  }

  #setAlarm(): void {
    if (this.#alarm) this.#alarm.cancelled = true;
    const atMs = this.storage.alarmOnDisk;
    this.#alarm = undefined;
    if (atMs === null) return;
    const ring = () => this.#ring();
    this.#alarm = this.#world.later(atMs - this.#world.nowMs, `alarm ${this.number}`, ring, null);
  }

  #ring(): void {
    this.storage.takeAlarm();
    // Alarms that never ring have been seen.
    if (this.#world.fault(5)) return;
    const living = this.#live();
    living.ringing = true;
    const done = () => {
      living.ringing = false;
    };
    this.deliver('alarm', [], done, (fault) => {
      done();
      if (!/^simulated/.test(fault.message)) this.#world.fail(fault);
    });
  }
}

/** The namespace binding: objects by name, reached through messages that meet faults. */
export class Books {
  readonly #world: World;
  readonly hosts = new Map<string, Host>();

  constructor(world: World) {
    this.#world = world;
  }

  open(number: number, env: unknown, partners: Partners): Host {
    const host = new Host(this.#world, number, env, partners);
    this.hosts.set(`book ${number}`, host);
    return host;
  }

  readonly binding = {
    idFromName: (name: string) => name,
    get: (name: string) =>
      new Proxy(
        {},
        {
          get:
            (_, method: string) =>
            (...args: unknown[]) =>
              this.#call(name, method, args),
        },
      ),
  };

  #call(name: string, method: string, args: unknown[]): Promise<unknown> {
    const host = this.hosts.get(name);
    if (!host) throw new Violation(`nobody keeps ${name}`);
    const caller = lifeOf.getStore() ?? null;
    const copy = copyOf(args);
    return new Promise((resolve, reject) => {
      const leave = () => this.#send(host, method, copy, caller, resolve, reject);
      if (caller) caller.afterFlush(leave);
      else leave();
    });
  }

  #send(
    host: Host,
    method: string,
    args: unknown[],
    caller: Life | null,
    resolve: (value: unknown) => void,
    reject: Reject,
  ): void {
    const world = this.#world;
    const back = (label: string, tell: () => void) =>
      world.later(this.#latencyMs(), `${label} ${method}`, tell, caller);
    const arrive = (delayMs: number) =>
      world.later(
        delayMs,
        `${method} at ${host.number}`,
        () =>
          host.deliver(
            method,
            args,
            (value) => {
              if (world.fault(4)) back('answer lost', () => reject(simulated('answer lost')));
              else back('answer', () => resolve(value));
            },
            (fault) => back('failed', () => reject(fault)),
          ),
        null,
      );
    if (world.fault(4)) {
      // A question that is lost: sometimes nobody ever says so.
      if (world.random(2) === 0 && method === 'accept') return;
      back('lost', () => reject(simulated('question lost')));
      return;
    }
    arrive(this.#latencyMs());
    if (repeatable.has(method) && world.fault(10)) arrive(world.random(20_000));
  }

  #latencyMs(): number {
    return this.#world.fault(5) ? this.#world.random(6_000) : 1 + this.#world.random(10);
  }
}
