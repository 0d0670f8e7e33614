/**
 * The audit of a book: a walk over its accounts and batches, page by page, that trusts nothing. Every hash,
 * total and reference is worked out again; what does not follow is named. It reads only, and within one
 * turn, so a page is true of one moment even while payments go on.
 */
import { sequenceOfTransfer } from '../kernel/index.ts';
import { verifyChain } from './chain.ts';
import type { Waiting } from './confirmations.ts';
import type { OpenHold } from './engine.ts';
import type { Journal } from './journal.ts';
import { type AccountFacts, type Entry, holdsFromMs, type TransferDetails } from './model.ts';

/** Where a walk stands; begins with `auditStart`. */
export interface AuditCursor {
  readonly phase: 'accounts' | 'batches';
  /** Number of the last account that is done. */
  readonly account: number;
  /** How many entries of the next account are done. */
  readonly seq: number;
  /** How far the batches are done. */
  readonly position: number;
}

export const auditStart: AuditCursor = { phase: 'accounts', account: 0, seq: 0, position: 0 };

export interface AuditFinding {
  readonly check: 'chain' | 'entry' | 'held' | 'batch' | 'open';
  readonly account?: string;
  readonly seq?: number;
  /** The transfer it is about. */
  readonly subject?: string;
  readonly problem: string;
}

/** Of transfers begun before the cutoff, per currency. */
export interface AuditSums {
  /** Credits minus debits: over all books zero, unless transfers are open. */
  readonly netMinor: bigint;
  /** What open transfers hold that no account has accepted. */
  readonly openMinor: bigint;
  /** Transfers debited accounts were asked to make. */
  readonly transfers: number;
  readonly transfersMinor: bigint;
}

export interface AuditPage {
  /** Where to go on; null at the end. */
  readonly next: AuditCursor | null;
  readonly entries: number;
  /** Accounts that were finished, as the book knows them. */
  readonly accounts: readonly AccountFacts[];
  readonly sums: ReadonlyMap<string, AuditSums>;
  readonly findings: readonly AuditFinding[];
}

/** What the walk needs of the book's memory. */
export interface AuditBook {
  readonly journal: Journal;
  readonly open: ReadonlyMap<string, OpenHold>;
  /** Open holds that were accepted already. */
  readonly accepted: ReadonlyMap<string, unknown>;
  /** Transfers whose confirmation is overdue at a time. */
  readonly confirming: { overdue(atMs: number): readonly Waiting[] };
  /** Position of the last entry. */
  readonly position: number;
}

// A thousand entries are hashed in some ten milliseconds: payments of the book wait no longer than that.
const entriesPerPage = 1_000;
// Finished accounts are handed back with their facts, so a page of empty ones has an end too.
const accountsPerPage = 200;
const batchesPerPage = 500;

/** One page. Transfers begun at or after `cutoffMs` may still be under way and are left out of the sums. */
export function auditPage(book: AuditBook, cursor: AuditCursor, cutoffMs: number): AuditPage {
  const walk = new Walk(book, cutoffMs);
  const next = cursor.phase === 'accounts' ? walk.accounts(cursor) : walk.batches(cursor);
  return { next, ...walk.found };
}

type Known = Pick<Entry, 'seq' | 'available' | 'held' | 'hash'>;

class Walk {
  readonly #book: AuditBook;
  readonly #cutoffMs: number;
  readonly #findings: AuditFinding[] = [];
  readonly #accounts: AccountFacts[] = [];
  readonly #sums = new Map<string, AuditSums>();
  readonly #openByAccount = new Map<number, bigint>();
  #entries = 0;

  constructor(book: AuditBook, cutoffMs: number) {
    this.#book = book;
    this.#cutoffMs = cutoffMs;
    for (const { no, transfer } of book.open.values()) {
      this.#openByAccount.set(no, (this.#openByAccount.get(no) ?? 0n) + BigInt(transfer.amountMinor));
    }
  }

