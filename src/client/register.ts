/** What a cash register does: ask to be paid, wait, give back. */
import type { Client } from './client.ts';
import { NoAnswer } from './problems.ts';
import type { NewOrder, NewRefund, Order, Payment, Refund } from './types.ts';

export interface Keyed {
  /**
   * Names this intent; keep it before the call, so that it can be repeated after a crash. Made for you, and kept
   * through the repeats of this one call, unless given.
   */
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
}

export interface Waiting {
  /** Ends the waiting; without it, it goes on until the order is paid, cancelled or expired. */
  readonly signal?: AbortSignal;
  /** Told each time there is no connection, with what went wrong. */
  readonly onOffline?: (failure: NoAnswer) => void;
}

export interface Register {
  /** Asks to be paid: `qr.payload` goes into a QR code, `link` to the payer's phone. */
  createOrder(order: NewOrder, keyed?: Keyed): Promise<Order>;
  order(id: string): Promise<Order>;
  /** The order once it is paid, cancelled or expired. Goes on through lost connections. */
  waitForOrder(id: string, waiting?: Waiting): Promise<Order>;
  /** An order that was paid meanwhile stays paid, and is refused with `order.already_paid`. */
  cancelOrder(id: string): Promise<Order>;
  payment(id: string): Promise<Payment>;
  /** Gives back a payment or, with an amount, a part of it. */
  refund(payment: string, refund?: NewRefund, keyed?: Keyed): Promise<Refund>;
}

const pollS = 25;
// The switch takes one question a second for each thing.
const pollEveryMs = 1_000;

export function registerOf(client: Client, merchant: string): Register {
  const order: Register['order'] = (id) =>
    client.call('GET /v1/merchants/{merchant}/orders/{order}', { params: { merchant, order: id } });
  return {
    order,
    createOrder: (body, { idempotencyKey = crypto.randomUUID(), signal } = {}) =>
      client.call('POST /v1/merchants/{merchant}/orders', {
        params: { merchant },
        body,
        idempotencyKey,
        signal,
      }),
    async waitForOrder(id, { signal, onOffline } = {}) {
      for (;;) {
        const askedAtMs = Date.now();
        try {
          const params = { merchant, order: id };
          const input = { params, query: { wait: pollS }, signal };
          const now = await client.call('GET /v1/merchants/{merchant}/orders/{order}', input);
          if (now.status !== 'open') return now;
        } catch (failure) {
          if (!(failure instanceof NoAnswer)) throw failure;
          onOffline?.(failure);
        }
        await client.pause(Math.max(0, askedAtMs + pollEveryMs - Date.now()), signal);
      }
    },
    cancelOrder: (id) =>
      client.call('POST /v1/merchants/{merchant}/orders/{order}/cancel', {
        params: { merchant, order: id },
        repeatable: true,
      }),
    payment: (id) =>
      client.call('GET /v1/merchants/{merchant}/payments/{payment}', { params: { merchant, payment: id } }),
    refund: (payment, body = {}, { idempotencyKey = crypto.randomUUID(), signal } = {}) =>
      client.call('POST /v1/merchants/{merchant}/payments/{payment}/refunds', {
        params: { merchant, payment },
        body,
        idempotencyKey,
        signal,
      }),
  };
}
