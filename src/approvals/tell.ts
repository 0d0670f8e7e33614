/** The centre's endpoints hear what waits for somebody, and what became of it. */
import type { ApprovalRow } from '../directory/index.ts';
import { eventId } from '../kernel/index.ts';
import type { ApprovalParts } from './model.ts';

/** Whom it waits for, or who decided: nothing of what was asked, which may be about people. */
export async function tell({ announce }: Pick<ApprovalParts, 'announce'>, row: ApprovalRow): Promise<void> {
  const isNew = row.status === 'proposed';
  const type = isNew ? 'approval.proposed' : 'approval.decided';
  const atMs = isNew ? row.createdAtMs : (row.decidedAtMs ?? row.createdAtMs);
  const { id, action, status, object, madeBy: made_by, decidedBy: decided_by } = row;
  const data = { id, action, status, object, made_by, decided_by };
  const event = { id: eventId(atMs, `${type} ${id}`), type, atMs, owner: 'centre', sequence: isNew ? 1 : 2 };
  await announce([{ ...event, data }]);
}
