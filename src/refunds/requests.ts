/**
 * Refunds above a cashier's limit: asked for by one, decided by another. What was approved is given back once,
 * however often it is approved and whoever loses the answer: the request's id is the refund's idempotency key,
 * and what nobody finished, the schedule does.
 */
import type { Act, Directory, Principal, RefundRequestRow } from '../directory/index.ts';
import { logFault, newId, ok, type Result, refusals, refuse } from '../kernel/index.ts';
import type { Ledger, Transferred } from '../ledger/index.ts';
import { type PaidStripe, stripeThatWasPaid } from '../payments/index.ts';
import { giveBack } from './give-back.ts';
import type { NewRefund } from './model.ts';

// A manager who has not decided by the same time tomorrow is asked again.
const lifetimeMs = 86_400_000;
// Finished by the schedule in one visit: only lost answers and partners that are down leave it any.
const finishedPerVisit = 50;

export interface RequestParts {
  readonly directory: Directory;
  readonly ledger: Ledger;
}

/** Who made or decides a refund: the person who is signed in, or the key. */
export const makerOf = ({ person, key }: Principal): string => person ?? key;

// Good for one payment, as the key of a refund is.
const requestKeyOf = (payment: string, key: string): string => `${payment} ${key}`;

interface Asked {
  readonly merchant: string;
  readonly payment: string;
  readonly body: NewRefund;
  readonly idempotency: { readonly key: string; readonly request: string };
}

/** What was asked for with the same key; undefined where nothing was. */
export async function earlierRequest(
  { directory }: RequestParts,
  { merchant, payment, idempotency }: Asked,
): Promise<Result<RefundRequestRow> | undefined> {
  const row = await directory.refundRequestOfKey(merchant, requestKeyOf(payment, idempotency.key));
  if (!row) return undefined;
  return row.request === idempotency.request ? ok(row) : refuse('idempotency.key_reused');
}

/** Writes a request down; of several with the same key one is, and all are answered with it. */
export async function ask(
  parts: RequestParts,
  act: Act,
  caller: Principal,
  { credit }: PaidStripe,
  asked: Asked,
): Promise<Result<RefundRequestRow>> {
  const { merchant, payment, body, idempotency } = asked;
  const nowMs = Date.now();
  const { transfer, refundedMinor } = credit;
  const row: RefundRequestRow = {
    id: newId('refundRequest', nowMs),
    merchant,
    payment,
    amount: body.amount ?? transfer.amountMinor - refundedMinor,
    currency: transfer.currency,
    reason: body.reason ?? null,
    reference: body.reference ?? null,
    madeBy: makerOf(caller),
    person: caller.person,
    till: caller.till ?? transfer.facts.till ?? null,
    store: transfer.facts.store ?? null,
    status: 'pending',
    decidedBy: null,
    decidedAtMs: null,
    note: null,
    refund: null,
    refusal: null,
    idempotencyKey: requestKeyOf(payment, idempotency.key),
    request: idempotency.request,
    expiresAtMs: nowMs + lifetimeMs,
    createdAtMs: nowMs,
  };
  if (await parts.directory.addRefundRequest(act, row)) return ok(row);
  return (await earlierRequest(parts, asked)) ?? refuse('idempotency.in_flight');
}

/** Approves and gives back, or declines; the same decision again answers the same, another one is refused. */
export async function decide(
  parts: RequestParts,
  act: Act,
  caller: Principal,
  row: RefundRequestRow,
  { status, note }: { readonly status: 'approved' | 'declined'; readonly note: string | null },
): Promise<Result<RefundRequestRow>> {
  if (row.madeBy === makerOf(caller)) return refuse('refund_request.own');
  const nowMs = Date.now();
  const decision = { status, note, decidedBy: makerOf(caller), decidedAtMs: nowMs };
  const { directory } = parts;
  const changed = await directory.decideRefundRequest(act, row.id, decision, nowMs);
  const decided = changed ?? (await directory.refundRequest(row.merchant, row.id)) ?? row;
  if (decided.status === 'pending') return refuse('refund_request.expired');
  if (decided.status !== status && !(status === 'approved' && decided.status === 'refused')) {
    return refuse('refund_request.decided');
  }
  return ok(await finished(parts, act, decided));
}

/** What became of a request, once an approved one was tried. */
async function finished(parts: RequestParts, act: Act, row: RefundRequestRow): Promise<RefundRequestRow> {
  if (row.status !== 'approved' || row.refund !== null) return row;
  const outcome = await refundOf(parts, row);
  // What may succeed later without anybody's doing is tried again by the schedule.
  if (!outcome.ok && refusals[outcome.refusal.code].retryable) return row;
  const end = outcome.ok
    ? { refund: outcome.value.view.transfer.id }
    : { status: 'refused' as const, refusal: outcome.refusal.code };
  const { directory } = parts;
  const ended = await directory.endRefundRequest(act, row.id, end);
  return ended ?? (await directory.refundRequest(row.merchant, row.id)) ?? row;
}

/** The refund an approved request led to: made if it has not been, found if it has. */
export async function refundOf(
  { directory, ledger }: RequestParts,
  row: RefundRequestRow,
): Promise<Result<Transferred>> {
  const merchant = await directory.merchant(row.merchant);
  if (!merchant) return refuse('merchant.not_found');
  const paid = await stripeThatWasPaid(directory, ledger, merchant.account, row.payment);
  if (!paid) return refuse('payment.not_found');
  return giveBack(directory, ledger, paid, {
    payment: row.payment,
    amountMinor: BigInt(row.amount),
    totalMaxMinor: null,
    facts: {
      ...(row.reason !== null && { reason: row.reason }),
      ...(row.reference !== null && { reference: row.reference }),
      ...(row.person === null ? { key: row.madeBy } : { person: row.person }),
      ...(row.decidedBy !== null && { approvedBy: row.decidedBy }),
    },
    idempotency: { key: `${row.payment} approved ${row.id}`, request: row.id },
  });
}

/** What was approved and has no outcome is given back now. */
export async function finishRequests(parts: RequestParts, act: Act): Promise<void> {
  for (const row of await parts.directory.unfinishedRefundRequests(finishedPerVisit)) {
    try {
      await finished(parts, act, row);
    } catch (fault) {
      logFault('refund request: not finished', fault, { request: row.id });
    }
  }
}
