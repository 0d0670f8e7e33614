/**
 * Deciding, and doing what was approved. It is done once: of two who approve one does, one at a time carries out, and
 * what is made has ids that follow from the approval, so that trying again after a crash makes nothing twice.
 */
import {
  type Act,
  type ApprovalRow,
  because,
  guardedFacts,
  ownAct,
  type Principal,
  type Who,
} from '../directory/index.ts';
import { logFault, ok, type Refusal, type RefusalCode, type Result, refuse } from '../kernel/index.ts';
import { type ApprovalParts, collectedActions, openedOf, statusAt, withoutPersonal } from './model.ts';
import { mayDecide } from './person.ts';
import { lifetimeMs } from './propose.ts';
import { changesIn } from './shown.ts';
import { tell } from './tell.ts';

// Done by the schedule in one visit: only crashes and what is refused for the moment leave it any.
const perVisit = 20;
// What passes by itself: tried again by the schedule. Whatever else is refused, somebody has to look at again.
const passing: readonly RefusalCode[] = [
  'switch.busy',
  'switch.error',
  'account.growing',
  'idempotency.in_flight',
  'limit.unavailable',
];
// What a second try is refused with because the first one did it.
const ownDoing: readonly RefusalCode[] = [
  'resource.exists',
  'limit_rule.changed',
  'routing.changed',
  'business_day.not_closed',
];

/** Approves and carries out; the same again answers the same, another decision is refused. */
export async function approve(
  parts: ApprovalParts,
  act: Act,
  caller: Principal,
  row: ApprovalRow,
  note: string | null,
): Promise<Result<ApprovalRow>> {
  const { directory } = parts;
  const may = await mayDecide(parts, row, caller);
  if (!may.ok) return may;
  const nowMs = Date.now();
  const waits = guardedFacts(row.action).collected === true;
  const decided = await directory.decideApproval(
    because(act, note),
    row.id,
    {
      ...(await decisionOf(parts, row, caller, note, nowMs)),
      status: 'approved',
      triedAtMs: waits ? null : nowMs,
      expiresAtMs: nowMs + lifetimeMs,
    },
    nowMs,
  );
  if (!decided) return earlier(parts, row, caller, ['approved', 'done', 'failed']);
  if (!waits) return ok((await carriedOut(parts, act, decided)).row);
  await tell(parts, decided);
  return ok(decided);
}

/** Turns it down, or takes one's own back. */
export async function turnDown(
  parts: ApprovalParts,
  act: Act,
  caller: Principal,
  row: ApprovalRow,
  status: 'rejected' | 'withdrawn',
  note: string | null,
): Promise<Result<ApprovalRow>> {
  const { directory } = parts;
  if (status === 'rejected') {
    const may = await mayDecide(parts, row, caller);
    if (!may.ok) return may;
  } else if (row.madeBy !== caller.owner) return refuse('approval.not_own');
  const nowMs = Date.now();
  const decision = { ...(await decisionOf(parts, row, caller, note, nowMs)), status, sealed: null };
  const by = because(act, note);
  const decided =
    (await directory.decideApproval(by, row.id, decision, nowMs)) ??
    (status === 'withdrawn' && guardedFacts(row.action).collected
      ? await directory.withdrawApproved(by, row.id, decision, nowMs)
      : undefined);
  if (!decided) return earlier(parts, row, caller, [status]);
  await tell(parts, decided);
  return ok(decided);
}

/** Carries out what was approved, for its maker alone, who is answered with the secret in it. */
export async function collect(
  parts: ApprovalParts,
  act: Act,
  caller: Principal,
  row: ApprovalRow,
): Promise<Result<Carried>> {
  if (row.madeBy !== caller.owner) return refuse('approval.not_own');
  const nowMs = Date.now();
  const ready = row.status === 'approved' && row.expiresAtMs > nowMs;
  if (!ready || !guardedFacts(row.action).collected) return refuse('approval.not_ready');
  const taken = await parts.directory.takeApproved(row.id, nowMs);
  if (!taken) return refuse('approval.busy');
  const carried = await carriedOut(parts, act, taken);
  return carried.row.status === 'approved' ? refuse('approval.busy') : ok(carried);
}

/** What was approved and nobody finished is done now; what nobody decided in time is over. */
export async function finishApprovals(parts: ApprovalParts): Promise<void> {
  const { directory } = parts;
  const act = ownAct('approvals');
  const nowMs = Date.now();
  for (const row of await directory.overdueApprovals(perVisit, nowMs))
    await directory.expireApproval(act, row);
  for (const { id } of await directory.unfinishedApprovals(perVisit, collectedActions, nowMs)) {
    try {
      const taken = await directory.takeApproved(id, nowMs);
      if (taken) await carriedOut(parts, act, taken);
    } catch (fault) {
      logFault('approval: not carried out', fault, { request: id });
    }
  }
}

