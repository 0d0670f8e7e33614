/**
 * What a sale needs done, done: each work runs once however often it is asked for, repeats itself only where that is
 * safe, and ends when the sale no longer wants it.
 */
import type { Sale, SaleEvent, SaleOrder, Taking, Work } from '../sale.ts';
import { workOf } from '../sale.ts';
import { ask } from './ask.ts';
import { noticed, pause } from './line.ts';
import { type Listening, listen } from './listen.ts';

export interface Counter {
  readonly merchant: string;
  readonly currency: string;
  readonly store?: string | undefined;
  readonly till?: string | undefined;
  /** The till's printed code, which shows each sale to whoever scans it. */
  readonly sticker?: string | undefined;
}

interface Desk {
  readonly counter: Counter;
  readonly sale: () => Sale;
  readonly tell: (event: SaleEvent) => void;
}

const waitS = 25;
// The switch takes one question a second for each thing.
const everyMs = 1_000;
// What a socket tells is looked at now and then all the same: one that died may not know it.
const beatMs = 20_000;
const [backoffMs, backoffMaxMs] = [1_000, 5_000];

export function worker(desk: Desk): () => void {
  const busy = new Set<Work>();
  return function start() {
    for (const work of workOf(desk.sale())) {
      if (busy.has(work)) continue;
      busy.add(work);
      works[work](desk).finally(() => {
        busy.delete(work);
        // The sale may have moved on to one that wants the same again.
        if (workOf(desk.sale()).includes(work)) start();
      });
    }
  };
}

const works: Record<Work, (desk: Desk) => Promise<void>> = { make, watch, take, follow, cancel };

const ordersOf = ({ merchant }: Counter): string => `/v1/merchants/${merchant}/orders`;
const placeOf = ({ store, till }: Counter) => ({
  ...(store !== undefined && { store }),
  ...(till !== undefined && { till }),
});

/** Asks for the order until there is one, always under the key that the wish was born with. */
async function make({ counter, sale, tell }: Desk): Promise<void> {
  let { sticker } = counter;
  for (let attempt = 1; ; attempt++) {
    const now = sale();
    if (now.at !== 'making') return;
    const { key, amountMinor: amount } = now;
    const wish = { amount, currency: counter.currency };
    const { path, body } = sticker
      ? { path: `/v1/merchants/${counter.merchant}/codes/${sticker}/order`, body: wish }
      : { path: ordersOf(counter), body: { ...wish, ...placeOf(counter) } };
    const heard = await ask<SaleOrder>('POST', path, { body, key });
    noticed(heard.is !== 'lost' || heard.reached);
    if (heard.is === 'refused' && sticker && heard.problem.code.startsWith('code.')) {
      // It was taken down meanwhile: the code on the screen is enough.
      sticker = undefined;
      continue;
    }
    if (heard.is === 'done') return tell({ is: 'made', key, order: heard.value });
    if (heard.is === 'refused') return tell({ is: 'refused', key, problem: heard.problem });
    await pause(backoff(attempt));
  }
}

/** Asks how the order stands for as long as it is open. */
async function watch({ counter, sale, tell }: Desk): Promise<void> {
  let socket: Listening | undefined;
  for (let lost = 0; ; ) {
    const now = sale();
    if (now.at !== 'open') return socket?.close();
    if (socket?.order !== now.order.id) {
      socket?.close();
      socket = listen(counter.merchant, now.order.id, (order) => tell({ is: 'seen', order }));
    }
    const askedAtMs = Date.now();
    const path = `${ordersOf(counter)}/${now.order.id}`;
    // A question that was asked before the network went may hang for long: what is new is a new one.
    const anew = new AbortController();
    addEventListener('worth-asking', () => anew.abort(), { once: true, signal: anew.signal });
    const heard = await ask<SaleOrder>('GET', path, {
      waitS: lost > 0 || socket.isOpen() ? 0 : waitS,
      signal: anew.signal,
    });
    if (anew.signal.aborted) continue;
    anew.abort();
    noticed(heard.is !== 'lost' || heard.reached);
    if (heard.is === 'done') tell({ is: 'seen', order: heard.value });
    lost = heard.is === 'done' ? 0 : lost + 1;
    const restMs = Math.max(0, askedAtMs + everyMs - Date.now());
    await pause(lost > 0 ? backoff(lost) : socket.isOpen() ? beatMs : restMs);
  }
}

