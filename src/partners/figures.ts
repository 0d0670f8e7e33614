/** Positions against their caps, for those who watch the switch. */
import type { Directory } from '../directory/index.ts';
import type { Ledger } from '../ledger/index.ts';
import { positionJson } from './model.ts';

export interface PositionFigure {
  readonly account: string;
  readonly participant: string;
  readonly name: string | null;
  readonly currency: string;
  /** Minor units. */
  readonly balance: number;
  readonly cap: number;
  readonly usedPercent: number;
}

/** Of the first so many positions; each is asked of its books. */
export async function positionFigures(
  directory: Directory,
  ledger: Ledger,
  limit: number,
): Promise<PositionFigure[]> {
  const rows = await directory.positions(limit);
  const figures = rows.map(async (row): Promise<PositionFigure[]> => {
    const [balance, participant] = await Promise.all([ledger.balance(row), directory.participant(row.owner)]);
    if (!balance) return [];
    const position = positionJson(row, balance);
    return [
      {
        ...{ account: row.id, participant: row.owner, name: participant?.name ?? null },
        currency: row.currency,
        balance: position.balance.amount,
        cap: position.cap.amount,
        usedPercent: position.used_percent,
      },
    ];
  });
  return (await Promise.all(figures)).flat();
}
