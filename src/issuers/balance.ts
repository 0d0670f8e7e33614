/**
 * The balance adapter: accounts held in the switch, as an institution like any other. A debit takes money from an
 * account to its holder's funding account, where money leaves the switch; refunds and credits bring it the other
 * way. What the ledger remembers of its keys is all there is to remember.
 */
import type { Refusal } from '../kernel/index.ts';
import type { Adapter, Answer, Movement, Order } from './contract.ts';

/** A movement between an account and its holder's funding account. */
export interface Move {
  readonly way: 'out' | 'in';
  readonly account: string;
  readonly amountMinor: number;
  readonly currency: string;
  /** The same key is used once, whatever comes of it. */
  readonly key: string;
  /** What the key was used for. */
  readonly request: string;
}

export type Moved =
  | { readonly state: 'completed' | 'processing' }
  | { readonly state: 'declined'; readonly refusal: Refusal }
  /** The key was used for another request. */
  | { readonly state: 'other' };

/** Accounts of one holder. */
export interface Balances {
  move(move: Move): Promise<Moved>;
  /** What a move came to; undefined when its key was never used. */
  moved(move: Move): Promise<Moved | undefined>;
}

// No account has this currency (ISO 4217: no currency), so a move in it is declined, and its key used up.
const noCurrency = 'XXX';

export function balanceAdapter(balances: Balances): Adapter {
  return {
    can: { refund: true, credit: true, limits: true, holds: false },

    async perform(movement, order) {
      return answerOf(await balances.move(moveOf(movement, order)), order);
    },

    async status(movement, order) {
      const moved = await balances.moved(moveOf(movement, order));
      if (!moved) return { state: 'absent' };
      if (moved.state === 'other') return { state: 'reversed' };
      const undone = moved.state === 'completed' && (await balances.moved(undoOf(movement, order)));
      return undone && undone.state === 'completed' ? { state: 'reversed' } : answerOf(moved, order);
    },

    async reverse(movement, order) {
      const move = moveOf(movement, order);
      // Whoever uses the key first decides whether the order is ever carried out.
      const never = { ...move, amountMinor: 1, currency: noCurrency, request: 'never' };
      const first = await balances.move(never);
      if (first.state !== 'other') return { state: first.state === 'declined' ? 'reversed' : 'pending' };
      const done = await balances.moved(move);
      if (done?.state === 'declined') return { state: 'reversed' };
      if (done?.state !== 'completed') return { state: 'pending' };
      const undone = await balances.move(undoOf(movement, order));
      if (undone.state === 'completed') return { state: 'reversed' };
      return { state: undone.state === 'declined' ? 'stands' : 'pending' };
    },
  };
}

function moveOf(movement: Movement, { id, account, amountMinor, currency }: Order): Move {
  const way = movement === 'debit' ? 'out' : 'in';
  return {
    way,
    account,
    amountMinor,
    currency,
    key: `${movement} ${id}`,
    request: `${amountMinor} ${currency}`,
  };
}

function undoOf(movement: Movement, order: Order): Move {
  const move = moveOf(movement, order);
  return { ...move, way: move.way === 'out' ? 'in' : 'out', key: `undo ${move.key}` };
}

function answerOf(moved: Moved, { amountMinor, currency }: Order): Answer {
  if (moved.state === 'completed') return { state: 'approved', amountMinor, currency };
  if (moved.state === 'processing') return { state: 'pending' };
  const refusal: Refusal = moved.state === 'declined' ? moved.refusal : { code: 'issuer.declined' };
  return { state: 'refused', refusal };
}
