/**
 * What people do with a difference. One person may say how it is explained. Money moves only when one person has
 * proposed it and another has approved it: the approval then names the refund's idempotency key, so that approving
 * again, after an answer was lost, finds the refund that was made.
 */
import type { Principal } from '../directory/index.ts';
import { ok, type Refused, type Result, refusals, refuse } from '../kernel/index.ts';
import type { History, Proposal } from './model.ts';
import type { MatchingParts } from './run.ts';
import type { DifferenceRow } from './store.ts';

export interface DecidingParts extends MatchingParts {
  /** Gives back some of a payment, once for each decision; the refund's id. `declined`: by now, and for ever. */
  readonly giveBack: (refund: {
    readonly payment: string;
    readonly account: string;
    readonly amount: number;
    readonly reason: string;
    readonly by: string;
    readonly approvedBy: string;
    readonly decision: string;
  }) => Promise<Result<string> | (Refused & { readonly declined: true })>;
}

/** Who a person is, whichever of their keys they use. */
const personOf = ({ person, owner }: Principal): string => person ?? owner;

const said = (caller: Principal, did: History['did'], text: string): History => ({
  atMs: Date.now(),
  by: personOf(caller),
  did,
  text,
});

const written = (row: DifferenceRow | undefined): Result<DifferenceRow> =>
  row ? ok(row) : refuse('difference.changed');

export const comment = async (
  { store }: DecidingParts,
  caller: Principal,
  row: DifferenceRow,
  text: string,
) => written(await store.decide(row, said(caller, 'commented', text)));

/** Explained, or put right by the partner: nothing moves here. */
export async function resolve(
  { store }: DecidingParts,
  caller: Principal,
  row: DifferenceRow,
  reason: string,
): Promise<Result<DifferenceRow>> {
  if (row.status !== 'open')
    return refuse(row.status === 'resolved' ? 'difference.resolved' : 'difference.changed');
  return written(await store.decide(row, said(caller, 'resolved', reason), { status: 'resolved' }));
}

/** Asks for some of our payment to be given back. */
export async function propose(
  { store, reported }: DecidingParts,
  caller: Principal,
  row: DifferenceRow,
  { amount, reason }: { readonly amount?: number | undefined; readonly reason: string },
): Promise<Result<DifferenceRow>> {
  if (row.status !== 'open')
    return refuse(row.status === 'resolved' ? 'difference.resolved' : 'difference.changed');
  const payment = row.transfer === null ? undefined : (await reported([row.transfer])).get(row.transfer);
  if (payment?.kind !== 'payment' || payment.status !== 'completed') return refuse('difference.no_payment');
  const wanted = amount ?? payment.amount;
  if (wanted > payment.amount) return refuse('refund.exceeds_remaining');
  const proposal: Proposal = { amount: wanted, by: personOf(caller), reason };
  return written(await store.decide(row, said(caller, 'proposed', reason), { status: 'proposed', proposal }));
}

/** Takes a proposal back, or turns it down: the difference is open again. */
export async function decline(
  { store }: DecidingParts,
  caller: Principal,
  row: DifferenceRow,
  reason: string,
): Promise<Result<DifferenceRow>> {
  if (row.status !== 'proposed') return refuse('difference.not_proposed');
  return written(
    await store.decide(row, said(caller, 'declined', reason), { status: 'open', proposal: null }),
  );
}

/** Approves a proposal, and gives the money back; the same again goes on where an answer was lost. */
export async function approve(
  parts: DecidingParts,
  caller: Principal,
  row: DifferenceRow,
  reason: string,
): Promise<Result<DifferenceRow>> {
  const { store, directory } = parts;
  const { proposal, transfer, status } = row;
  if (!proposal || transfer === null || (status !== 'proposed' && status !== 'approved')) {
    return refuse('difference.not_proposed');
  }
  const approver = personOf(caller);
  if (approver === 'centre')
    return refuse('auth.forbidden', 'a person decides, not the key of the deployment');
  if (await directory.isSamePerson(proposal.by, approver)) return refuse('difference.own');
  const approvedBy = proposal.approvedBy ?? approver;
  const approved =
    status === 'approved'
      ? row
      : await store.decide(row, said(caller, 'approved', reason), {
          status: 'approved',
          proposal: { ...proposal, approvedBy },
        });
  if (!approved) return refuse('difference.changed');
  const payment = (await parts.reported([transfer])).get(transfer);
  if (!payment) return refuse('difference.no_payment');
  const refund = await parts.giveBack({
    payment: transfer,
    account: payment.creditor,
    amount: proposal.amount,
    reason: proposal.reason,
    by: proposal.by,
    approvedBy,
    decision: decisionOf(approved),
  });
  if (refund.ok) {
    const end = said(caller, 'resolved', `given back: ${refund.value}`);
    return written(await store.decide(approved, end, { status: 'resolved', refund: refund.value }));
  }
  const { code } = refund.refusal;
  // What may succeed later stays approved, and is asked for again.
  if ('declined' in refund || !refusals[code].retryable) {
    await store.decide(approved, said(caller, 'declined', code), { status: 'open', proposal: null });
  }
  return refund;
}

/** Names an approval: the same while it is tried again, another once one came to nothing. */
function decisionOf({ id, history }: DifferenceRow): string {
  const approvals = history.filter(({ did }) => did === 'approved').length;
  return approvals > 1 ? `${id} ${approvals}` : id;
}
