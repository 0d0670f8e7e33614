/**
 * Errands: where the legs of a book's open transfers stand, and who is asking about them. Whoever makes a
 * transfer is lent its tasks one by one and asks the partner itself, so that no book waits for the world; what
 * is not brought back in time, the book's alarm asks.
 *
 * Between legs memory is enough: one that was asked may be asked again. That all are done is on disk before the
 * credited account is asked, and that a transfer has turned back before the partner hears of it: neither is taken
 * back for lack of an answer.
 */
import { logFault, type Refusal } from '../kernel/index.ts';
import {
  advanced,
  afterVoid,
  answers,
  approvedLate,
  type LegOutcome,
  type LegState,
  type LegTask,
  legsBegun,
  legsFound,
  type Partners,
  taskOf,
  turnedBack,
} from './legs.ts';
import type { TransferDetails } from './model.ts';

/** All legs are done, or all are undone: what is to happen to the hold. */
export type Verdict = { readonly end: 'accept' } | { readonly end: 'void'; readonly refusal: Refusal };

// A task lent out is asked by nobody else for so long: longer than any partner may take.
const lentForMs = 30_000;
// An object has six connections: so many partners are asked at the same time, each about one transfer.
const partnersAtOnceMax = 5;
// One visit lasts about so long; what is due then waits for the next.
const visitForMs = 20_000;
// A partner that gives so many uncertain answers in a visit is left alone until the next.
const uncertainMax = 3;
// Partners have done what the credited account refuses, and cannot undo it: people have to help.
const stuckAgainMs = 60_000;
const unexplained: Refusal = { code: 'issuer.no_answer' };

/** What errands need of their book. */
export interface ErrandHost {
  readonly partners: Partners | undefined;
  /** A transfer that an account of the book was debited for. */
  transfer(account: string, id: string): TransferDetails | undefined;
  /** Takes what came of a task, as `Book.report` does. */
  report(account: string, id: string, task: LegTask, outcome: LegOutcome): Promise<unknown>;
}

/** All legs of a transfer are done. */
interface Done {
  /** A partner has said that it cannot be undone. */
  readonly stands: boolean;
}

/** Where the legs of a transfer stand, for people who ask why it has not ended. */
export interface Standing {
  /** What its partner is asked. */
  readonly task: LegTask;
  /** How often without a certain answer. */
  readonly tries: number;
  readonly askAtMs: number;
  /** Why it turned back; absent while it goes forward. */
  readonly refusal?: Refusal;
  /** The payer has their money back here already, and the partner has still to undo its part. */
  readonly voided?: true;
}

interface Errand {
  /** Name of the debited account. */
  readonly account: string;
  readonly state: LegState;
}

export class Errands {
  readonly #sql: SqlStorage;
  readonly #host: ErrandHost;
  readonly #errands = new Map<string, Errand>();
  /** Transfers whose legs are all done, so that the credited account is asked next. */
  readonly #done = new Map<string, Done>();
  readonly #lentUntilMs = new Map<string, number>();
  #visiting: Promise<void> | undefined;

  constructor(sql: SqlStorage, host: ErrandHost) {
    this.#sql = sql;
    this.#host = host;
  }

