/** Accounts of one run, over a few books, and the clients' memory of what they asked and were told. */
import { isDeepStrictEqual } from 'node:util';
import { amountMinorMax, newOrderId } from '../../src/kernel/index.ts';
import {
  type AccountFacts,
  type AccountKind,
  accountName,
  type BookEnv,
  type Ledger,
  ledgerOf,
  type RefundCommand,
  type TransferCommand,
  type TransferView,
} from '../../src/ledger/index.ts';
import { Books, type Host } from './books.ts';
import type { Asked } from './confirmations.ts';
import { FarBank } from './far-bank.ts';
import { ReportSide } from './reports.ts';
import { Standings } from './standings.ts';
import { Violation, type World } from './world.ts';

const bookCount = 3;

export interface Account {
  readonly id: string;
  readonly books: readonly number[];
  /** Of each stripe. */
  readonly facts: readonly AccountFacts[];
}

export interface Sent {
  readonly from: Account;
  readonly stripe: number;
  readonly what: TransferCommand | RefundCommand;
  /** The first final answer: no later one may differ. */
  answer?: TransferView;
}

export interface OpenedClaim {
  readonly shop: Account;
  readonly stripe: number;
  readonly id: string;
  readonly amountMinor: bigint;
  /** What the register was told it has come to, once that is for ever. */
  told?: 'paid' | 'cancelled';
}

// May stay unanswered with a transfer: asking again may end otherwise.
const passing = new Set([
  'idempotency.in_flight',
  'refund.exceeds_remaining',
  'refund.not_allowed',
  'switch.busy',
]);

const gateLeg = { does: 'credit', partner: 'con_gate', account: 'khqr@bank' } as const;
const farLeg = { does: 'debit', partner: 'con_bank', account: 'acc_kept_there' } as const;

export class Town {
  readonly world: World;
  readonly hosts: readonly Host[];
  readonly ledger: Ledger;
  readonly reports: ReportSide;
  readonly funding: Account;
  readonly payers: readonly Account[];
  readonly shops: readonly Account[];
  /** What the bank outside has here: its payers pay from it. */
  readonly far: Account;
  /** What an acquirer outside has here: it credits merchants of other schemes. */
  readonly gate: Account;
  readonly bank: FarBank;
  readonly sent: Sent[] = [];
  readonly claims: OpenedClaim[] = [];
  /** Payments that were seen to wait for their payer. */
  readonly asked: Asked[] = [];
  readonly standings: Standings;
  /** What each payer may pay in a day; null: as much as it has. */
  limitMinor: number | null = null;
  /** Requests that have no answer yet. */
  waiting = 0;
  #keys = 0;
  /** Of the facts that were put last. */
  #version = 0;

  constructor(world: World) {
    this.world = world;
    const books = new Books(world);
    this.reports = new ReportSide(world);
    const env = { BOOKS: books.binding, EVENTS: this.reports.queue };
    this.bank = new FarBank(world);
    this.hosts = Array.from({ length: bookCount }, (_, number) => books.open(number, env, this.bank));
    this.ledger = ledgerOf(books.binding as unknown as BookEnv['BOOKS'], this.bank);
    this.reports.ledger = this.ledger;
    this.funding = this.#account('funding', 'acc_funding', 1, amountMinorMax);
    this.payers = [0n, 50n, 0n, 0n].map((limit, index) => this.#account('payer', `acc_${index}`, 1, limit));
    // The second gives back more than it has, within a limit of each stripe.
    this.shops = [0n, 40n].map((limit, index) =>
      this.#account('merchant', `acc_shop${index}`, index + 1, limit),
    );
    this.far = this.#account('position', 'acc_far', 1, 400n);
    this.gate = this.#account('position', 'acc_gate', 1, 0n);
    this.standings = new Standings(this.hosts);
  }

  get accounts(): readonly Account[] {
    return [this.funding, ...this.payers, ...this.shops, this.far, this.gate];
  }

  /** The run is over. */
  close(): void {
    for (const { storage } of this.hosts) storage.close();
    this.reports.close();
  }

  #account(kind: AccountKind, id: string, stripes: number, limitMinor: bigint): Account {
    const books = Array.from({ length: stripes }, () => this.world.random(bookCount));
    const facts = books.map((book, stripe): AccountFacts => {
      const owner = kind === 'merchant' ? `mch_${id}` : 'par_1';
      // A limit is the whole account's, and stands on its first stripe.
      const terms = { status: 'active', stripes, limitMinor: stripe === 0 ? limitMinor : 0n } as const;
      return { account: id, stripe, book, kind, currency: 'KGS', owner, ...terms, version: 0 };
    });
    return { id, books, facts };
  }

