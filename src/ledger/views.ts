/** Transfers as their accounts see them, read from entries and from what is under way. Changes nothing. */
import { assert, sequenceOfTransfer, timeOfTransfer } from '../kernel/index.ts';
import type { Answers } from './answers.ts';
import { genesisHash } from './chain.ts';
import type { Confirmations } from './confirmations.ts';
import type { OpenHold } from './engine.ts';
import type { AccountState, Journal } from './journal.ts';
import {
  type AcceptBody,
  type AcceptReceipt,
  type AwaitBody,
  type CreditView,
  type DeclineBody,
  type Entry,
  type HoldBody,
  type ProductFacts,
  type SettleBody,
  stateOfRefused,
  type Trace,
  type TransferDetails,
  type TransferView,
  type VoidBody,
} from './model.ts';

const entriesPerPage = 200;

export class Views {
  readonly #journal: Journal;
  readonly #answers: Answers;
  readonly #confirmations: Confirmations;
  readonly #open: ReadonlyMap<string, OpenHold>;
  readonly #accepted: ReadonlyMap<string, AcceptReceipt>;

  constructor(
    journal: Journal,
    answers: Answers,
    confirmations: Confirmations,
    open: ReadonlyMap<string, OpenHold>,
    accepted: ReadonlyMap<string, AcceptReceipt>,
  ) {
    this.#journal = journal;
    this.#answers = answers;
    this.#confirmations = confirmations;
    this.#open = open;
    this.#accepted = accepted;
  }

  /** A transfer that credited this account, found by its id alone; undefined when none did. */
  credit(account: AccountState, id: string): CreditView | undefined {
    const entry = this.#acceptOf(account, id);
    if (!entry) return undefined;
    const { transfer }: AcceptBody = JSON.parse(entry.body);
    return { transfer, atMs: entry.atMs, refundedMinor: this.#answers.refundedMinor(account.no, id) };
  }

  #acceptOf(account: AccountState, id: string): Entry | undefined {
    const seq = this.#answers.credited(id)?.seq;
    const entry = seq
      ? this.#journal.entry(account.no, seq)
      : this.#journal.acceptAt(account, id, timeOfTransfer(id) ?? 0);
    return entry?.type === 'accept' && entry.subject === id ? entry : undefined;
  }

  /** The view with what was given back of it: not for repeats, whose answer never changes. */
  withRefunds(account: AccountState, view: TransferView): TransferView {
    if (view.state !== 'completed' || view.transfer.kind !== 'payment') return view;
    const refundedMinor = this.#answers.refundedMinor(account.no, view.transfer.id);
    return refundedMinor > 0 ? { ...view, refundedMinor } : view;
  }

  /** A transfer this account was asked to make; undefined when there is none of this id. */
  view(account: AccountState, id: string): TransferView | undefined {
    const open = this.#open.get(id);
    if (open && open.no === account.no) {
      const accepted = this.#accepted.get(id);
      if (!accepted) return { transfer: open.transfer, state: 'processing' };
      const transfer = withFacts(open.transfer, accepted.facts);
      return { transfer, state: 'completed', endedAtMs: accepted.atMs };
    }
    const first = this.#firstOf(account, id);
    const decided = first && this.#decided(first);
    if (!decided) return undefined;
    if (decided.type === 'await') {
      const { transfer }: AwaitBody = JSON.parse(decided.body);
      return { transfer, state: 'requires_confirmation' };
    }
    if (decided.type === 'debit' || decided.type === 'decline') return viewOfEnd(decided);
    if (decided.type !== 'hold') return undefined;
    const last = this.#journal.endOf(account.no, decided.seq, id);
    assert(last, 'a hold that is neither open nor ended');
    return viewOfEnd(last, decided);
  }

