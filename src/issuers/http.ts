/**
 * The http adapter: a wallet, a bank or an acquirer that speaks the Tolom issuer protocol. Three movements, three
 * questions each; JSON over HTTPS, every request and every answer signed (RFC 9421).
 *
 *     PUT {url}/debits/{transfer}             carry it out; again: the same answer
 *     GET {url}/debits/{transfer}             how it went; 404: never heard of it
 *     PUT {url}/debits/{transfer}/reversal    undo it, and never do it from now on
 *
 * and the same with `refunds` and `credits`. `protocol` is what both sides read and write.
 */
import { z } from '@hono/zod-openapi';
import type { Adapter, Answer, Movement, Order } from './contract.ts';
import { refusalOfReason } from './reasons.ts';
import { exchange, type WireTerms } from './wire.ts';

const moneyShape = z.object({ amount: z.int().min(0).max(Number.MAX_SAFE_INTEGER), currency: z.string() });

/** The bodies of the protocol. */
export const protocol = {
  order: z.strictObject({
    id: z.string().max(40),
    amount: moneyShape,
    account: z.string().max(500),
    created_at: z.iso.datetime(),
    payment: z.string().max(40).optional(),
    merchant_name: z.string().max(100).optional(),
  }),
  answer: z.object({
    status: z.enum(['approved', 'refused', 'pending', 'reversed', 'stands']),
    /** What was moved; with `approved`. */
    amount: moneyShape.optional(),
    /** Why; with `refused`: a code of the switch, or of ISO 20022. */
    reason: z.string().max(64).optional(),
    reference: z.string().max(64).optional(),
  }),
};

export type ProtocolOrder = z.infer<typeof protocol.order>;
export type ProtocolAnswer = z.infer<typeof protocol.answer>;

export const pathOf: Readonly<Record<Movement, string>> = {
  debit: 'debits',
  refund: 'refunds',
  credit: 'credits',
};

export function httpAdapter(terms: WireTerms): Adapter {
  const base = terms.url.replace(/\/+$/, '');
  const put = async (path: string, order: Order, signal: AbortSignal): Promise<Answer> => {
    const text = JSON.stringify(orderJson(order));
    const asked = { method: 'PUT', url: `${base}/${path}`, type: 'application/json', text } as const;
    const { status, body } = await exchange(terms, asked, signal);
    if (status !== 200) throw new Error(`answered ${status}`);
    return answerIn(body);
  };
  return {
    can: { refund: true, credit: true, limits: true, holds: true },
    perform: (movement, order, signal) => put(`${pathOf[movement]}/${order.id}`, order, signal),
    reverse: (movement, order, signal) => put(`${pathOf[movement]}/${order.id}/reversal`, order, signal),
    async status(movement, { id }, signal) {
      const url = `${base}/${pathOf[movement]}/${id}`;
      const { status, body } = await exchange(
        terms,
        { method: 'GET', url, type: 'application/json' },
        signal,
      );
      if (status === 404) return { state: 'absent' };
      if (status !== 200) throw new Error(`answered ${status}`);
      return answerIn(body);
    },
  };
}

/** An order as it travels. */
export const orderJson = (order: Order): ProtocolOrder => ({
  id: order.id,
  amount: { amount: order.amountMinor, currency: order.currency },
  account: order.account,
  created_at: new Date(order.atMs).toISOString(),
  ...(order.payment !== undefined && { payment: order.payment }),
  ...(order.merchantName !== undefined && { merchant_name: order.merchantName }),
});

/** The partner's side of the same. */
export const orderIn = (json: ProtocolOrder): Order => ({
  id: json.id,
  amountMinor: json.amount.amount,
  currency: json.amount.currency,
  account: json.account,
  atMs: Date.parse(json.created_at),
  ...(json.payment !== undefined && { payment: json.payment }),
  ...(json.merchant_name !== undefined && { merchantName: json.merchant_name }),
});

function answerIn(text: string): Answer {
  const { status, amount, reason, reference } = protocol.answer.parse(JSON.parse(text));
  if (status === 'refused') return refusalOfReason(reason);
  if (status !== 'approved') return { state: status };
  if (!amount) throw new Error('approved without an amount');
  return {
    state: 'approved',
    amountMinor: amount.amount,
    currency: amount.currency,
    ...(reference !== undefined && { reference }),
  };
}

/** What a partner answers; undefined when it never heard of the order. */
export function answerJson(answer: Answer): ProtocolAnswer | undefined {
  if (answer.state === 'absent') return undefined;
  if (answer.state === 'refused') return { status: 'refused', reason: answer.refusal.code };
  if (answer.state !== 'approved') return { status: answer.state };
  const { amountMinor, currency, reference } = answer;
  return {
    status: 'approved',
    amount: { amount: amountMinor, currency },
    ...(reference !== undefined && { reference }),
  };
}
