import type { Entry, Feed, Ledger } from '../ledger/index.ts';
import { accountName } from '../ledger/index.ts';
import { identify } from './identify.ts';
import type { EventSource, Projection, Run, SwitchEvent } from './model.ts';

// How many missing entries are asked for at a time: well under the 32 MB an RPC reply may hold.
const repairPage = 500;
// How many are announced and recorded at a time: a statement of D1 takes 2 MB, and a whole history may be due.
const entriesPerStep = 1_000;
// Pace of trying again when a database or an account does not answer.
const retryAfterS = 5;

export interface ProjectorParts {
  readonly ledger: Ledger;
  readonly projection: Projection;
  readonly sources: readonly EventSource[];
  /** Takes events over for delivery; resolves once they are safe. */
  readonly announce: (events: readonly SwitchEvent[]) => Promise<void>;
}

/** Handles one batch of the events queue. Messages that could not be handled are given back. */
export async function project(batch: MessageBatch<Feed>, parts: ProjectorParts): Promise<void> {
  try {
    await projectFeeds(
      batch.messages.map((message) => message.body),
      parts,
    );
    batch.ackAll();
    return;
  } catch (fault) {
    console.error('projector: batch failed, trying one by one', String(fault));
  }
  for (const message of batch.messages) {
    try {
      await projectFeeds([message.body], parts);
      message.ack();
    } catch (fault) {
      console.error('projector: message failed', message.body.facts.account, String(fault));
      message.retry({ delaySeconds: retryAfterS * message.attempts });
    }
  }
}

async function projectFeeds(feeds: readonly Feed[], parts: ProjectorParts): Promise<void> {
  const byObject = Map.groupBy(feeds, ({ facts }) => accountName(facts.account, facts.stripe));
  const marks = new Map(await parts.projection.watermarks([...byObject.keys()]));
  for (;;) {
    const runs: Run[] = [];
    let room = entriesPerStep;
    for (const [object, group] of byObject) {
      const run = await runOf(parts.ledger, object, group, marks.get(object) ?? 0, room);
      if (run.entries.length > 0) runs.push(run);
      room -= run.entries.length;
    }
    if (runs.length === 0) return;
    await parts.announce(await identify(runs, parts.sources));
    await parts.projection.apply(runs);
    for (const { object, entries } of runs) marks.set(object, entries.at(-1)?.seq ?? 0);
  }
}

/** What of these feeds is new, in order, at most `limit`; gaps are filled from the account itself. */
async function runOf(
  ledger: Ledger,
  object: string,
  feeds: readonly Feed[],
  mark: number,
  limit: number,
): Promise<Run> {
  const facts = feeds[feeds.length - 1]?.facts;
  if (!facts) throw new TypeError('a group without a feed');
  const bySeq = new Map<number, Entry>();
  for (const feed of feeds) for (const entry of feed.entries) bySeq.set(entry.seq, entry);
  const last = Math.min(Math.max(mark, ...bySeq.keys()), mark + limit);
  const entries: Entry[] = [];
  for (let seq = mark + 1; seq <= last; seq++) {
    const known = bySeq.get(seq);
    if (known) {
      entries.push(known);
      continue;
    }
    const missing = await ledger.stripe(facts.account, facts.stripe).feed(seq - 1, repairPage);
    if (!missing || missing.entries.length === 0) throw new Error(`${object}: entry ${seq} is missing`);
    for (const entry of missing.entries) bySeq.set(entry.seq, entry);
    entries.push(missing.entries[0] as Entry);
  }
  return { object, facts, entries };
}