  get found() {
    return {
      entries: this.#entries,
      accounts: this.#accounts,
      sums: this.#sums,
      findings: this.#findings,
    };
  }

  accounts(cursor: AuditCursor): AuditCursor {
    const { journal } = this.#book;
    let { account: done, seq } = cursor;
    while (this.#entries < entriesPerPage && this.#accounts.length < accountsPerPage) {
      const account = journal.accountNameAfter(done);
      if (!account) return { ...cursor, phase: 'batches', account: done, seq: 0 };
      const room = entriesPerPage - this.#entries;
      const sequences = journal.sequencesAfter(account.no, seq, room);
      let previous = seq === 0 ? undefined : this.#read(account, seq);
      for (const at of sequences) {
        const entry = this.#read(account, at);
        this.#entries += 1;
        if (!entry) {
          this.#name('entry', account.name, at, undefined, 'it cannot be read');
        } else if (previous || seq === 0) {
          const wrong = verifyChain(account.name, [entry], previous);
          if (wrong) this.#name('chain', account.name, at, entry.subject, wrong.problem);
        }
        if (entry) this.#check(account, entry);
        previous = entry;
        seq = at;
      }
      if (sequences.length === room) return { ...cursor, account: done, seq };
      this.#finish(account, previous);
      done = account.no;
      seq = 0;
    }
    return { ...cursor, account: done, seq };
  }

