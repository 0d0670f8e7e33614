/** A guarded request becomes an approval that waits: checked as far as it goes without doing it. */
import {
  type ApprovalRow,
  because,
  type GuardedAction,
  guardedFacts,
  type Principal,
} from '../directory/index.ts';
import type { Asked, Guard } from '../http/index.ts';
import {
  newId,
  ok,
  type RefusalCode,
  type Result,
  refusals,
  refuse,
  sha256,
  toBase64Url,
} from '../kernel/index.ts';
import { seal } from '../signing/index.ts';
import type { ApprovalParts } from './model.ts';
import { shownOf } from './shown.ts';
import { tell } from './tell.ts';

export const lifetimeMs = 7 * 86_400_000;

// Without them nobody could ever approve anything.
const beginnings: readonly GuardedAction[] = ['operator.create', 'operator.invite', 'key.create'];
const administratorsEnough = 2;

export function approvalGuard(parts: ApprovalParts): Guard {
  const { config, directory } = parts;
  return {
    async waits(action, caller) {
      if (config.fourEyes === 'off') return false;
      if (config.fourEyes === 'people') return caller.person !== null;
      const begins = isDeployments(caller) && beginnings.includes(action);
      return !(begins && (await directory.administratorsAtWork()) < administratorsEnough);
    },
    async propose(asked) {
      const row = await kept(parts, asked);
      return row.ok ? ok(await shownOf(parts, row.value, 'en')) : row;
    },
  };
}

/** The deployment's own key: nobody in particular, so it approves nothing. */
export const isDeployments = ({ owner }: Pick<Principal, 'owner'>): boolean => owner === 'centre';

async function kept(parts: ApprovalParts, asked: Asked): Promise<Result<ApprovalRow>> {
  const { directory, config } = parts;
  const { action, method, path, params, body, caller, act, idempotencyKey } = asked;
  const nowMs = Date.now();
  const { object: kind, elsewhere, forAdministrators } = guardedFacts(action);
  const object = params[kind ?? elsewhere ?? ''] ?? null;
  const before = await directory.recordFor(action, object);
  if (kind !== undefined && !before) return refuse(notFound(kind));
  const high = forAdministrators?.((body ?? {}) as Readonly<Record<string, unknown>>, before) ?? false;
  if (high && caller.who !== 'staff:admin') return refuse('auth.forbidden', 'this is for administrators');
  const request = await digestOf(asked);
  const same = () => directory.sameApproval(caller.owner, request, idempotencyKey !== undefined, nowMs);
  const earlier = await same();
  if (earlier) return ok(earlier);
  const settled = await asked.settled();
  if (!settled.ok) return settled;
  const id = newId('approval', nowMs);
  const reason = reasonIn(body);
  const row: ApprovalRow = {
    ...{ id, action, method, path, object, request, reason, forAdministrators: high },
    status: 'proposed',
    madeBy: caller.owner,
    madeWith: caller.key,
    sealed: await seal(config.secret, id, JSON.stringify({ body: settled.value, idempotencyKey })),
    changes: null,
    ...{ decidedBy: null, decidedAtMs: null, note: null, triedAtMs: null, resultStatus: null, result: null },
    expiresAtMs: nowMs + lifetimeMs,
    createdAtMs: nowMs,
  };
  await directory.closeOverdue(act, caller.owner, request, nowMs);
  const added = await directory.addApproval(because(act, reason), row);
  if (!added) return ok((await same()) ?? row);
  await tell(parts, row);
  return ok(row);
}

const digestOf = async ({ method, path, body, idempotencyKey = '' }: Asked): Promise<string> =>
  toBase64Url(await sha256(`${method}\n${path}\n${JSON.stringify(body)}\n${idempotencyKey}`));

function reasonIn(body: unknown): string | null {
  const { reason } = (body ?? {}) as { reason?: unknown };
  return typeof reason === 'string' ? reason : null;
}

function notFound(kind: string): RefusalCode {
  const code = `${kind.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}.not_found`;
  if (!Object.hasOwn(refusals, code)) throw new TypeError(`no refusal ${code}`);
  return code as RefusalCode;
}
