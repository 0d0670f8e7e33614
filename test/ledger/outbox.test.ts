import { runInDurableObject } from 'cloudflare:test';
import { expect, test } from 'vitest';
import type { AccountFacts, BookEntry, Feed } from '../../src/ledger/index.ts';
import { Journal } from '../../src/ledger/journal.ts';
import { Outbox } from '../../src/ledger/outbox.ts';
import { ledger, newBook } from './bank.ts';

const facts: AccountFacts = {
  account: 'acc_outbox',
  stripe: 0,
  book: 0,
  kind: 'payer',
  currency: 'KGS',
  owner: 'par_test',
  status: 'active',
  limitMinor: 0n,
  stripes: 1,
  version: 1,
};

interface Opened {
  outbox: Outbox;
  entries: BookEntry[];
}

// Transactions of a few entries each, as commits leave them; one message may take a part of one.
const entriesPerBatch = 7;

/** An outbox over a real journal of entries with these bodies; `take` is the queue's end of the line. */
const withJournal = <T>(
  bodies: readonly string[],
  story: (open: (take: (feed: Feed) => Promise<void>, sentTo?: number) => Opened) => Promise<T>,
) =>
  runInDurableObject(ledger.book(newBook()), async (_, { storage }) => {
    const journal = new Journal(storage);
    const account = storage.transactionSync(() => journal.putAccount('acc_outbox#0', facts));
    const entries: BookEntry[] = [];
    for (let n = 0; n < bodies.length; n += entriesPerBatch) {
      storage.transactionSync(() => {
        const written = bodies.slice(n, n + entriesPerBatch).map((body, index) => {
          const draft = { atMs: 1, type: 'accept' as const, subject: 's', availableDelta: 1n, heldDelta: 0n };
          const entry = journal.append(account, { ...draft, body });
          return { position: n + index + 1, account: account.no, facts, entry };
        });
        entries.push(...written);
        journal.putBatch({
          n: entries.length,
          atMs: 1,
          entries: written.map(({ entry }) => [account.no, entry.seq]),
          openFrom: entries.length + 1,
          overdue: [],
          sentTo: 0,
        });
      });
    }
    return story((take, sentTo = 0) => {
      const queue = { send: take } as unknown as Queue<Feed>;
      return { outbox: new Outbox(7, journal, queue, sentTo), entries };
    });
  });

const positions = (feeds: readonly Feed[]) =>
  feeds.flatMap(({ entries }) => entries.map(({ position }) => position));
const upTo = (last: number, first = 1) =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

test('a few are sent as they are, once and in order', () =>
  withJournal(Array(29).fill('{}'), async (open) => {
    const sent: Feed[] = [];
    const { outbox } = open(async (feed) => void sent.push(feed), 5);
    expect(await Promise.all([outbox.send(), outbox.send()])).toEqual([true, true]);
    expect(positions(sent)).toEqual(upTo(29, 6));
    expect(sent).toHaveLength(1);
    expect(sent[0]?.book).toBe(7);
    expect(sent[0]?.entries[0]).toMatchObject({ facts, entry: { seq: 6 } });
    expect(await outbox.send()).toBe(true);
    expect(sent).toHaveLength(1);
  }));

test('of many it is said how far the book has come; they are fetched in pages', () =>
  withJournal(Array(240).fill('{}'), async (open) => {
    const sent: Feed[] = [];
    const { outbox, entries } = open(async (feed) => void sent.push(feed), 5);
    expect(await outbox.send()).toBe(true);
    expect(sent).toEqual([{ book: 7, entries: [], upTo: 240 }]);
    expect(outbox.sentTo).toBe(240);
    const stored = [outbox.after(0, 100), outbox.after(100, 100), outbox.after(200, 100)];
    expect(positions(stored)).toEqual(upTo(240));
    // From memory they are the same, as far back as it reaches.
    outbox.add(entries.slice(100));
    const kept = [outbox.after(0, 100), outbox.after(100, 100), outbox.after(200, 100)];
    expect(kept).toEqual(stored);
    expect(outbox.after(240, 100)).toEqual({ book: 7, entries: [] });
  }));

test('entries just written are sent as they were handed over, with those before them read from storage', () =>
  withJournal(Array(30).fill('{}'), async (open) => {
    const sent: Feed[] = [];
    const { outbox, entries } = open(async (feed) => void sent.push(feed), 10);
    outbox.add(entries.slice(20));
    expect(await outbox.send()).toBe(true);
    expect(positions(sent)).toEqual(upTo(30, 11));
    const recent = open(async (feed) => void sent.push(feed), 20);
    recent.outbox.add(
      recent.entries.slice(15).map((entry) => ({ ...entry, facts: { ...facts, owner: 'new' } })),
    );
    sent.length = 0;
    expect(await recent.outbox.send()).toBe(true);
    expect(positions(sent)).toEqual(upTo(30, 21));
    expect(sent[0]?.entries[0]?.facts.owner).toBe('new');
  }));

test('entries handed over with a hole between them are sent without one', () =>
  withJournal(Array(30).fill('{}'), async (open) => {
    const sent: Feed[] = [];
    const { outbox, entries } = open(async (feed) => void sent.push(feed), 10);
    outbox.add(entries.slice(10, 15));
    outbox.add(entries.slice(20));
    expect(await outbox.send()).toBe(true);
    expect(positions(sent)).toEqual(upTo(30, 11));
  }));

test('what the queue does not take stays unsent', () =>
  withJournal(Array(20).fill('{}'), async (open) => {
    const sent: Feed[] = [];
    let room = 0;
    const { outbox } = open(async (feed) => {
      if (room-- <= 0) throw new Error('full');
      sent.push(feed);
    });
    expect(await outbox.send()).toBe(false);
    expect(outbox.sentTo).toBe(0);
    room = 9;
    expect(await outbox.send()).toBe(true);
    expect(positions(sent)).toEqual(upTo(20));
  }));

test('rewinding while a message is under way is not forgotten', () =>
  withJournal(Array(30).fill('{}'), async (open) => {
    const sent: Feed[] = [];
    const { outbox } = open(async (feed) => {
      if (sent.push(feed) === 1) outbox.rewind(10);
    }, 20);
    expect(await outbox.send()).toBe(true);
    expect(positions(sent)).toEqual([...upTo(30, 21), ...upTo(30, 11)]);
  }));

test('large entries are spread over messages that a queue takes', () =>
  withJournal(
    ['a', 'б'].flatMap((letter) => Array(12).fill(JSON.stringify(letter.repeat(30_000)))),
    async (open) => {
      const sent: Feed[] = [];
      const { outbox } = open(async (feed) => void sent.push(feed));
      expect(await outbox.send()).toBe(true);
      expect(positions(sent)).toEqual(upTo(24));
      for (const { entries } of sent) {
        const bytes = entries.reduce(
          (sum, { entry: { body } }) => sum + body.length * (body.includes('б') ? 2 : 1),
          0,
        );
        expect(bytes).toBeLessThan(100_000);
      }
    },
  ));
