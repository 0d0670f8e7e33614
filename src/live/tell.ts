/** Hands committed events to the live objects of merchants that somebody listens to. */
import type { SwitchEvent } from '../events/index.ts';
import { isoTime } from '../http/index.ts';
import { isId, logFault } from '../kernel/index.ts';
import type { Told } from './model.ts';
import type { LiveEnv } from './store.ts';

// Who does not answer within this time holds up nobody's reports: its listeners are told that they missed something.
const answerWithinMs = 3_000;

interface Listening {
  readonly merchant: string;
  readonly gaps: number;
}

/**
 * Told after their entries were committed, in their order. Whoever begins to listen is written down before it is
 * told where it stands, so that nothing that is committed after that passes it by.
 */
export function liveTeller(database: D1Database, live: LiveEnv['LIVE']) {
  const listening = async (owners: readonly string[]): Promise<Listening[]> => {
    const found = await database
      .prepare(
        'SELECT merchant, gaps FROM listener WHERE merchant IN (SELECT value FROM json_each(?)) AND until > ?',
      )
      .bind(JSON.stringify(owners), Date.now())
      .all<Listening>();
    return found.results;
  };

  async function tellOne({ merchant, gaps }: Listening, events: readonly Told[]): Promise<void> {
    try {
      await inTime(live.get(live.idFromName(merchant)).tell(events, gaps));
    } catch (fault) {
      logFault('live: not told', fault, { owner: merchant });
      await database.prepare('UPDATE listener SET gaps = gaps + 1 WHERE merchant = ?').bind(merchant).run();
    }
  }

  return async (events: readonly SwitchEvent[]): Promise<void> => {
    const byOwner = Map.groupBy(
      events.filter(({ owner }) => isId('merchant', owner)),
      ({ owner }) => owner,
    );
    if (byOwner.size === 0) return;
    const rows = await listening([...byOwner.keys()]);
    await Promise.all(rows.map((row) => tellOne(row, (byOwner.get(row.merchant) ?? []).map(toldOf))));
  };
}

const toldOf = ({ id, type, atMs, data }: SwitchEvent): Told => ({
  id,
  type,
  timestamp: isoTime(atMs),
  data,
});

async function inTime(answer: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${answerWithinMs} ms`)), answerWithinMs);
  });
  try {
    await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