  /** Memory follows storage again. `open`: ids of transfers under way that have legs, with their accounts. */
  reload(open: Iterable<readonly [id: string, account: string]>): void {
    this.#errands.clear();
    this.#done.clear();
    const rows = this.#sql.exec<{ transfer: string; account: string; state: string }>('SELECT * FROM errand');
    for (const { transfer, account, state: text } of rows.toArray()) {
      const state: LegState | Done = JSON.parse(text);
      if ('stands' in state) this.#done.set(transfer, state);
      else this.#errands.set(transfer, { account, state });
    }
    for (const [id, account] of open) {
      if (this.#errands.has(id) || this.#done.has(id)) continue;
      this.#errands.set(id, { account, state: legsFound(Date.now()) });
    }
  }

  /** A hold was just made, in the transaction that is running. */
  begin(id: string, account: string): void {
    this.#errands.set(id, { account, state: legsBegun(Date.now()) });
  }

  /** Transfers that are about to be settled, in the transaction that is running: nothing more to remember. */
  settle(ids: Iterable<string>): void {
    for (const id of ids) if (this.#done.delete(id)) this.#remove(id);
  }

  /** Whether partners have still to be asked before the credited account is. */
  pending({ id, legs }: TransferDetails): boolean {
    return legs !== undefined && !this.#done.has(id);
  }

  /** The next task of a transfer, for whoever asks now: theirs alone until they bring the outcome back. */
  lend({ id, legs = [] }: TransferDetails): LegTask | undefined {
    const nowMs = Date.now();
    const state = this.#errands.get(id)?.state;
    if (!state || state.askAtMs > nowMs || this.#isLent(id, nowMs)) return undefined;
    const task = taskOf(state, legs);
    if (task) this.#lentUntilMs.set(id, nowMs + lentForMs);
    return task;
  }

  /** Where a transfer's legs stand; undefined when nobody is asked about it, or only to make sure. */
  standing({ id, legs = [] }: TransferDetails): Standing | undefined {
    const state = this.#errands.get(id)?.state;
    const task = state && state.way !== 'watch' ? taskOf(state, legs) : undefined;
    if (!state || !task) return undefined;
    const { tries, askAtMs, refusal, voided } = state;
    return { task, tries, askAtMs, ...(refusal && { refusal }), ...(voided && { voided }) };
  }

  /** Transfers that are void here and that partners have still to undo, with their accounts. */
  voided(): [id: string, account: string][] {
    const found: [string, string][] = [];
    for (const [id, { account, state }] of this.#errands) {
      if (state.voided && state.way === 'back') found.push([id, account]);
    }
    return found;
  }

  /** Has a transfer's partner asked at the next visit, whenever its turn was. */
  hurry(id: string): void {
    const errand = this.#errands.get(id);
    if (!errand) return;
    const state = { ...errand.state, askAtMs: Date.now() };
    this.#put(id, errand.account, state, errand.state);
  }

  #isLent = (id: string, nowMs: number): boolean => (this.#lentUntilMs.get(id) ?? 0) > nowMs;

  /**
   * What came of a task, inside a transaction. `open`: the hold has not ended. Answers what is to happen to it,
   * if its legs have come to an end.
   */
  take(
    account: string,
    transfer: TransferDetails,
    open: boolean,
    task: LegTask,
    outcome: LegOutcome,
  ): Verdict | undefined {
    const { id, legs = [] } = transfer;
    const nowMs = Date.now();
    const state = this.#errands.get(id)?.state;
    if (!state || !answers(state, task)) {
      const givenUp = state ? state.way !== 'forward' && state.leg < task.leg : !open;
      // A yes to what was given up must be undone; other late answers say nothing new.
      if (task.does === 'reverse' || outcome.state !== 'approved' || !givenUp) return undefined;
      const late = approvedLate(task.leg, state?.refusal ?? unexplained, !open, nowMs);
      this.#put(id, account, late, state);
      return undefined;
    }
    this.#lentUntilMs.delete(id);
    const next = advanced(state, transfer, outcome, nowMs);
    if (next?.way === 'forward' && next.leg === legs.length) {
      const done: Done = { stands: state.way === 'back' };
      this.#errands.delete(id);
      this.#done.set(id, done);
      this.#store(id, account, done);
      return { end: 'accept' };
    }
    if (next?.way !== 'back' || next.leg >= 0) {
      this.#put(id, account, next, state);
      return undefined;
    }
    this.#put(id, account, afterVoid(next, nowMs), state);
    return next.voided ? undefined : { end: 'void', refusal: next.refusal ?? unexplained };
  }

  /** The credited account refuses what partners have done: all of it is to be undone. Inside a transaction. */
  turnBack(account: string, { id, legs = [] }: TransferDetails, refusal: Refusal): void {
    const pauseMs = this.#done.get(id)?.stands ? stuckAgainMs : 0;
    this.#done.delete(id);
    this.#put(id, account, turnedBack(legs.length - 1, refusal, Date.now() + pauseMs), undefined);
  }

  #put(id: string, account: string, next: LegState | undefined, before: LegState | undefined): void {
    if (next) this.#errands.set(id, { account, state: next });
    else this.#errands.delete(id);
    if (next && next.way !== 'forward') this.#store(id, account, next);
    else if (before && before.way !== 'forward') this.#remove(id);
  }

  #store(id: string, account: string, state: LegState | Done): void {
    this.#sql.exec(
      'INSERT INTO errand VALUES (?,?,?) ON CONFLICT (transfer) DO UPDATE SET state = excluded.state',
      id,
      account,
      JSON.stringify(state),
    );
  }

