/**
 * How the rest of the house reaches accounts. An account has one stripe or several, each kept by a book;
 * whoever only needs the account sees one balance.
 */
import { logFault, ok, type Result } from '../kernel/index.ts';
import type { Book, ClaimOpened, Transferred } from './book.ts';
import type { ClaimFilter, ClaimRequest, ClaimView } from './claims.ts';
import type { Gathering } from './gather.ts';
import type { Leg, Partners } from './legs.ts';
import {
  type AccountFacts,
  accountName,
  type Balance,
  bookName,
  type Confirmed,
  type CreditView,
  type Entry,
  type IdempotencyKey,
  type RefundCommand,
  type Trace,
  type TransferCommand,
  type TransferDetails,
  type TransferView,
} from './model.ts';
import type { NewPassword } from './passwords.ts';
import type { StickerView } from './stickers.ts';

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
  /** `legs`: what institutions outside have to do for it. */
  confirm(id: string, confirmed: Confirmed, legs?: readonly Leg[]): Promise<Result<Transferred>>;
  misconfirm(id: string): Promise<Result<number>>;
  cancelTransfer(id: string): Promise<Result<TransferView>>;
  refund(command: RefundCommand): Promise<Result<Transferred>>;
  refunds(payment: string, beforeId: string, limit: number): Promise<TransferView[]>;
  credit(id: string): Promise<CreditView | null>;
  openClaim(request: ClaimRequest): Promise<Result<ClaimOpened>>;
  claim(id: string): Promise<ClaimView | null>;
  claims(filter: ClaimFilter): Promise<ClaimView[]>;
  waitForClaim(id: string, waitMs: number): Promise<ClaimView | null>;
  cancelClaim(id: string): Promise<Result<ClaimView>>;
  remember(idempotency: IdempotencyKey, subject: string): Promise<Result<string>>;
  remembered(idempotency: IdempotencyKey): Promise<Result<string> | null>;
  putPassword(password: NewPassword): Promise<Result<number>>;
  attemptPassword(hash: string): Promise<string | null>;
  showOnSticker(sticker: string, what: ClaimRequest | string | null): Promise<Result<ClaimOpened | null>>;
  takeSticker(sticker: string, payer: string): Promise<Result<ClaimView | null>>;
  stickerView(sticker: string): Promise<StickerView>;
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

// Two legs done and undone, and some to spare: a transfer that needs more is finished by its book.
const tasksMax = 8;

/** `partners` are asked here what transfers need of the world outside, so that no book waits for it. */
export function ledgerOf(books: BooksBinding, partners?: Partners): Ledger {
  const book = (number: number) => books.get(books.idFromName(bookName(number)));
  const stripe = (place: AccountPlace, index = 0): AccountStripe => {
    const number = place.books[index];
    if (number === undefined) throw new RangeError(`account ${place.id} has no stripe ${index}`);
    return stripeOf(book(number), accountName(place.id, index), partners);
  };
  const stripes = (place: AccountPlace) => place.books.map((_, index) => stripe(place, index));
  return {
    book,
    stripe,
    stripes,
    async gather(gathering) {
      const { place, stripe: number, what } = gathering;
      const command = 'refund' in what ? what.refund : what.transfer;
      const begin = async () => book(place.books[0] ?? 0).gather(gathering);
      if (!command.legs) return begin();
      const source = book(place.books[number] ?? 0);
      const name = accountName(place.id, number);
      const earlier = async () => source.replay(name, command.idempotency);
      return abroad(source, name, partners, command.legs, { begin, earlier });
    },
    async balance(place) {
      const parts = await Promise.all(stripes(place).map((part) => part.balance()));
      return parts.reduce((sum, part) => (sum && part ? add(sum, part) : (sum ?? part)), null);
    },
  };
}

