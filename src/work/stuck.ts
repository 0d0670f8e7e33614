/**
 * Transfers that have not ended: found in the books of which the sweeper last said so, each asked for its own. A person
 * may have the institution asked at once, or say what the institution has told them about the very step it is at.
 */
import type { Directory } from '../directory/index.ts';
import { ok, type Result, refuse } from '../kernel/index.ts';
import type { Ledger, LegOutcome, Unended } from '../ledger/index.ts';

export interface StuckParts {
  readonly directory: Directory;
  readonly ledger: Ledger;
  /** Books as the sweeper last found them: when the oldest transfer began that had not ended. */
  readonly states: () => Promise<ReadonlyMap<number, { readonly oldestOpenAtMs: number | null }>>;
}

export interface Stuck extends Unended {
  readonly book: number;
  /** Whose answer it waits for; null when that is the switch itself. */
  readonly participant: string | null;
  /** What a person may say of it. */
  readonly decisions: readonly Decision[];
}

export const decisions = ['done', 'not_done', 'undone', 'stands'] as const;
/**
 * What an institution has told a person about its part. done, not_done: whether it has carried it out, of one that goes
 * forward. undone: it has taken back what it did, or never did it; stands: it cannot take it back, of one that turned back.
 */
export type Decision = (typeof decisions)[number];

// So many books are asked, those with the oldest transfers first, and so many transfers are shown of each.
const booksMax = 50;
const perBookMax = 200;

/** Oldest first. `beforeMs`: those that began before. */
export async function stuckTransfers(parts: StuckParts, beforeMs: number): Promise<Stuck[]> {
  const { ledger, directory, states } = parts;
  const late = [...(await states())]
    .flatMap(([book, { oldestOpenAtMs }]) =>
      oldestOpenAtMs !== null && oldestOpenAtMs < beforeMs ? [{ book, oldestOpenAtMs }] : [],
    )
    .sort((left, right) => left.oldestOpenAtMs - right.oldestOpenAtMs)
    .slice(0, booksMax);
  const found = await Promise.all(
    late.map(async ({ book }): Promise<Stuck[]> => {
      const unended: Unended[] = await ledger.book(book).unended(beforeMs, perBookMax);
      return Promise.all(
        unended.map(async (one) => {
          const connection = partnerOf(one);
          const found = connection === undefined ? undefined : await directory.cachedConnection(connection);
          return { ...one, book, participant: found?.participant ?? null, decisions: decisionsOf(one) };
        }),
      );
    }),
  );
  return found.flat().sort((left, right) => left.sinceMs - right.sinceMs);
}

const partnerOf = ({ standing, transfer }: Unended): string | undefined =>
  standing ? transfer.legs?.[standing.task.leg]?.partner : undefined;

/** The books ask each other for ever, and money is safe meanwhile: there is nothing a person could know better. */
function decisionsOf({ standing }: Unended): Decision[] {
  if (!standing) return [];
  if (standing.task.does !== 'reverse') return ['done', 'not_done'];
  return standing.voided ? ['undone'] : ['undone', 'stands'];
}

/** One that has not ended; refused when it has, or nothing is known of it. */
async function found(parts: StuckParts, id: string): Promise<Result<Stuck>> {
  const stuck = (await stuckTransfers(parts, Date.now())).find(({ transfer }) => transfer.id === id);
  return stuck ? ok(stuck) : refuse('transfer.not_stuck');
}

/** Has whoever it waits for asked at once; how it stands after that, null when it has ended. */
export async function askNow(parts: StuckParts, id: string): Promise<Result<Stuck | null>> {
  const stuck = await found(parts, id);
  if (!stuck.ok) return stuck;
  await parts.ledger.book(stuck.value.book).hurry(id);
  return after(parts, id);
}

/** Takes what a person was told as if the institution had answered it; how it stands then, null when it has ended. */
export async function decide(
  parts: StuckParts,
  id: string,
  { step, decision }: { readonly step: string; readonly decision: Decision },
): Promise<Result<Stuck | null>> {
  const stuck = await found(parts, id);
  if (!stuck.ok) return stuck;
  const { book, account, standing } = stuck.value;
  if (!standing || stepOf(stuck.value) !== step || !stuck.value.decisions.includes(decision)) {
    return refuse('transfer.gone_on');
  }
  const does = stuck.value.transfer.legs?.[standing.task.leg]?.does;
  await parts.ledger.book(book).report(account, id, standing.task, outcomeOf(decision, does));
  return after(parts, id);
}

async function after(parts: StuckParts, id: string): Promise<Result<Stuck | null>> {
  const stuck = await found(parts, id);
  return ok(stuck.ok ? stuck.value : null);
}

/** Names the step a transfer is at: what is decided of one step is nothing to the next. */
export const stepOf = ({ standing }: Unended): string =>
  standing ? `${standing.task.leg}-${standing.task.does === 'reverse' ? 'back' : 'forward'}` : 'book';

function outcomeOf(decision: Decision, does: 'debit' | 'credit' | 'refund' | undefined): LegOutcome {
  if (decision === 'done') return { state: 'approved' };
  if (decision === 'undone') return { state: 'reversed' };
  if (decision === 'stands') return { state: 'stands' };
  return { state: 'refused', refusal: { code: does === 'credit' ? 'acquirer.declined' : 'issuer.declined' } };
}
