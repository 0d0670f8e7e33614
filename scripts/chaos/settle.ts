/** The time after the last start: open questions are asked again, reports and callbacks catch up. */
import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { type Api, apiOf, type Json } from '../sandbox/api.ts';
import { type Attempt, isDefinite, send } from './attempts.ts';
import type { City } from './city.ts';
import { allOf, each } from './pages.ts';
import { noticeOf, type Receiver } from './receiver.ts';

// The alarm, or at the latest the sweeper, which comes every minute, brings what a crash cut short.
const patienceMs = 300_000;
const pollMs = 300;

/** Every request gets one definite answer in the end. */
export async function answerAll(
  url: string,
  attempts: readonly Attempt[],
  problems: string[],
): Promise<void> {
  const untilMs = Date.now() + patienceMs;
  await each(
    attempts.filter((attempt) => !isDefinite(attempt)),
    async (attempt) => {
      while (!(await send(url, attempt, problems))) {
        if (Date.now() > untilMs) {
          problems.push(`${attempt.kind} ${attempt.key} has no answer`);
          return;
        }
        await delay(pollMs);
      }
    },
  );
}

/** Tries until nothing is wrong any more; then what still is, is a problem. */
async function eventually(check: () => Promise<string[]>, problems: string[]): Promise<void> {
  const untilMs = Date.now() + patienceMs;
  for (;;) {
    const wrong = await check();
    if (wrong.length === 0) return;
    if (Date.now() > untilMs) {
      problems.push(...wrong);
      return;
    }
    await delay(pollMs);
  }
}

/** The report rows are the payments of the accounts, no more, no less, no different. */
export function reportsCatchUp(
  admin: Api,
  payments: ReadonlyMap<string, Json>,
  problems: string[],
): Promise<void> {
  return eventually(async () => {
    const rows = await allOf(admin, '/v1/centre/reports/payments');
    const wrong = rows.length === payments.size ? [] : [`${rows.length} report rows of ${payments.size}`];
    for (const row of rows) {
      const payment = payments.get(row.id);
      if (!payment || !isDeepStrictEqual(factsOfRow(row), factsOf(payment))) {
        wrong.push(`report row ${row.id} is not what its account has`);
      }
    }
    return wrong;
  }, problems);
}

const factsOfRow = (row: Json) => ({
  ...factsOf({ ...row, merchant: { id: row.merchant }, refusal: row.refusal && { code: row.refusal } }),
  completed: row.status === 'completed' ? row.ended_at : null,
});

const factsOf = (payment: Json) => ({
  status: payment.status,
  amount: payment.amount,
  account: payment.account,
  participant: payment.participant,
  merchant: payment.merchant.id,
  order: payment.order,
  reference: payment.reference,
  refusal: payment.refusal?.code ?? null,
  created: payment.created_at,
  completed: payment.completed_at,
});

/** Every event reached everybody it concerns, under one id, or is parked for people to look at. */
export async function callbacksArrive(
  url: string,
  adminKey: string,
  city: City,
  payments: ReadonlyMap<string, Json>,
  receiver: Receiver,
  problems: string[],
): Promise<{ parked: number }> {
  const admin = apiOf(url, adminKey);
  const expected = [...payments.values()].flatMap(({ id, status, merchant, order }) => [
    noticeOf(city.issuer, `payment.${status}`, id),
    noticeOf(merchant.id, `payment.${status}`, id),
    ...(status === 'completed' && order !== null ? [noticeOf(merchant.id, 'order.paid', order)] : []),
  ]);
  let parked: Json[] = [];
  await eventually(async () => {
    parked = await allOf(admin, '/v1/callback-deliveries?status=parked');
    const retrying = await allOf(admin, '/v1/callback-deliveries?status=retrying');
    const missing = expected.filter((notice) => !receiver.received.has(notice)).length;
    const wrong = retrying.length > 0 ? [`${retrying.length} callbacks are still being tried`] : [];
    return missing > parked.length ? [...wrong, `${missing} callbacks did not come`] : wrong;
  }, problems);
  for (const [notice, ids] of receiver.received) {
    if (ids.size > 1) problems.push(`${notice} came under ${ids.size} ids`);
  }
  problems.push(...receiver.problems);
  return { parked: parked.length };
}