const stripeOf = (book: DurableObjectStub<Book>, name: string, partners?: Partners): AccountStripe => ({
  put: async (facts) => book.put(facts),
  transfer: async (command) =>
    command.legs
      ? abroad(book, name, partners, command.legs, {
          begin: async () => book.transfer(name, command),
          earlier: async () => book.replay(name, command.idempotency),
        })
      : book.transfer(name, command),
  replay: async (idempotency) => book.replay(name, idempotency),
  transferOf: async (id) => book.transferOf(name, id),
  transfers: async (beforeSeq, limit) => book.transfers(name, beforeSeq, limit),
  confirm: async (id, confirmed, legs) =>
    legs
      ? abroad(book, name, partners, legs, {
          begin: async () => book.confirm(name, id, confirmed),
          earlier: async () => null,
        })
      : book.confirm(name, id, confirmed),
  misconfirm: async (id) => book.misconfirm(name, id),
  cancelTransfer: async (id) => book.cancelTransfer(name, id),
  refund: async (command) =>
    command.legs
      ? abroad(book, name, partners, command.legs, {
          begin: async () => book.refund(name, command),
          earlier: async () => book.replay(name, command.idempotency),
        })
      : book.refund(name, command),
  refunds: async (payment, beforeId, limit) => book.refunds(name, payment, beforeId, limit),
  credit: async (id) => book.credit(name, id),
  openClaim: async (request) => book.openClaim(name, request),
  claim: async (id) => book.claim(name, id),
  claims: async (filter) => book.claims(name, filter),
  waitForClaim: async (id, waitMs) => book.waitForClaim(name, id, waitMs),
  cancelClaim: async (id) => book.cancelClaim(name, id),
  remember: async (idempotency, subject) => book.remember(name, idempotency, subject),
  remembered: async (idempotency) => book.remembered(name, idempotency),
  putPassword: async (password) => book.putPassword(name, password),
  attemptPassword: async (hash) => book.attemptPassword(name, hash),
  showOnSticker: async (sticker, what) => book.showOnSticker(name, sticker, what),
  takeSticker: async (sticker, payer) => book.takeSticker(name, sticker, payer),
  stickerView: async (sticker) => book.stickerView(name, sticker),
  balance: async () => book.balance(name),
  entries: async (beforeSeq, limit) => book.entries(name, beforeSeq, limit),
  history: async (afterSeq, limit) => book.history(name, afterSeq, limit),
  lastEntryAt: async (atMs) => book.lastEntryAt(name, atMs),
  heldAfter: async (seq) => book.heldAfter(name, seq),
  traces: async (ids, refundsMax) => book.traces(name, ids, refundsMax),
});

/**
 * A transfer that partners outside take part in: held, then asked of them task by task, each outcome brought
 * back to the book, which says what is next. Whatever fails on the way, the book finishes by itself.
 */
async function abroad(
  book: DurableObjectStub<Book>,
  name: string,
  partners: Partners | undefined,
  legs: readonly Leg[],
  request: {
    begin(): Promise<Result<Transferred>>;
    /** What it was answered before, if it was. */
    earlier(): Promise<Result<TransferView> | null>;
  },
): Promise<Result<Transferred>> {
  const refused = await partners?.refuse(legs);
  if (refused) {
    const earlier = await request.earlier();
    if (!earlier) return refused;
    return earlier.ok ? ok({ view: earlier.value, replayed: true }) : earlier;
  }
  let answer = await request.begin();
  for (let count = 0; partners && answer.ok && answer.value.task && count < tasksMax; count++) {
    const { view, task, replayed } = answer.value;
    const outcome = await partners.ask(task, view.transfer);
    try {
      const next: Result<Transferred> = await book.report(name, view.transfer.id, task, outcome);
      answer = next.ok ? ok({ ...next.value, replayed }) : next;
    } catch (fault) {
      logFault('ledger: the book did not take an answer', fault, { transfer: view.transfer.id });
      return ok({ view, replayed });
    }
  }
  return answer;
}

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