  #remove(id: string): void {
    this.#sql.exec('DELETE FROM errand WHERE transfer = ?', id);
  }

  /** When the alarm has something to ask; undefined when nothing is open. */
  nextAtMs(): number | undefined {
    if (this.#errands.size === 0 || !this.#host.partners) return undefined;
    let next = Number.POSITIVE_INFINITY;
    for (const [id, { state }] of this.#errands) {
      next = Math.min(next, Math.max(state.askAtMs, this.#lentUntilMs.get(id) ?? 0));
    }
    return next;
  }

  /**
   * Asks partners about everything that is due and lent to nobody. Partners are asked side by side, each about
   * one transfer after the other; one that does not answer is left alone until the next visit, so that it takes
   * nobody else's turn.
   */
  visit(): Promise<void> {
    this.#visiting ??= this.#visitAll().finally(() => {
      this.#visiting = undefined;
    });
    return this.#visiting;
  }

  async #visitAll(): Promise<void> {
    const { partners } = this.#host;
    if (!partners) return;
    const untilMs = Date.now() + visitForMs;
    const due = this.#dueByPartner();
    const next = due.values();
    const visitNext = async () => {
      for (const transfers of next) await this.#visitOne(partners, transfers, untilMs);
    };
    await Promise.all(Array.from({ length: Math.min(partnersAtOnceMax, due.length) }, visitNext));
  }

  async #visitOne(partners: Partners, due: readonly Due[], untilMs: number): Promise<void> {
    let uncertain = 0;
    for (const { account, transfer } of due) {
      if (Date.now() > untilMs || uncertain >= uncertainMax) return;
      const task = this.lend(transfer);
      if (!task) continue;
      try {
        const outcome = await partners.ask(task, transfer);
        if (outcome.state === 'unknown') uncertain += 1;
        await this.#host.report(account, transfer.id, task, outcome);
      } catch (fault) {
        logFault('book: an answer of a partner was not taken', fault, { transfer: transfer.id });
      }
    }
  }

  /** What is due, a list for each partner. Both begin elsewhere each time, so that nobody is always last. */
  #dueByPartner(): Due[][] {
    const nowMs = Date.now();
    const found = new Map<string, Due[]>();
    for (const [id, { account, state }] of this.#errands) {
      if (state.askAtMs > nowMs || this.#isLent(id, nowMs)) continue;
      const transfer = this.#host.transfer(account, id);
      const partner = transfer?.legs?.[state.leg]?.partner;
      if (!transfer || partner === undefined) continue;
      const others = found.get(partner);
      if (others) others.push({ account, transfer });
      else found.set(partner, [{ account, transfer }]);
    }
    return turned([...found.values()].map(turned));
  }
}

interface Due {
  readonly account: string;
  readonly transfer: TransferDetails;
}

function turned<Item>(list: readonly Item[]): Item[] {
  const from = Math.floor(Math.random() * list.length);
  return [...list.slice(from), ...list.slice(0, from)];
}
