/**
 * An issuer and acquirer outside: keeps books of its own, is reached through messages that get lost or come late, takes its time
 * to decide, and now and then approves what it has just undone.
 */
import type { LegOutcome, LegTask, Partners, TransferDetails } from '../../src/ledger/index.ts';
import type { Histories } from './rest.ts';
import { lifeOf, Violation, type World } from './world.ts';

// Who asks waits no longer.
const deadlineMs = 8_000;

interface Order {
  state: 'approved' | 'refused' | 'pending' | 'reversed';
  /** Undone, and approved all the same at the next look. */
  contrary: boolean;
  /** It can no longer be undone. */
  gone?: boolean;
}

export class FarBank implements Partners {
  readonly #world: World;
  readonly #orders = new Map<string, Order>();

  constructor(world: World) {
    this.#world = world;
  }

  async refuse(): Promise<undefined> {
    return undefined;
  }

  ask(task: LegTask, transfer: TransferDetails): Promise<LegOutcome> {
    const world = this.#world;
    const asker = lifeOf.getStore() ?? null;
    return new Promise((resolve) => {
      world.later(deadlineMs, 'bank silent', () => resolve({ state: 'unknown' }), asker);
      if (world.fault(6)) return;
      const arrive = () => {
        const outcome = this.#take(task, transfer);
        if (world.fault(6)) return;
        world.later(1 + world.random(10), 'bank answers', () => resolve(outcome), asker);
      };
      const delayMs = world.fault(5) ? world.random(60_000) : 1 + world.random(10);
      // As every message, it leaves when what was written before it is on disk.
      const leave = () => world.later(delayMs, 'bank asked', arrive, null);
      if (asker) asker.afterFlush(leave);
      else leave();
    });
  }

  #take({ does, leg }: LegTask, { id, legs }: TransferDetails): LegOutcome {
    const key = `${legs?.[leg]?.does} ${id}`;
    const order = this.#orders.get(key);
    if (does === 'reverse') {
      // A merchant may have gone with the money.
      const gone =
        legs?.[leg]?.does === 'credit' && order?.state === 'approved' && this.#world.random(4) === 0;
      if (gone) return { state: 'stands' };
      const contrary = order?.state === 'pending' && order.contrary;
      this.#orders.set(key, { state: 'reversed', contrary });
      return { state: 'reversed' };
    }
    if (!order && does === 'enquire') return { state: 'absent' };
    const known = order ?? this.#decide();
    this.#orders.set(key, known);
    if (known.state === 'reversed' && known.contrary) {
      known.state = 'approved';
      known.contrary = false;
    } else if (known.state === 'pending' && (!this.#world.faults || this.#world.random(4) === 0)) {
      known.state = 'approved';
    }
    if (known.state === 'refused') return { state: 'refused', refusal: { code: 'issuer.declined' } };
    return { state: known.state === 'pending' ? 'unknown' : known.state };
  }

  #decide(): Order {
    const kind = this.#world.random(20);
    if (kind < 3) return { state: 'refused', contrary: false };
    return { state: kind < 5 ? 'pending' : 'approved', contrary: kind === 3 };
  }

  /** Whether something is still to be found out about it. */
  get isOpen(): boolean {
    return [...this.#orders.values()].some(({ contrary, state }) => contrary && state === 'reversed');
  }

  /** Both books say the same: what completed was done there, what was voided was not, or was undone. */
  check({ byBook }: Histories): void {
    const ends = new Map<string, 'settle' | 'void'>();
    for (const { entry } of byBook.flat()) {
      if (entry.type === 'settle' || entry.type === 'void') ends.set(entry.subject, entry.type);
    }
    const seen = new Set<string>();
    for (const { entry } of byBook.flat()) {
      if (entry.type !== 'hold') continue;
      const { transfer }: { transfer: TransferDetails } = JSON.parse(entry.body);
      for (const { does } of transfer.legs ?? []) {
        const key = `${does} ${transfer.id}`;
        seen.add(key);
        const done = this.#orders.get(key)?.state === 'approved';
        if (done === (ends.get(transfer.id) === 'settle')) continue;
        throw new Violation(
          `${key} is ${done ? 'done' : 'not done'} at the bank, and a ${ends.get(transfer.id)}`,
        );
      }
    }
    for (const key of this.#orders.keys()) {
      if (!seen.has(key)) throw new Violation(`${key} is known to the bank alone`);
    }
  }
}