  /** An entry, or undefined when what is stored is not one. */
  #read({ no }: { no: number }, seq: number): Entry | undefined {
    try {
      const entry = this.#book.journal.entry(no, seq);
      if (entry) JSON.parse(entry.body);
      return entry;
    } catch {
      return undefined;
    }
  }

  #check(account: { no: number; name: string }, entry: Entry): void {
    try {
      this.#checkEntry(account, entry);
    } catch {
      this.#name('entry', account.name, entry.seq, entry.subject, 'its contents make no sense');
    }
  }

  /** What an entry says it did against what it did to the account. */
  #checkEntry(account: { no: number; name: string }, entry: Entry): void {
    const body = JSON.parse(entry.body);
    const held = entry.type === 'settle' ? this.#read(account, body.holdSeq) : undefined;
    const transfer: TransferDetails | undefined = held ? JSON.parse(held.body).transfer : body.transfer;
    const wrong = (problem: string) => this.#name('entry', account.name, entry.seq, entry.subject, problem);
    if (entry.type === 'expire' || entry.type === 'cancel') {
      if (entry.availableDelta !== 0n || entry.heldDelta !== 0n) wrong('the end of a claim moves money');
      return;
    }
    if (transfer?.id !== entry.subject) {
      wrong('its transfer is another one');
      return;
    }
    const amount = BigInt(transfer.amountMinor);
    const [available, onHold] = movesOf[entry.type](amount);
    if (entry.availableDelta !== available || entry.heldDelta !== onHold) {
      wrong(`a ${entry.type} of ${amount} does not move that much`);
    }
    if (entry.type === 'settle' || entry.type === 'void') {
      const hold = this.#read(account, body.holdSeq);
      if (hold?.type !== 'hold' || hold.subject !== entry.subject) wrong('it ends a hold that is not there');
    }
    // One that waited for its payer is asked for once, and held later: each is counted by its own time.
    const begins = entry.seq === sequenceOfTransfer(transfer.id) && entry.type !== 'accept';
    const counts = begins && transfer.heldAtMs < this.#cutoffMs;
    const moves = holdsFromMs(transfer) < this.#cutoffMs;
    if (!counts && !moves) return;
    this.#add(transfer.currency, {
      netMinor: moves ? entry.availableDelta : 0n,
      openMinor: 0n,
      transfers: counts ? 1 : 0,
      transfersMinor: counts ? amount : 0n,
    });
  }

  #finish({ no, name }: { no: number; name: string }, last: Known | undefined): void {
    try {
      const facts = this.#book.journal.facts(no);
      if (facts) this.#accounts.push(facts);
    } catch {
      this.#name('entry', name, undefined, undefined, 'what the book knows of the account cannot be read');
    }
    const open = this.#openByAccount.get(no) ?? 0n;
    const held = last?.held ?? 0n;
    if (held !== open) {
      this.#name('held', name, last?.seq, undefined, `${held} is held, open holds add up to ${open}`);
    }
  }

  batches(cursor: AuditCursor): AuditCursor | null {
    const { journal } = this.#book;
    let position = cursor.position;
    let count = 0;
    try {
      for (const { n, entries } of journal.batchesAfter(position, batchesPerPage)) {
        count += 1;
        if (n - entries.length !== position) {
          this.#name('batch', undefined, n, undefined, `the batch before it ends at ${position}`);
        }
        for (const [account, seq] of entries) {
          if (journal.sequencesAfter(account, seq - 1, 1)[0] === seq) continue;
          const name = journal.accountNameAfter(account - 1)?.name;
          this.#name('batch', name, seq, undefined, `batch ${n} names an entry that is not there`);
        }
        position = n;
      }
    } catch {
      this.#name('batch', undefined, position + 1, undefined, 'a batch from here on cannot be read');
      return this.#end();
    }
    return count < batchesPerPage ? this.#end() : { ...cursor, position };
  }

  #end(): null {
    for (const { transfer, account, seq, expiresAtMs } of this.#book.confirming.overdue(this.#cutoffMs)) {
      const name = this.#book.journal.accountNameAfter(account - 1)?.name;
      const until = new Date(expiresAtMs).toISOString();
      this.#name('open', name, seq, transfer, `waits for a confirmation that could be given until ${until}`);
    }
    const entries = this.#book.journal.entriesInAll();
    if (entries !== this.#book.position) {
      const problem = `accounts have ${entries} entries, batches name ${this.#book.position}`;
      this.#name('batch', undefined, this.#book.position, undefined, problem);
    }
    for (const { account, holdSeq, transfer } of this.#book.open.values()) {
      const fromMs = holdsFromMs(transfer);
      if (fromMs >= this.#cutoffMs) continue;
      const since = new Date(fromMs).toISOString();
      this.#name('open', account, holdSeq, transfer.id, `open since ${since}`);
      if (this.#book.accepted.has(transfer.id)) continue;
      const openMinor = BigInt(transfer.amountMinor);
      this.#add(transfer.currency, { netMinor: 0n, openMinor, transfers: 0, transfersMinor: 0n });
    }
    return null;
  }

  #name(
    check: AuditFinding['check'],
    account: string | undefined,
    seq: number | undefined,
    subject: string | undefined,
    problem: string,
  ): void {
    this.#findings.push({
      check,
      problem,
      ...(account !== undefined && { account }),
      ...(seq !== undefined && { seq }),
      ...(subject !== undefined && { subject }),
    });
  }

  #add(currency: string, more: AuditSums): void {
    const sums = this.#sums.get(currency);
    this.#sums.set(currency, sums ? addSums(sums, more) : more);
  }
}

export const addSums = (left: AuditSums, right: AuditSums): AuditSums => ({
  netMinor: left.netMinor + right.netMinor,
  openMinor: left.openMinor + right.openMinor,
  transfers: left.transfers + right.transfers,
  transfersMinor: left.transfersMinor + right.transfersMinor,
});

/** What an entry of an amount does to available and held. */
const movesOf: Record<
  Exclude<Entry['type'], 'expire' | 'cancel'>,
  (amount: bigint) => readonly [available: bigint, held: bigint]
> = {
  hold: (amount) => [-amount, amount],
  settle: (amount) => [0n, -amount],
  void: (amount) => [amount, -amount],
  debit: (amount) => [-amount, 0n],
  accept: (amount) => [amount, 0n],
  await: () => [0n, 0n],
  decline: () => [0n, 0n],
};
