/**
 * Gathering: the money of an account with several stripes lies in several books. What leaves it, leaves from one
 * stripe; if that one has too little, the others lend it the rest first, by ordinary transfers of the kind
 * `gather`. Each is held, accepted and settled like any other, so a crash anywhere loses nothing: money is then
 * on another stripe of the same account, and asking again goes on from there.
 *
 * Only as much is moved as is missing, and nothing if all stripes together do not have it. A merchant's limit
 * is the whole account's: its first stripe may lend below zero, so far, for what may be owed.
 */
import { type Result, refuse } from '../kernel/index.ts';
import type { Transferred } from './book.ts';
import type { AccountPlace, AccountStripe, Ledger } from './client.ts';
import { isShort } from './decide.ts';
import type { Balance, RefundCommand, TransferCommand } from './model.ts';

/** What leaves the account: a refund, or any transfer, such as a withdrawal. */
export type Leaving = { readonly refund: RefundCommand } | { readonly transfer: TransferCommand };

export interface Gathering {
  readonly place: AccountPlace;
  /** The merchant or participant the account belongs to. */
  readonly owner: string;
  /** The stripe the money leaves from. */
  readonly stripe: number;
  readonly what: Leaving;
}

// Whoever takes what was just gathered gets on, so a round that fails is rare and many in a row are rarer.
const roundsMax = 10;

/** Makes enough available on the stripe and lets it leave: answers as that transfer or refund does. */
export async function gather(ledger: Ledger, gathering: Gathering): Promise<Result<Transferred>> {
  const { place, stripe, what } = gathering;
  const source = ledger.stripe(place, stripe);
  for (let round = 0; round < roundsMax; round++) {
    const left = await leave(source, what, true);
    if (left.ok || !isShort(left.refusal)) return left;
    const amountMinor = await amountOf(source, what);
    let balances = await balancesOf(ledger, place, stripe);
    let loans = loansFor(balances, stripe, amountMinor, mayOwe(what));
    if (!loans) {
      // What was on its way between two others may be in neither balance: looking has brought it to its end.
      balances = await balancesOf(ledger, place, stripe);
      loans = loansFor(balances, stripe, amountMinor, mayOwe(what));
    }
    if (loans) {
      const arrived = await Promise.all(loans.map((loan) => lend(ledger, gathering, loan)));
      if (arrived.includes('processing')) return refuse('switch.busy', 'money is on its way between stripes');
    } else if (balances.some((balance) => balance && balance.openGathers > 0)) {
      return refuse('switch.busy', 'money is on its way between stripes');
    } else {
      return leave(source, what, false);
    }
  }
  return refuse('switch.busy', 'others were faster each time');
}

/** `gathers`: too little money is only said; otherwise it is the final answer and written down. */
const leave = (source: AccountStripe, what: Leaving, gathers: boolean): Promise<Result<Transferred>> =>
  'refund' in what
    ? source.refund({ ...what.refund, gathers })
    : source.transfer({ ...what.transfer, gathers });

const mayOwe = (what: Leaving): boolean => 'refund' in what || what.transfer.mayOwe === true;

async function amountOf(source: AccountStripe, what: Leaving): Promise<bigint> {
  if ('transfer' in what) return what.transfer.amountMinor;
  if (what.refund.amountMinor !== null) return what.refund.amountMinor;
  const paid = await source.credit(what.refund.payment);
  return paid ? BigInt(paid.transfer.amountMinor - paid.refundedMinor) : 0n;
}

/** By stripe. The one the others lend to is read last: what has left them is then seen there, or seen as open. */
async function balancesOf(ledger: Ledger, place: AccountPlace, stripe: number): Promise<(Balance | null)[]> {
  const read = (index: number) => ledger.stripe(place, index).balance();
  const balances = await Promise.all(place.books.map((_, index) => (index === stripe ? null : read(index))));
  return balances.with(stripe, await read(stripe));
}

export interface Loan {
  readonly from: number;
  readonly amountMinor: bigint;
  readonly currency: string;
  /** How many entries the lender had when it was asked. */
  readonly seq: number;
}

type Lender = Pick<Balance, 'availableMinor' | 'limitMinor' | 'currency' | 'seq'>;

/**
 * Who lends how much, so that a stripe has an amount: those with the most first, and below zero only what
 * nobody has. Undefined when all together have too little.
 */
export function loansFor(
  balances: readonly (Lender | null)[],
  stripe: number,
  amountMinor: bigint,
  toLimit: boolean,
): Loan[] | undefined {
  const roomOf = ({ availableMinor, limitMinor }: Lender) => availableMinor + (toLimit ? limitMinor : 0n);
  const roomMinor = balances.reduce((sum, it) => sum + (it ? roomOf(it) : 0n), 0n);
  if (roomMinor < amountMinor) return undefined;
  const own = balances[stripe];
  let missingMinor = amountMinor - (own ? roomOf(own) : 0n);
  const taken = new Map<number, bigint>();
  const take = (from: number, atMostMinor: bigint) => {
    const minor = atMostMinor < missingMinor ? atMostMinor : missingMinor;
    if (minor <= 0n) return;
    taken.set(from, (taken.get(from) ?? 0n) + minor);
    missingMinor -= minor;
  };
  const lenders = balances
    .flatMap((lender, from) => (lender && from !== stripe ? [{ ...lender, from }] : []))
    .sort((left, right) => Number(right.availableMinor - left.availableMinor));
  for (const { from, availableMinor } of lenders) take(from, availableMinor);
  for (const lender of lenders) take(lender.from, roomOf(lender) - (taken.get(lender.from) ?? 0n));
  return lenders.flatMap(({ from, currency, seq }) => {
    const minor = taken.get(from);
    return minor === undefined ? [] : [{ from, amountMinor: minor, currency, seq }];
  });
}

/** Asked again before the lender has written anything else, it is the same loan. */
async function lend(
  ledger: Ledger,
  { place, owner, stripe, what }: Gathering,
  { from, amountMinor, currency, seq }: Loan,
): Promise<'processing' | 'ended'> {
  const { key, request } = ('refund' in what ? what.refund : what.transfer).idempotency;
  const lent = await ledger.stripe(place, from).transfer({
    kind: 'gather',
    amountMinor,
    currency,
    creditor: place.id,
    creditorBooks: place.books,
    creditorStripe: stripe,
    mayOwe: mayOwe(what),
    facts: { payerParticipant: owner, merchant: owner },
    idempotency: { key: `${key} gather ${seq}`, request },
  });
  return lent.ok && lent.value.view.state === 'processing' ? 'processing' : 'ended';
}