/** Asks for the payer's money once. Without an answer it is for a person to ask again. */
async function take({ counter, sale, tell }: Desk): Promise<void> {
  const now = sale();
  if (now.at !== 'open' || now.taking?.state !== 'asking') return;
  const { key, presented } = now.taking;
  const { amount, currency } = now.order.amount;
  const heard = await ask<TakenPayment>('POST', pathOf(counter, presented), {
    key,
    body: { ...presented, amount, currency, order: now.order.id, ...placeOf(counter) },
  });
  noticed(heard.is !== 'lost' || heard.reached);
  if (heard.is === 'lost') return tell({ is: 'take lost', key });
  if (heard.is === 'refused') return tell({ is: 'take refused', key, problem: heard.problem });
  const { status, refusal } = heard.value;
  if (status === 'declined' && refusal) return tell({ is: 'take refused', key, problem: refusal });
  tell(status === 'completed' ? { is: 'taken', key } : { is: 'confirming', key, payment: heard.value.id });
}

/** Asks how a payment ends that its payer has to confirm. */
async function follow({ counter, sale, tell }: Desk): Promise<void> {
  for (let lost = 0; ; ) {
    const now = sale();
    if (now.at !== 'open' || now.taking?.state !== 'confirming') return;
    const { key, payment } = now.taking;
    const askedAtMs = Date.now();
    const path = `/v1/merchants/${counter.merchant}/presented-payments/${payment}`;
    const heard = await ask<TakenPayment>('GET', path, { waitS: lost > 0 ? 0 : waitS });
    lost = heard.is === 'lost' ? lost + 1 : 0;
    if (heard.is === 'refused') return tell({ is: 'take refused', key, problem: heard.problem });
    if (heard.is === 'done') {
      const { status, refusal } = heard.value;
      if (status === 'completed') return tell({ is: 'taken', key });
      const ended = status === 'declined' || status === 'cancelled' || status === 'expired';
      if (ended) return tell({ is: 'take refused', key, problem: refusal ?? { code: status, detail: '' } });
    }
    await pause(lost > 0 ? backoff(lost) : Math.max(0, askedAtMs + everyMs - Date.now()));
  }
}

interface TakenPayment {
  readonly id: string;
  readonly status:
    | 'requires_confirmation'
    | 'processing'
    | 'completed'
    | 'declined'
    | 'cancelled'
    | 'expired';
  readonly refusal: { readonly code: string; readonly detail: string } | null;
}

const pathOf = ({ merchant }: Counter, presented: Taking['presented']): string =>
  `/v1/merchants/${merchant}/${'code' in presented ? 'presented' : 'password'}-payments`;

/** Cancels the order; what comes too late, the order itself says. */
async function cancel({ counter, sale, tell }: Desk): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const now = sale();
    if (now.at !== 'open' || !now.ending) return;
    const path = `${ordersOf(counter)}/${now.order.id}`;
    const heard = await ask<SaleOrder>('POST', `${path}/cancel`);
    noticed(heard.is !== 'lost' || heard.reached);
    if (heard.is === 'done') return tell({ is: 'seen', order: heard.value });
    if (heard.is === 'refused') {
      const order = await ask<SaleOrder>('GET', path);
      if (order.is === 'done' && order.value.status !== 'open')
        return tell({ is: 'seen', order: order.value });
      return tell({ is: 'not given up', problem: heard.problem });
    }
    await pause(backoff(attempt));
  }
}

const backoff = (attempt: number): number => Math.min(backoffMaxMs, backoffMs * 2 ** (attempt - 1));
