/** What a cash register does: ask to be paid, wait, give back. */
import type { Client } from './client.ts';
import { NoAnswer } from './problems.ts';
import type {
  NewOrder,
  NewPasswordPayment,
  NewPresentedPayment,
  NewRefund,
  Order,
  Payment,
  Refund,
} from './types.ts';

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
  /** Takes the code a payer shows: what was scanned, and the amount. After `NoAnswer` repeat it with the same key. */
  takeCode(payment: NewPresentedPayment, keyed?: Keyed): Promise<Payment>;
  /** Takes a phone number with the password the payer reads out. */
  takePassword(payment: NewPasswordPayment, keyed?: Keyed): Promise<Payment>;
  /** A payment that was taken so, once its outcome is known, and the payer has confirmed it if need be. */
  waitForTaken(payment: string, waiting?: Waiting): Promise<Payment>;
  payment(id: string): Promise<Payment>;
  /** Gives back a payment or, with an amount, a part of it. */
  refund(payment: string, refund?: NewRefund, keyed?: Keyed): Promise<Refund>;
}

const pollS = 25;
// The switch takes one question a second for each thing.
const pollEveryMs = 1_000;
const underWay: readonly Payment['status'][] = ['requires_confirmation', 'processing'];

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
    waitForOrder: (id, waiting) =>
      ended(client, waiting, async (signal) => {
        const input = { params: { merchant, order: id }, query: { wait: pollS }, signal };
        const now = await client.call('GET /v1/merchants/{merchant}/orders/{order}', input);
        return now.status === 'open' ? undefined : now;
      }),
    takeCode: (body, { idempotencyKey = crypto.randomUUID(), signal } = {}) =>
      client.call('POST /v1/merchants/{merchant}/presented-payments', {
        params: { merchant },
        body,
        idempotencyKey,
        signal,
      }),
    takePassword: (body, { idempotencyKey = crypto.randomUUID(), signal } = {}) =>
      client.call('POST /v1/merchants/{merchant}/password-payments', {
        params: { merchant },
        body,
        idempotencyKey,
        signal,
      }),
    waitForTaken: (payment, waiting) =>
      ended(client, waiting, async (signal) => {
        const input = { params: { merchant, payment }, query: { wait: pollS }, signal };
        const now = await client.call('GET /v1/merchants/{merchant}/presented-payments/{payment}', input);
        return underWay.includes(now.status) ? undefined : now;
      }),
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

/** Asks until there is an answer, through lost connections. */
async function ended<Answer>(
  client: Client,
  { signal, onOffline }: Waiting = {},
  ask: (signal: AbortSignal | undefined) => Promise<Answer | undefined>,
): Promise<Answer> {
  for (;;) {
    const askedAtMs = Date.now();
    try {
      const answer = await ask(signal);
      if (answer !== undefined) return answer;
    } catch (failure) {
      if (!(failure instanceof NoAnswer)) throw failure;
      onOffline?.(failure);
    }
    await client.pause(Math.max(0, askedAtMs + pollEveryMs - Date.now()), signal);
  }
}
