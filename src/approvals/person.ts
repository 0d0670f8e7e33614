/** Who may decide: another person than who asked, in a role that may do the thing itself. */
import { type ApprovalRow, type GuardedAction, type Principal, permits } from '../directory/index.ts';
import { ok, type Result, refuse } from '../kernel/index.ts';
import { type ApprovalParts, actions } from './model.ts';

export const accessOf = (parts: Pick<ApprovalParts, 'shell'>, action: GuardedAction) => {
  const access = parts.shell().endpoints.find(({ guarded }) => guarded === action)?.access;
  return access === undefined || access === 'public' ? [] : access;
};

/** The actions a caller may decide on. */
export const decidableBy = (parts: Pick<ApprovalParts, 'shell'>, caller: Principal): GuardedAction[] =>
  isPerson(caller) ? actions.filter((action) => permits(accessOf(parts, action), caller)) : [];

/** The deployment's own key is nobody. */
const isPerson = ({ owner }: Principal): boolean => owner !== 'centre';

export async function mayDecide(
  parts: ApprovalParts,
  row: Pick<ApprovalRow, 'action' | 'madeBy' | 'forAdministrators'>,
  caller: Principal,
): Promise<Result<null>> {
  if (!isPerson(caller)) return refuse('auth.forbidden', 'a person decides, not the key of the deployment');
  if (await parts.directory.isSamePerson(row.madeBy, caller.owner)) return refuse('approval.own');
  const isHighEnough = !row.forAdministrators || caller.who === 'staff:admin';
  const may = isHighEnough && permits(accessOf(parts, row.action), caller);
  return may ? ok(null) : refuse('auth.forbidden');
}
