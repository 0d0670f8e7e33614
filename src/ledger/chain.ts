/**
 * The hash chain: each entry carries SHA-256 over the hash before it and its own contents, so a torn or
 * edited entry is found, and named, by walking the account.
 */
import { createHash } from 'node:crypto';
import type { Entry } from './model.ts';

/** What stands for the hash before the first entry: the account's own name, so histories cannot be swapped. */
export const genesisHash = (name: string): string => name;

/** SHA-256, base64url, over a JSON array: unambiguous, and the same text in every runtime. */
export function hashEntry(previousHash: string, entry: Omit<Entry, 'hash'>): string {
  const text = JSON.stringify([
    previousHash,
    entry.seq,
    entry.atMs,
    entry.type,
    entry.subject,
    entry.availableDelta.toString(),
    entry.heldDelta.toString(),
    entry.available.toString(),
    entry.held.toString(),
    entry.body,
  ]);
  return createHash('sha256').update(text).digest('base64url');
}

/**
 * The first entry of an account that does not follow from the ones before it, and why; undefined when all do.
 * `name` is the account's name in its book; `before` the entry before the first of `entries`, if there is one.
 */
export function verifyChain(
  name: string,
  entries: readonly Entry[],
  before: Pick<Entry, 'seq' | 'available' | 'held' | 'hash'> = {
    seq: 0,
    available: 0n,
    held: 0n,
    hash: genesisHash(name),
  },
): { seq: number; problem: string } | undefined {
  let previous = before;
  for (const entry of entries) {
    const problem = breaks(previous, entry);
    if (problem) return { seq: entry.seq, problem };
    previous = entry;
  }
  return undefined;
}

function breaks(previous: Pick<Entry, 'seq' | 'available' | 'held' | 'hash'>, entry: Entry) {
  if (entry.seq !== previous.seq + 1) return `follows ${previous.seq}: an entry is missing`;
  if (entry.available !== previous.available + entry.availableDelta) return 'available does not add up';
  if (entry.held !== previous.held + entry.heldDelta) return 'held does not add up';
  if (entry.hash !== hashEntry(previous.hash, entry)) return 'its hash does not match its contents';
  return undefined;
}