  /** Sends a request whose answer is not waited for; what the code must not do ends the run. */
  ask<T>(request: () => Promise<T>, answered: (answer: T) => unknown = () => undefined): void {
    this.waiting++;
    request()
      .then(answered)
      .catch((fault: Error) => {
        // A claim's id that is taken is refused by storage itself, and takes nothing else with it.
        if (!/^simulated|UNIQUE constraint failed: claim/.test(fault.message)) this.world.fail(fault);
      })
      .finally(() => {
        this.waiting--;
      });
  }

  /** Tells an account its standing. Closing one that is not empty is refused. */
  put(account: Account, status: AccountFacts['status'] = 'active'): void {
    const version = ++this.#version;
    for (const [stripe, facts] of account.facts.entries()) {
      const now = { ...facts, status, version };
      this.standings.asked(now);
      this.ask(
        () => this.ledger.stripe(account, stripe).put(now),
        (answer) => {
          if (answer.ok) this.standings.answered(now);
          else if (answer.refusal.code !== 'account.not_empty' || status !== 'closed') {
            throw new Violation(`a standing was refused: ${answer.refusal.code}`);
          }
        },
      );
    }
  }

  command(to: Account, amountMinor: bigint, more: Partial<TransferCommand> = {}): TransferCommand {
    return {
      kind: 'payment',
      amountMinor,
      currency: 'KGS',
      creditor: to.id,
      creditorBooks: to.books,
      creditorStripe: to.books.length > 1 ? null : 0,
      facts: { payerParticipant: 'par_1', merchant: 'mch_1' },
      idempotency: { key: `key ${++this.#keys}`, request: 'request' },
      ...more,
    };
  }

  pay({ shop, stripe, id, amountMinor }: OpenedClaim): TransferCommand {
    const claim = { id, principalMinor: Number(amountMinor), payloadDigest: 'digest' };
    return this.command(shop, amountMinor, { creditorStripe: stripe, claim });
  }

  /** Gives back a payment of a shop's stripe; null: all that is left. */
  refund(payment: string, payer: Account, amountMinor: bigint | null, totalMaxMinor: bigint | null) {
    const idempotency = { key: `key ${++this.#keys}`, request: 'request' };
    const legs = payer === this.far ? { legs: [{ ...farLeg, does: 'refund' as const }] } : {};
    const creditorBooks = payer.books;
    return { payment, amountMinor, totalMaxMinor, creditorBooks, ...legs, facts: {}, idempotency };
  }

  /** The same from an account that the bank keeps: it debits first. */
  fromFar = (what: TransferCommand): TransferCommand => ({ ...what, legs: [farLeg, ...(what.legs ?? [])] });

  /** To a merchant that the acquirer outside credits. */
  throughGate = (amountMinor: bigint): TransferCommand =>
    this.command(this.gate, amountMinor, { legs: [gateLeg] });

