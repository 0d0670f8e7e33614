/**
 * Four eyes: what staff do that matters is asked for by one person and approved by another. One mechanism for every
 * such route: the shell hands a guarded request here instead of to its handler; it is kept, sealed, until somebody
 * else has decided, and is then carried out once, as its maker's act. What was approved and not finished, because the
 * switch went down or a secret waits for its maker, is finished later with the same ids.
 */
export { finishApprovals } from './decide.ts';
export type {
  Approval,
  ApprovalCounts,
  ApprovalParts,
  CollectedApproval,
  WholeApproval,
} from './model.ts';
export { approvalGuard } from './propose.ts';
export { approvalRoutes } from './routes.ts';
