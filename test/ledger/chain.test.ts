import { describe, expect, test } from 'vitest';
import { hashEntry } from '../../src/ledger/chain.ts';
import { type Entry, genesisHash, verifyChain } from '../../src/ledger/index.ts';

function history(): Entry[] {
  const deltas: [Entry['type'], bigint, bigint][] = [
    ['accept', 100n, 0n],
    ['hold', -30n, 30n],
    ['settle', 0n, -30n],
    ['hold', -20n, 20n],
    ['void', 20n, -20n],
  ];
  const entries: Entry[] = [];
  for (const [index, [type, availableDelta, heldDelta]] of deltas.entries()) {
    const before = entries.at(-1);
    const draft = {
      seq: index + 1,
      atMs: 1_000 + index,
      type,
      subject: `pay_${Math.ceil(index / 2)}`,
      availableDelta,
      heldDelta,
      available: (before?.available ?? 0n) + availableDelta,
      held: (before?.held ?? 0n) + heldDelta,
      body: '{"transfer":{"id":"Бишкек"}}',
    };
    entries.push({ ...draft, hash: hashEntry(before?.hash ?? genesisHash('acc_1#0'), draft) });
  }
  return entries;
}

/** Makes the hash right again, as somebody who edits a row and knows the rule would. */
const rehashed = (entries: Entry[], index: number, change: Partial<Entry>): Entry[] => {
  const edited = { ...entries[index]!, ...change };
  const hash = hashEntry(entries[index - 1]?.hash ?? genesisHash('acc_1#0'), edited);
  return entries.with(index, { ...edited, hash });
};

test('a whole history verifies, and so does any part of it after its predecessor', () => {
  const entries = history();
  expect(verifyChain('acc_1#0', entries)).toBeUndefined();
  expect(verifyChain('acc_1#0', entries.slice(2), entries[1])).toBeUndefined();
});

test('the hash is the same text for ever: it is stored', () => {
  expect(history().at(-1)?.hash).toBe('5j0-6iw9X3GpAwQZMEMvpAPbaxWAudf9mQuMyfcNkIk');
});

const field = (change: Partial<Entry>) => (entries: Entry[]) =>
  entries.with(2, { ...entries[2]!, ...change });

const damages: [string, (entries: Entry[]) => Entry[], number, RegExp][] = [
  ['an entry is missing', (entries) => entries.toSpliced(2, 1), 4, /an entry is missing/],
  ['the first entry is missing', (entries) => entries.slice(1), 2, /an entry is missing/],
  ['two entries changed places', (entries) => [0, 2, 1, 3, 4].map((i) => entries[i]!), 3, /missing/],
  ['an entry stands there twice', (entries) => entries.toSpliced(2, 0, entries[1]!), 2, /missing/],
  ['an amount was edited', field({ heldDelta: -31n }), 3, /held does not add up/],
  ['an amount and its total were edited', field({ heldDelta: -31n, held: -1n }), 3, /hash/],
  ['available was edited', field({ available: 71n }), 3, /available does not add up/],
  ['the time was edited', field({ atMs: 1 }), 3, /hash/],
  ['the type was edited', field({ type: 'void' }), 3, /hash/],
  ['the subject was edited', field({ subject: 'pay_9' }), 3, /hash/],
  ['the body was edited', field({ body: '{"transfer":{"id":"Ош"}}' }), 3, /hash/],
  ['the hash was edited', field({ hash: 'x' }), 3, /hash/],
  ['an entry was edited together with its hash', (entries) => rehashed(entries, 2, { atMs: 1 }), 4, /hash/],
];

describe('damage is found and named', () => {
  test.each(damages)('%s', (_, damage, seq, problem) => {
    const found = verifyChain('acc_1#0', damage(history()));
    expect(found?.seq).toBe(seq);
    expect(found?.problem).toMatch(problem);
  });
});

test('a history put in the place of another account’s is found at its first entry', () => {
  expect(verifyChain('acc_2#0', history())).toEqual({ seq: 1, problem: expect.stringMatching(/hash/) });
});
