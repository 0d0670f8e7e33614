/** Why somebody was suspended, closed and so on, for the list of standings. */
import { type Act, type Directory, idFor, type StandingRow } from '../directory/index.ts';

export const noteOf =
  (directory: Directory) =>
  (
    act: Act,
    subject: string,
    status: StandingRow['status'],
    { reason }: { readonly reason: string },
  ): Promise<void> => {
    const nowMs = Date.now();
    const id = idFor(act, 'standing', nowMs);
    const operator = act.by.person ?? act.by.owner;
    return directory.noteStanding({ id, subject, status, reason, operator, createdAtMs: nowMs });
  };
