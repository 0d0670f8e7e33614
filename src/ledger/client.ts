/**
 * How the rest of the house reaches accounts. An account has one stripe or several, each kept by a book;
 * whoever only needs the account sees one balance.
 */
import type { Result } from '../kernel/index.ts';
import type { Book, ClaimOpened, Transferred } from './book.ts';
import type { ClaimFilter, ClaimRequest, ClaimView } from './claims.ts';
import type { Gathering } from './gather.ts';
import {
  type AccountFacts,
  accountName,
  type Balance,
  bookName,
  type CreditView,
  type Entry,
  type IdempotencyKey,
  type RefundCommand,
  type Trace,
  type TransferCommand,
  type TransferDetails,
  type TransferView,
} from './model.ts';

export type BooksBinding = DurableObjectNamespace<Book>;

/** Where an account is: the books of its stripes, in their order. */
export interface AccountPlace {
  readonly id: string;
  readonly books: readonly number[];
}

/** One stripe of an account: calls are RPC to its book, refusals are values, faults throw. See `Book`. */
export interface AccountStripe {
  put(facts: AccountFacts): Promise<Result<null>>;
  transfer(command: TransferCommand): Promise<Result<Transferred>>;
  replay(idempotency: IdempotencyKey): Promise<Result<TransferView> | null>;
  transferOf(id: string): Promise<Result<TransferView>>;
  transfers(beforeSeq: number, limit: number): Promise<{ seq: number; view: TransferView }[]>;
  refund(command: RefundCommand): Promise<Result<Transferred>>;
  refunds(payment: string, beforeId: string, limit: number): Promise<TransferView[]>;
  credit(id: string): Promise<CreditView | null>;
  openClaim(request: ClaimRequest): Promise<Result<ClaimOpened>>;
  claim(id: string): Promise<ClaimView | null>;
  claims(filter: ClaimFilter): Promise<ClaimView[]>;
  waitForClaim(id: string, waitMs: number): Promise<ClaimView | null>;
  cancelClaim(id: string): Promise<Result<ClaimView>>;
  balance(): Promise<Balance | null>;
  entries(beforeSeq: number, limit: number): Promise<Entry[]>;
  history(afterSeq: number, limit: number): Promise<Entry[]>;
  lastEntryAt(atMs: number): Promise<Entry | null>;
  heldAfter(seq: number): Promise<TransferDetails[]>;
  traces(ids: readonly string[], refundsMax: number): Promise<Trace[]>;
}

export interface Ledger {
  book(number: number): DurableObjectStub<Book>;
  /** Throws when the account has no such stripe. */
  stripe(place: AccountPlace, stripe?: number): AccountStripe;
  /** All stripes of an account, in order. */
  stripes(place: AccountPlace): AccountStripe[];
  /** The sum over all stripes; null when the account was never opened. */
  balance(place: AccountPlace): Promise<Balance | null>;
  /** Lets money leave from one stripe, and brings it there from the others first if it has too little. */
  gather(gathering: Gathering): Promise<Result<Transferred>>;
}

export function ledgerOf(books: BooksBinding): Ledger {
  const book = (number: number) => books.get(books.idFromName(bookName(number)));
  const stripe = (place: AccountPlace, index = 0): AccountStripe => {
    const number = place.books[index];
    if (number === undefined) throw new RangeError(`account ${place.id} has no stripe ${index}`);
    return stripeOf(book(number), accountName(place.id, index));
  };
  const stripes = (place: AccountPlace) => place.books.map((_, index) => stripe(place, index));
  return {
    book,
    stripe,
    stripes,
    async gather(gathering) {
      return book(gathering.place.books[0] ?? 0).gather(gathering);
    },
    async balance(place) {
      const parts = await Promise.all(stripes(place).map((part) => part.balance()));
      return parts.reduce((sum, part) => (sum && part ? add(sum, part) : (sum ?? part)), null);
    },
  };
}

const stripeOf = (book: DurableObjectStub<Book>, name: string): AccountStripe => ({
  put: async (facts) => book.put(facts),
  transfer: async (command) => book.transfer(name, command),
  replay: async (idempotency) => book.replay(name, idempotency),
  transferOf: async (id) => book.transferOf(name, id),
  transfers: async (beforeSeq, limit) => book.transfers(name, beforeSeq, limit),
  refund: async (command) => book.refund(name, command),
  refunds: async (payment, beforeId, limit) => book.refunds(name, payment, beforeId, limit),
  credit: async (id) => book.credit(name, id),
  openClaim: async (request) => book.openClaim(name, request),
  claim: async (id) => book.claim(name, id),
  claims: async (filter) => book.claims(name, filter),
  waitForClaim: async (id, waitMs) => book.waitForClaim(name, id, waitMs),
  cancelClaim: async (id) => book.cancelClaim(name, id),
  balance: async () => book.balance(name),
  entries: async (beforeSeq, limit) => book.entries(name, beforeSeq, limit),
  history: async (afterSeq, limit) => book.history(name, afterSeq, limit),
  lastEntryAt: async (atMs) => book.lastEntryAt(name, atMs),
  heldAfter: async (seq) => book.heldAfter(name, seq),
  traces: async (ids, refundsMax) => book.traces(name, ids, refundsMax),
});

const add = (left: Balance, right: Balance): Balance => ({
  ...left,
  balanceMinor: left.balanceMinor + right.balanceMinor,
  availableMinor: left.availableMinor + right.availableMinor,
  heldMinor: left.heldMinor + right.heldMinor,
  limitMinor: left.limitMinor + right.limitMinor,
  seq: left.seq + right.seq,
  openTransfers: left.openTransfers + right.openTransfers,
  openGathers: left.openGathers + right.openGathers,
});
