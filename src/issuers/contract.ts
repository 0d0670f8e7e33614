/** What an adapter does, and what it may answer. */
import type { Refusal } from '../kernel/index.ts';

/**
 * debit: take money from a payer at their issuer. refund: give some of it back to them. credit: give money to a
 * merchant at their acquirer, the same turned round.
 */
export const movements = ['debit', 'refund', 'credit'] as const;
export type Movement = (typeof movements)[number];

/** One movement of money at a partner, as it is asked for every time it is asked for. */
export interface Order {
  /** The transfer: an order with the same id and movement is the same order, however often it comes. */
  readonly id: string;
  readonly amountMinor: number;
  readonly currency: string;
  /** The partner's own name of the account: of a payer, or of a merchant as their code has it. */
  readonly account: string;
  /** When the transfer began, epoch milliseconds. */
  readonly atMs: number;
  /** Of a refund: the payment it gives back. */
  readonly payment?: string;
  /** Whom the payer pays, as they were shown it. */
  readonly merchantName?: string;
}

/** What is certain, or `pending`, about an order. */
export type Answer =
  | {
      readonly state: 'approved';
      /** What was moved: anything but what was asked is refused by the switch, and undone. */
      readonly amountMinor: number;
      readonly currency: string;
      /** The partner's own number of it. */
      readonly reference?: string;
    }
  | { readonly state: 'refused'; readonly refusal: Refusal }
  | { readonly state: 'pending' }
  /** Never heard of it. Only when asked how it went. */
  | { readonly state: 'absent' }
  /** Undone; or never done, and never to be done from now on. */
  | { readonly state: 'reversed' }
  /** Too late to be undone, now and for ever. */
  | { readonly state: 'stands' };

/** What an adapter's partner can do besides debit, reverse and status. */
export interface Abilities {
  readonly refund: boolean;
  readonly credit: boolean;
  /** Whether it knows limits of its own, so that an order may be refused for them. */
  readonly limits: boolean;
  /** Whether money it debits is held first, so that a reversal needs no second movement. */
  readonly holds: boolean;
}

/**
 * One way of reaching an institution. Throws when there is no answer. Whatever was or was not answered, the same
 * order may be given again: it is carried out once. A reversal is remembered: an order that comes after its own
 * reversal is refused.
 */
export interface Adapter {
  readonly can: Abilities;
  /** Carries out an order. */
  perform(movement: Movement, order: Order, signal: AbortSignal): Promise<Answer>;
  /** How an order went. Changes nothing. */
  status(movement: Movement, order: Order, signal: AbortSignal): Promise<Answer>;
  /** Undoes an order, also one that has not come yet. */
  reverse(movement: Movement, order: Order, signal: AbortSignal): Promise<Answer>;
}

/** One way of reaching one institution, as the centre has set it up. */
export interface Terms {
  /** How long it may take to answer, in milliseconds. */
  readonly deadlineMs: number;
}