  send(one: Sent): void {
    const { from, stripe, what } = one;
    this.ask(
      () => {
        const isRefund = 'payment' in what;
        if (from.books.length > 1) {
          const leaving = isRefund ? { refund: what } : { transfer: what };
          return this.ledger.gather({ place: from, owner: `mch_${from.id}`, stripe, what: leaving });
        }
        const account = this.ledger.stripe(from, stripe);
        return isRefund ? account.refund(what) : account.transfer(what);
      },
      (answer) => {
        if (!answer.ok) {
          if (!passing.has(answer.refusal.code)) {
            throw new Violation(`a transfer was refused: ${answer.refusal.code}`);
          }
          return;
        }
        const { view } = answer.value;
        // An outcome that is not known yet may be any later.
        if (view.state === 'processing') return;
        if (view.state === 'requires_confirmation') {
          const { id } = view.transfer;
          if (!this.asked.some((asked) => asked.id === id)) this.asked.push({ from, id });
          return;
        }
        if (one.answer && !isDeepStrictEqual(view, one.answer)) {
          throw new Violation(`key ${one.what.idempotency.key} was answered differently before`);
        }
        one.answer = view;
      },
    );
  }

  sendNew(from: Account, what: Sent['what'], stripe = 0): void {
    const one: Sent = { from, stripe, what };
    this.sent.push(one);
    this.send(one);
    if (this.world.random(4) === 0) this.send(one);
  }

  /** The same key with another request. */
  sendAltered({ from, stripe, what, answer }: Sent): void {
    if (!answer || 'payment' in what) return;
    const idempotency = { ...what.idempotency, request: 'another request' };
    this.ask(
      () => this.ledger.stripe(from, stripe).transfer({ ...what, idempotency }),
      (given) => {
        if (given.ok || given.refusal.code !== 'idempotency.key_reused') {
          throw new Violation('a key was taken with another request');
        }
      },
    );
  }

  openClaim(expiresInMs: number): void {
    const shop = this.world.pick(this.shops);
    const stripe = this.world.random(shop.books.length);
    const claim = {
      ...{ shop, stripe, id: newOrderId(this.world.nowMs, stripe) },
      amountMinor: BigInt(1 + this.world.random(60)),
    };
    this.claims.push(claim);
    this.reopenClaim(claim, expiresInMs);
  }

  /** A claim that is paid stays paid: money wins, and the answer says so. */
  cancelClaim(claim: OpenedClaim): void {
    this.ask(
      () => this.ledger.stripe(claim.shop, claim.stripe).cancelClaim(claim.id),
      (answer) => {
        if (answer.ok) this.#told(claim, 'cancelled');
        else if (answer.refusal.code === 'order.already_paid') this.#told(claim, 'paid');
      },
    );
  }

  waitForClaim(claim: OpenedClaim, waitMs: number): void {
    this.ask(
      () => this.ledger.stripe(claim.shop, claim.stripe).waitForClaim(claim.id, waitMs),
      // That its time is over is for ever only once it is written: the clock may step back.
      (seen) => (seen?.state === 'paid' || seen?.state === 'cancelled') && this.#told(claim, seen.state),
    );
  }

  #told(claim: OpenedClaim, state: 'paid' | 'cancelled'): void {
    if (claim.told && claim.told !== state)
      throw new Violation(`${claim.id} was ${claim.told}, now ${state}`);
    claim.told = state;
  }

  /** Again with the same id: refused by storage when it is there already. */
  reopenClaim({ shop, stripe, id, amountMinor }: OpenedClaim, expiresInMs: number): void {
    const expiresAtMs = this.world.nowMs + expiresInMs;
    const rest = { payloadDigest: 'digest', facts: { till: 'til_1' }, details: '{}' };
    this.ask(() =>
      this.ledger.stripe(shop, stripe).openClaim({ id, amountMinor, currency: 'KGS', expiresAtMs, ...rest }),
    );
  }
}

/** Every stripe of every account with its name and its book. */
export const stripesOf = (town: Town) =>
  town.accounts.flatMap(({ id, facts }) =>
    facts.map(({ stripe, kind, book, limitMinor }) => ({
      name: accountName(id, stripe),
      ...{ kind, book, limitMinor },
    })),
  );