  /** The entry that the id of a transfer names. */
  #firstOf(account: AccountState, id: string): Entry | undefined {
    const first = this.#journal.entry(account.no, sequenceOfTransfer(id) ?? 0);
    return first?.subject === id ? first : undefined;
  }

  /** What came of a transfer that waited; itself while it waits, and of every other. */
  #decided(first: Entry): Entry {
    const waiting = first.type === 'await' ? this.#confirmations.find(first.subject) : undefined;
    if (!waiting || waiting.endedSeq === null) return first;
    const decided = this.#journal.entry(waiting.account, waiting.endedSeq);
    assert(decided?.subject === first.subject, 'a transfer that waited, without the entry that ended it');
    return decided;
  }

  /** The entries with which transfers were asked of an account, newest first, those before `beforeSeq`. */
  asked({ no }: AccountState, beforeSeq: number, limit: number): Entry[] {
    const found: Entry[] = [];
    for (let before = beforeSeq; found.length < limit; ) {
      const page = this.#journal.before(no, before, limit, ['await', 'hold', 'debit', 'decline']);
      // What came of one that waited is no other transfer.
      found.push(...page.filter(({ seq, subject }) => seq === sequenceOfTransfer(subject)));
      const last = page.at(-1);
      if (!last || page.length < limit) break;
      before = last.seq;
    }
    return found.slice(0, limit);
  }

  /** What this account wrote about a transfer, whichever side of it was its own. */
  trace(account: AccountState, id: string, refundsMax: number): Trace {
    const answered = this.#answers.credited(id);
    return {
      facts: account.facts,
      entries: this.#entriesOf(account, id).map((entry) => ({
        entry,
        previousHash: this.#journal.entry(account.no, entry.seq - 1)?.hash ?? genesisHash(account.name),
      })),
      ...(answered?.refusal && { refused: { atMs: answered.atMs, refusal: JSON.parse(answered.refusal) } }),
      refunds: this.#answers.refundsOf(account.no, id, '~', refundsMax),
    };
  }

  #entriesOf(account: AccountState, id: string): Entry[] {
    const first = this.#firstOf(account, id);
    if (!first || first.type === 'accept') {
      const accept = this.#acceptOf(account, id);
      return accept ? [accept] : [];
    }
    const decided = this.#decided(first);
    // Looking for the end of a hold that is open would read everything after it.
    const ended = decided.type === 'hold' && !this.#open.has(id);
    const last = ended ? this.#journal.endOf(account.no, decided.seq, id) : undefined;
    return [first, ...(decided === first ? [] : [decided]), ...(last ? [last] : [])];
  }

  /** The transfers an account had on hold when it had written an entry: reads back to the oldest of them. */
  heldAfter({ no }: AccountState, { seq, held }: Entry): TransferDetails[] {
    const ended = new Set<string>();
    const found: TransferDetails[] = [];
    let missing = held;
    for (let before = seq + 1; missing > 0n; ) {
      const page = this.#journal.before(no, before, entriesPerPage);
      for (const entry of page) {
        if (entry.type === 'settle' || entry.type === 'void') ended.add(entry.subject);
        if (entry.type !== 'hold' || ended.has(entry.subject)) continue;
        const { transfer }: HoldBody = JSON.parse(entry.body);
        found.push(transfer);
        missing -= entry.heldDelta;
      }
      const last = page.at(-1);
      assert(last, 'more is held than holds add up to');
      before = last.seq;
    }
    return found;
  }

  /** What is held for transfers that are already final. */
  settlingMinor(account: AccountState): bigint {
    let sum = 0n;
    for (const id of this.#accepted.keys()) {
      const hold = this.#open.get(id);
      if (hold?.no === account.no) sum += BigInt(hold.transfer.amountMinor);
    }
    return sum;
  }

  /** Transfers of an account whose outcome is not known yet. */
  openOf(account: AccountState): string[] {
    if (account.tip.held === 0n) return [];
    return [...this.#open.values()]
      .filter((hold) => hold.no === account.no && !this.#accepted.has(hold.transfer.id))
      .map(({ transfer }) => transfer.id);
  }
}

/** The transfer with what its claim adds; the payer's own facts are never replaced. */
export const withFacts = (
  transfer: TransferDetails,
  facts: Partial<ProductFacts> | undefined,
): TransferDetails => (facts ? { ...transfer, facts: { ...facts, ...transfer.facts } } : transfer);

function viewOfEnd(last: Entry, first = last): TransferView {
  if (last.type === 'debit') {
    const { transfer }: HoldBody = JSON.parse(last.body);
    return { transfer, state: 'completed', endedAtMs: last.atMs };
  }
  if (last.type === 'settle') {
    const { accepted }: SettleBody = JSON.parse(last.body);
    const { transfer }: HoldBody = JSON.parse(first.body);
    return { transfer: withFacts(transfer, accepted.facts), state: 'completed', endedAtMs: accepted.atMs };
  }
  assert(last.type === 'void' || last.type === 'decline', `a transfer ended by ${last.type}`);
  const { transfer, refusal }: VoidBody | DeclineBody = JSON.parse(last.body);
  return { transfer, state: stateOfRefused(refusal), refusal, endedAtMs: last.atMs };
}
