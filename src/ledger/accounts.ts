/** The accounts of a book as the engine sees them: their facts, and where each history ends. */
import { assert, type Refused } from '../kernel/index.ts';
import { refuseClose } from './decide.ts';
import type { AccountState, Journal } from './journal.ts';
import { type AccountFacts, accountName } from './model.ts';

// Accounts kept in memory: an account that is not among them is read again with two rows.
const inMemoryMax = 20_000;

export class Accounts {
  readonly #journal: Journal;
  readonly #inMemory = new Map<string, AccountState>();

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  find(name: string): AccountState | undefined {
    const known = this.#inMemory.get(name);
    if (known) {
      if (this.#inMemory.size >= inMemoryMax) this.#remember(known);
      return known;
    }
    const account = this.#journal.account(name);
    if (account) this.#remember(account);
    return account;
  }

  get(name: string): AccountState {
    const account = this.find(name);
    assert(account, `account ${name} is not in this book`);
    return account;
  }

  /** By its number, for what entries and claims point at. */
  numbered(no: number): AccountState {
    const account = this.#journal.accountOf(no);
    assert(account, `account number ${no} is not in this book`);
    return this.find(account.name) ?? account;
  }

  /** Takes facts newer than those it has. Undefined when it has them now; only an empty account is closed. */
  put(facts: AccountFacts): Refused | undefined {
    const name = accountName(facts.account, facts.stripe);
    const before = this.find(name);
    assert(before === undefined || before.facts.currency === facts.currency, 'a currency never changes');
    if (before && before.facts.version >= facts.version) return undefined;
    const refusal = before && facts.status === 'closed' ? refuseClose(before.tip) : undefined;
    if (refusal) return { ok: false, refusal };
    const account = this.#journal.putAccount(name, facts);
    if (before) before.facts = account.facts;
    else this.#remember(account);
    return undefined;
  }

  /** What memory holds may be wrong: read everything again. */
  forget(): void {
    this.#inMemory.clear();
  }

  // A Map iterates in insertion order: what is put in anew goes last, and its first key was not asked for longest.
  #remember(account: AccountState): void {
    this.#inMemory.delete(account.name);
    this.#inMemory.set(account.name, account);
    if (this.#inMemory.size <= inMemoryMax) return;
    const oldest = this.#inMemory.keys().next();
    if (!oldest.done) this.#inMemory.delete(oldest.value);
  }
}
