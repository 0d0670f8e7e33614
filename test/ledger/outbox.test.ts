import { runInDurableObject } from 'cloudflare:test';
import { expect, test } from 'vitest';
import type { AccountFacts, Entry, Feed } from '../../src/ledger/index.ts';
import { emptyTip, Journal } from '../../src/ledger/journal.ts';
import { Outbox } from '../../src/ledger/outbox.ts';
import { ledger } from './bank.ts';

const facts = { account: 'acc_outbox', stripe: 0 } as AccountFacts;

/** An outbox over a real journal of entries with these bodies; `take` is the queue's end of the line. */
const withJournal = <T>(
  name: string,
  bodies: readonly string[],
  story: (open: (take: (feed: Feed) => Promise<void>, sentTo?: number) => Outbox) => Promise<T>,
) =>
  runInDurableObject(ledger.stripe(`outbox ${name}`, 0), async (_, { storage }) => {
    const journal = new Journal(storage);
    const tip = { ...emptyTip };
    for (const body of bodies) {
      const draft: Omit<Entry, 'seq' | 'available' | 'held' | 'hash'> = {
        atMs: 1,
        type: 'accept',
        subject: 's',
        availableDelta: 1n,
        heldDelta: 0n,
        openFrom: tip.seq + 2,
        body,
      };
      storage.transactionSync(() => journal.append(tip, draft));
    }
    return story((take, sentTo = 0) => {
      const queue = { send: take } as unknown as Queue<Feed>;
      return new Outbox(journal, queue, () => facts, sentTo);
    });
  });

const seqs = (feeds: readonly Feed[]) => feeds.flatMap(({ entries }) => entries.map(({ seq }) => seq));
const upTo = (last: number, first = 1) =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

test('everything unsent is sent once, in order, many entries to a message', () =>
  withJournal('order', Array(120).fill('{}'), async (open) => {
    const sent: Feed[] = [];
    const outbox = open(async (feed) => void sent.push(feed), 5);
    expect(await Promise.all([outbox.send(), outbox.send()])).toEqual([true, true]);
    expect(seqs(sent)).toEqual(upTo(120, 6));
    expect(sent.length).toBe(3);
    expect(await outbox.send()).toBe(true);
    expect(sent.length).toBe(3);
  }));

test('what the queue does not take stays unsent', () =>
  withJournal('fault', Array(120).fill('{}'), async (open) => {
    const sent: Feed[] = [];
    let room = 1;
    const outbox = open(async (feed) => {
      if (room-- <= 0) throw new Error('full');
      sent.push(feed);
    });
    expect(await outbox.send()).toBe(false);
    expect(outbox.sentTo).toBe(50);
    room = 9;
    expect(await outbox.send()).toBe(true);
    expect(seqs(sent)).toEqual(upTo(120));
  }));

test('rewinding while a message is under way is not forgotten', () =>
  withJournal('rewind', Array(60).fill('{}'), async (open) => {
    const sent: Feed[] = [];
    const outbox = open(async (feed) => {
      if (sent.push(feed) === 1) outbox.rewind(10);
    }, 40);
    expect(await outbox.send()).toBe(true);
    expect(seqs(sent)).toEqual([...upTo(60, 41), ...upTo(60, 11)]);
  }));

test('large entries are spread over messages that a queue takes', () =>
  withJournal(
    'large',
    ['a', 'б'].flatMap((letter) => Array(20).fill(JSON.stringify(letter.repeat(30_000)))),
    async (open) => {
      const sent: Feed[] = [];
      const outbox = open(async (feed) => void sent.push(feed));
      expect(await outbox.send()).toBe(true);
      expect(seqs(sent)).toEqual(upTo(40));
      for (const { entries } of sent) {
        const bytes = entries.reduce((sum, { body }) => sum + body.length * (body.includes('б') ? 2 : 1), 0);
        expect(bytes).toBeLessThan(120_000);
      }
    },
  ));
