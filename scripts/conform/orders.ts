/** Orders as the switch gives them to a partner, and what the partner says of them. */
import { type Movement, type Order, orderJson, pathOf, protocol } from '../../src/issuers/index.ts';
import { newTransferId } from '../../src/kernel/index.ts';
import type { Line, Reply } from './line.ts';

export type State = 'approved' | 'refused' | 'pending' | 'reversed' | 'stands' | 'absent' | 'unclear';

export interface Said {
  readonly state: State;
  /** The same as somebody reads it. */
  readonly words: string;
  readonly amountMinor?: number;
  readonly currency?: string;
  readonly reference?: string;
}

export interface Orders {
  readonly line: Line;
  /** A new order; of a refund, to a debit that has just been carried out. */
  begin(movement: Movement, wish?: Partial<Order>): Promise<Order>;
  perform(movement: Movement, order: Order): Promise<Said>;
  status(movement: Movement, order: Order): Promise<Said>;
  reverse(movement: Movement, order: Order): Promise<Said>;
  /** Carries it out and, as the switch does, asks how it went while that is not certain. */
  certain(movement: Movement, order: Order): Promise<Said>;
  /** Undoes what is left. */
  tidy(): Promise<void>;
}

export interface Accounts {
  /** Of a payer, with money on it; and of a merchant, for credits. */
  readonly payer: string;
  readonly merchant: string;
  readonly currency: string;
}

// The switch asks for half a minute; the kit has less time.
const askForMs = 10_000;
const askEveryMs = 250;
// Far from the sandbox's magic amounts, and little beside what the payer has.
const smallMinor = 125;

export function ordersOver(line: Line, { payer, merchant, currency }: Accounts): Orders {
  const open = new Map<string, () => Promise<Said>>();
  let count = 0;
  const put = async (path: string, order: Order) =>
    said(await line.send(await line.signed('PUT', path, { text: JSON.stringify(orderJson(order)) })));
  const orders: Orders = {
    line,
    async begin(movement, wish = {}) {
      const order: Order = {
        id: newTransferId(movement === 'refund' ? 'refund' : 'payment', Date.now(), ++count),
        amountMinor: smallMinor,
        currency,
        account: movement === 'credit' ? merchant : payer,
        atMs: Date.now(),
        merchantName: 'Дордой нан бышыруучу',
        ...wish,
      };
      if (movement !== 'refund') return order;
      const debit = await orders.begin('debit', { amountMinor: order.amountMinor });
      await orders.certain('debit', debit);
      return { ...order, payment: debit.id };
    },
    async perform(movement, order) {
      open.set(`${movement} ${order.id}`, () => orders.reverse(movement, order));
      return put(`${pathOf[movement]}/${order.id}`, order);
    },
    async status(movement, { id }) {
      const reply = await line.send(await line.signed('GET', `${pathOf[movement]}/${id}`));
      return reply.status === 404 ? { state: 'absent', words: 'never heard of it' } : said(reply);
    },
    async reverse(movement, order) {
      const answer = await put(`${pathOf[movement]}/${order.id}/reversal`, order);
      if (answer.state === 'reversed') open.delete(`${movement} ${order.id}`);
      return answer;
    },
    async certain(movement, order) {
      const untilMs = Date.now() + askForMs;
      let answer = await orders.perform(movement, order);
      while ((answer.state === 'pending' || answer.state === 'unclear') && Date.now() < untilMs) {
        await new Promise((wake) => setTimeout(wake, askEveryMs));
        answer = await orders.status(movement, order);
        if (answer.state === 'absent') answer = await orders.perform(movement, order);
      }
      return answer;
    },
    async tidy() {
      // Refunds before the debits they are of.
      for (const undo of [...open.values()].reverse()) await undo();
      open.clear();
    },
  };
  return orders;
}

function said({ status, body, tookMs }: Reply): Said {
  if (status === null) return { state: 'unclear', words: `gave no answer in ${tookMs} ms` };
  if (status !== 200) return { state: 'unclear', words: `answered ${status}` };
  const read = protocol.answer.safeParse(jsonIn(body));
  if (!read.success) return { state: 'unclear', words: 'answered 200 with a body that is no answer' };
  const { status: state, amount, reason, reference } = read.data;
  if (state === 'refused') return { state, words: `answered refused (${reason ?? 'without a reason'})` };
  if (state !== 'approved') return { state, words: `answered ${state}` };
  if (!amount) return { state: 'unclear', words: 'answered approved without an amount' };
  return {
    state,
    words: `answered approved, ${amount.amount} ${amount.currency}${reference ? `, reference ${reference}` : ''}`,
    amountMinor: amount.amount,
    currency: amount.currency,
    ...(reference !== undefined && { reference }),
  };
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
