/**
 * The sweeper: every minute it visits a page of accounts, so that work whose alarm was lost is finished and
 * reports that fell behind catch up. Going round, it reaches every account.
 */
import type { Directory } from '../directory/index.ts';
import { accountName, type Ledger } from '../ledger/index.ts';
import type { Projection } from './model.ts';

// One visit is one request to an object: a page keeps the minute's work small.
const accountsPerSweep = 100;

export interface SweepMemory {
  /** Where the last sweep stopped; empty at the start. */
  cursor(): Promise<string>;
  remember(cursor: string): Promise<void>;
}

export async function sweep(
  directory: Directory,
  ledger: Ledger,
  projection: Projection,
  memory: SweepMemory,
): Promise<{ visited: number; open: number }> {
  const accounts = await directory.accountsAfter(await memory.cursor(), accountsPerSweep);
  const objects = accounts.flatMap((account) =>
    Array.from({ length: account.stripes }, (_, stripe) => ({ account: account.id, stripe })),
  );
  const marks = await projection.watermarks(
    objects.map(({ account, stripe }) => accountName(account, stripe)),
  );
  let open = 0;
  for (const { account, stripe } of objects) {
    try {
      const visited = await ledger
        .stripe(account, stripe)
        .sweep(marks.get(accountName(account, stripe)) ?? 0);
      open += visited.open;
    } catch (fault) {
      console.error('sweeper: account did not answer', account, stripe, String(fault));
    }
  }
  await memory.remember(accounts.length < accountsPerSweep ? '' : (accounts.at(-1)?.id ?? ''));
  return { visited: objects.length, open };
}
