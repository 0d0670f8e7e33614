/** Reads what an approval's answer needs beside its row. */
import type { ApprovalRow, Principal } from '../directory/index.ts';
import { isoTime } from '../http/index.ts';
import type { Language } from '../kernel/index.ts';
import { type ApprovalParts, approvalJson, changesOf, openedOf, statusAt, summaryOf } from './model.ts';
import { mayDecide } from './person.ts';

/** Of one approval there are a handful of records. */
const recordsMax = 50;

const idsIn = ({ madeBy, decidedBy, object }: ApprovalRow): string[] => [
  madeBy,
  ...(decidedBy === null ? [] : [decidedBy]),
  ...(object === null ? [] : [object]),
];

export async function shownIn(parts: ApprovalParts, rows: readonly ApprovalRow[], language: Language) {
  const names = await parts.directory.namesOf(rows.flatMap(idsIn));
  const nowMs = Date.now();
  return Promise.all(
    rows.map(async (row) => {
      const body = (await openedOf(parts.config, row))?.body;
      return approvalJson(row, { names, body, summary: summaryOf(parts, row.action), nowMs, language });
    }),
  );
}

export async function shownOf(parts: ApprovalParts, row: ApprovalRow, language: Language) {
  const [shown] = await shownIn(parts, [row], language);
  return shown;
}

/** With what it would change, what came of it, and its history. */
export async function shownWhole(
  parts: ApprovalParts,
  row: ApprovalRow,
  caller: Principal,
  language: Language,
) {
  const { directory } = parts;
  const shown = await shownOf(parts, row, language);
  const records = await directory.audit.list({ subject: row.id }, recordsMax);
  const steps = records
    .filter(({ after }) => after !== null)
    .map(({ after, ...record }) => ({ ...record, status: JSON.parse(after ?? '').status }))
    .reverse();
  const names = await directory.namesOf(steps.map(({ actor }) => actor));
  return {
    ...shown,
    may_decide: statusAt(row, Date.now()) === 'proposed' && (await mayDecide(parts, row, caller)).ok,
    changes: await changesIn(parts, row),
    result:
      row.resultStatus === null || row.status === 'failed'
        ? null
        : { status: row.resultStatus, body: row.result },
    history: steps.map(({ atMs, actor, status, reason }) => ({
      at: isoTime(atMs),
      by: { id: actor, name: names.get(actor) ?? null },
      status,
      reason,
    })),
  };
}

/** As it is now, while it waits; as it was when it was decided, afterwards. */
export async function changesIn({ config, directory }: ApprovalParts, row: ApprovalRow) {
  if (row.changes !== null) return row.changes;
  const opened = await openedOf(config, row);
  if (!opened) return [];
  return changesOf(row.action, await directory.recordFor(row.action, row.object), opened.body);
}
