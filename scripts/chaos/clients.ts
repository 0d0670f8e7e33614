/**
 * Clients: wallets that pay and repeat themselves; registers that make orders several wallets race for, cancel
 * some of them, and give money back, two registers of a merchant at once.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Json } from '../sandbox/api.ts';
import { type Attempt, type AttemptKind, isDefinite, send } from './attempts.ts';
import type { City, Merchant } from './city.ts';
import type { Random } from './random.ts';
import type { ChaosSwitch } from './switch.ts';

const registerPauseMs = 60;
const registersPerMerchant = 2;
// The newest orders are what wallets race for, and the newest payments what registers give back.
const racedOrders = 3;
const racedPayments = 10;

export interface Load {
  readonly attempts: Attempt[];
  readonly problems: string[];
  stop(): Promise<void>;
}

export function startLoad(chaos: ChaosSwitch, city: City, random: Random): Load {
  const attempts: Attempt[] = [];
  const problems: string[] = [];
  const orders: { attempt: Attempt; merchant: Merchant }[] = [];
  const paid = new Map<string, Json[]>(city.merchants.map(({ id }) => [id, []]));
  let stopped = false;

  const newAttempt = (kind: AttemptKind, of: string, apiKey: string, path: string, body: object = {}) => {
    const key = randomUUID();
    const reference = kind === 'cancel' ? {} : { reference: key };
    const full = kind === 'cancel' ? undefined : { ...body, ...reference };
    const known = { answer: undefined, refused: undefined, acknowledged: false };
    const attempt: Attempt = { kind, of, apiKey, path, body: full, key, ...known };
    attempts.push(attempt);
    return attempt;
  };

  const wallet = (account: string, own: readonly Attempt[]): Attempt => {
    const dice = random.below(100);
    const repeat = own[own.length - 1 - random.below(Math.min(own.length, 20) || 1)];
    if (dice < 12 && repeat) return repeat;
    const { walletKey } = city;
    if (dice < 20) {
      const body = { amount: 1 + random.below(5_000), currency: 'KGS' };
      return newAttempt('top_up', account, walletKey, `/v1/accounts/${account}/top-ups`, body);
    }
    const path = `/v1/accounts/${account}/payments`;
    if (dice < 50 && orders.length > 0) {
      const { attempt } = random.pick(orders.slice(-racedOrders));
      return newAttempt('payment', account, walletKey, path, { payload: attempt.answer.qr.payload });
    }
    // Some more than there is: then it is declined.
    const amount = random.percent(2) ? 100_000_000 : 1 + random.below(500);
    return newAttempt('payment', account, walletKey, path, {
      payload: random.pick(city.merchants).qr,
      amount,
    });
  };

  const register = (merchant: Merchant): Attempt => {
    const mine = orders.filter((order) => order.merchant === merchant);
    const path = `/v1/merchants/${merchant.id}/orders`;
    const back = paid.get(merchant.id)?.slice(-racedPayments) ?? [];
    if (random.percent(30) && back.length > 0) {
      const { id, amount } = random.pick(back);
      // All that is left, a part of it, or a little more than was paid.
      const body = random.percent(30) ? {} : { amount: 1 + random.below(amount.amount + 20) };
      const refunds = `/v1/merchants/${merchant.id}/payments/${id}/refunds`;
      return newAttempt('refund', merchant.id, merchant.key, refunds, body);
    }
    if (random.percent(15) && mine.length > 0) {
      const { id } = random.pick(mine.slice(-racedOrders)).attempt.answer;
      return newAttempt('cancel', merchant.id, merchant.key, `${path}/${id}/cancel`);
    }
    const body = { amount: 1 + random.below(500), currency: 'KGS' };
    return newAttempt('order', merchant.id, merchant.key, path, body);
  };

  const client = async (next: () => Attempt, done: (attempt: Attempt) => void, pauseMs: number) => {
    while (!stopped) {
      const url = chaos.url();
      if (url === undefined) {
        await delay(20);
        continue;
      }
      const attempt = next();
      const definite = await send(url, attempt, problems);
      if (definite) attempt.acknowledged = isDefinite(attempt);
      if (definite && attempt.answer) done(attempt);
      if (pauseMs > 0 || !definite) await delay(Math.max(pauseMs, 10));
    }
  };

  const running = [
    ...city.payers.map((account) => {
      const own: Attempt[] = [];
      const next = () => {
        const attempt = wallet(account, own);
        if (own.at(-1) !== attempt) own.push(attempt);
        return attempt;
      };
      const done = ({ kind, answer }: Attempt) => {
        if (kind === 'payment' && answer.status === 'completed') paid.get(answer.merchant.id)?.push(answer);
      };
      return client(next, done, 0);
    }),
    ...city.merchants.flatMap((merchant) => {
      const done = (attempt: Attempt) => {
        if (attempt.kind === 'order') orders.push({ attempt, merchant });
      };
      return Array.from({ length: registersPerMerchant }, () =>
        client(() => register(merchant), done, registerPauseMs),
      );
    }),
  ];
  return {
    attempts,
    problems,
    async stop() {
      stopped = true;
      await Promise.all(running);
    },
  };
}