interface Carried {
  readonly row: ApprovalRow;
  /** What the maker is answered, secrets and all. */
  readonly body: unknown;
}

const decisionOf = async (
  parts: ApprovalParts,
  row: ApprovalRow,
  caller: Principal,
  note: string | null,
  nowMs: number,
) => ({
  decidedBy: caller.owner,
  decidedAtMs: nowMs,
  note,
  changes: withoutPersonal(row.action, (await changesIn(parts, row)) as { field: string }[]),
});

/** What an earlier decision led to: the answer to the same one again. */
async function earlier(
  { directory }: ApprovalParts,
  { id }: ApprovalRow,
  caller: Principal,
  same: readonly ApprovalRow['status'][],
): Promise<Result<ApprovalRow>> {
  const row = await directory.approval(id);
  if (!row || statusAt(row, Date.now()) === 'expired') return refuse('approval.expired');
  return row.decidedBy === caller.owner && same.includes(row.status) ? ok(row) : refuse('approval.decided');
}

/** Does it, and writes down what came of it; what may succeed later without anybody's doing is left for the schedule. */
async function carriedOut(parts: ApprovalParts, act: Act, row: ApprovalRow): Promise<Carried> {
  const { directory } = parts;
  const triedBefore = await directory.hadEffects(row.id);
  const outcome = await outcomeOf(parts, row);
  const refusal = 'refusal' in outcome ? outcome.refusal : undefined;
  if (refusal && outcome.status >= 400 && passing.includes(refusal.code)) {
    await directory.releaseApproved(row.id);
    return { row, body: null };
  }
  const isDone = !refusal || (triedBefore && ownDoing.includes(refusal.code));
  const body = 'body' in outcome ? outcome.body : null;
  const ended = await directory.endApproval(act, row.id, {
    status: isDone ? 'done' : 'failed',
    resultStatus: outcome.status,
    result: (isDone ? keptOf(row, body) : (refusal ?? null)) as object | null,
    sealed: null,
  });
  const last = ended ?? (await directory.approval(row.id)) ?? row;
  if (ended) await tell(parts, ended);
  return { row: last, body };
}

type Outcome =
  | { readonly status: number; readonly body: unknown }
  | { readonly status: number; readonly refusal: Refusal };

async function outcomeOf(parts: ApprovalParts, row: ApprovalRow): Promise<Outcome> {
  const [maker, asked] = await Promise.all([makerOf(parts, row), openedOf(parts.config, row)]);
  if (!maker)
    return { status: 403, refusal: { code: 'auth.forbidden', detail: 'its maker may not any more' } };
  if (!asked)
    return {
      status: 410,
      refusal: { code: 'approval.expired', detail: 'sealed with a secret that is gone' },
    };
  const { method, path } = row;
  const { body, idempotencyKey } = asked;
  const response = await parts
    .shell()
    .carryOut({ approval: row.id, maker, method, path, body, idempotencyKey });
  const json = (await response.json()) as Problem;
  // A transfer that was declined is there, and yet what was asked for was not done.
  if (response.ok && json.refusal) return { status: response.status, refusal: { code: json.refusal.code } };
  if (response.ok) return { status: response.status, body: json };
  const wrong = json.violations?.map(({ pointer, message }) => `${pointer}: ${message}`).join('; ');
  const detail = json.explanation ?? wrong;
  return { status: response.status, refusal: { code: json.code, ...(detail !== undefined && { detail }) } };
}

interface Problem {
  readonly code: RefusalCode;
  readonly explanation?: string;
  readonly violations?: readonly { readonly pointer: string; readonly message: string }[];
  /** Of a transfer that was made, and declined. */
  readonly refusal?: Pick<Problem, 'code'> | null;
}

/** Whoever asked for it, with the role they have now; undefined when they are not at work any more. */
async function makerOf({ directory }: ApprovalParts, row: ApprovalRow): Promise<Principal | undefined> {
  const base = { owner: row.madeBy, key: row.madeWith, till: null, person: null };
  if (row.madeBy === 'centre') return { ...base, who: 'staff:admin' };
  const person = await directory.operator(row.madeBy);
  return person?.owner === 'centre' && person.status === 'active'
    ? { ...base, who: `staff:${person.role}` as Who }
    : undefined;
}

/** What is kept of the answer: of secrets and people, the id alone. */
function keptOf({ action }: ApprovalRow, body: unknown): unknown {
  const { collected, personal } = guardedFacts(action);
  const isKept = !collected && !personal;
  return isKept ? body : { id: (body as { id?: unknown } | null)?.id ?? null };
}
