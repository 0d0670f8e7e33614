/**
 * What a freeze and a closing promise: once they are acknowledged nothing begins on the account until its
 * standing is changed again. A payer who is frozen still gets back what is given back.
 */
import { type AccountFacts, accountName, type EntryType } from '../../src/ledger/index.ts';
import type { Host } from './books.ts';
import { isRefund } from './refunds.ts';
import { Violation } from './world.ts';

interface Told {
  readonly facts: AccountFacts;
  /** What the account had written by then. */
  readonly seq: number;
}

const begins = new Set<EntryType>(['hold', 'debit', 'accept']);

export class Standings {
  readonly #hosts: readonly Host[];
  readonly #asked = new Map<string, number>();
  readonly #told = new Map<string, Told>();

  constructor(hosts: readonly Host[]) {
    this.#hosts = hosts;
  }

  /** Another standing is on its way: what the last one promised is checked, and promised no longer. */
  asked(facts: AccountFacts): void {
    const name = accountName(facts.account, facts.stripe);
    this.#check(name);
    this.#told.delete(name);
    this.#asked.set(name, facts.version);
  }

  answered(facts: AccountFacts): void {
    const name = accountName(facts.account, facts.stripe);
    if (this.#asked.get(name) !== facts.version) return;
    this.#told.set(name, { facts, seq: this.#entries(facts, 0).at(-1)?.seq ?? 0 });
  }

  check(): void {
    for (const name of this.#told.keys()) this.#check(name);
  }

  #check(name: string): void {
    const told = this.#told.get(name);
    if (!told) return;
    const { status, kind, version } = told.facts;
    if (this.#version(told.facts) !== version) throw new Violation(`${name} follows an older standing`);
    if (status === 'active') return;
    for (const { type, subject } of this.#entries(told.facts, told.seq)) {
      const isOwnMoney = status === 'frozen' && kind === 'payer' && type === 'accept' && isRefund(subject);
      if (begins.has(type) && !isOwnMoney) throw new Violation(`${name} is ${status} and has a ${type}`);
    }
  }

  #entries({ account, stripe, book }: AccountFacts, afterSeq: number) {
    return this.#rows<{ seq: number; type: EntryType; subject: string }>(
      book,
      `SELECT seq, type, subject FROM entry WHERE seq > ?
       AND account = (SELECT no FROM account WHERE name = ?) ORDER BY seq`,
      afterSeq,
      accountName(account, stripe),
    );
  }

  #version({ account, stripe, book }: AccountFacts): number | undefined {
    const query = "SELECT facts ->> 'version' AS version FROM account WHERE name = ?";
    return this.#rows<{ version: number }>(book, query, accountName(account, stripe))[0]?.version;
  }

  #rows<T>(book: number, query: string, ...values: (string | number)[]): T[] {
    return this.#hosts[book]?.storage.rows<T>(query, ...values) ?? [];
  }
}
