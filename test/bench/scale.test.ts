/** The model's queues against what is known of queues, and its country against what is known of it. */
import { describe, expect, test } from 'vitest';
import { randomFrom } from '../../bench/load/chance.ts';
import { Clock } from '../../bench/scale/clock.ts';
import { baseCountry, merchantShares, simulate } from '../../bench/scale/country.ts';
import { Station } from '../../bench/scale/station.ts';

const arrivals = 200_000;

/** Poisson arrivals at one station for as long as it takes; the mean time from arrival to answer. */
function run(perSecond: number, serviceMs: (random: () => number, size: number) => number, groupMax = 1) {
  const clock = new Clock();
  const random = randomFrom(7);
  const station = new Station({ clock, groupMax, serviceMs: (size) => serviceMs(random, size) });
  let left = arrivals;
  let answered = 0;
  let sumMs = 0;
  const arrive = () => {
    const fromMs = clock.nowMs;
    station.serve(() => {
      answered++;
      sumMs += clock.nowMs - fromMs;
    });
    if (--left > 0) clock.after(exponential(random, 1_000 / perSecond), arrive);
  };
  clock.after(0, arrive);
  clock.run((1_000 * arrivals) / perSecond + 60_000);
  return { meanMs: sumMs / answered, answered, counts: station.counts, elapsedMs: clock.nowMs };
}

const exponential = (random: () => number, meanMs: number) => -meanMs * Math.log(1 - random());

describe('one queue', () => {
  test.each([0.3, 0.6, 0.8])('M/M/1 at load %d: mean time in the system is 1 / (μ − λ)', (load) => {
    const { meanMs } = run(1_000 * load, (random) => exponential(random, 1));
    expect(meanMs / (1 / (1 - load))).toBeCloseTo(1, 1);
  });

  test.each([0.3, 0.6, 0.8])('M/D/1 at load %d: mean wait is half of M/M/1’s', (load) => {
    const { meanMs } = run(1_000 * load, () => 1);
    expect(meanMs / (1 + load / (2 * (1 - load)))).toBeCloseTo(1, 1);
  });

  test('Little’s law: as many are present as arrive in the time one stays', () => {
    const { meanMs, answered, counts, elapsedMs } = run(700, () => 1);
    expect(counts.present).toBeCloseTo((answered / elapsedMs) * meanMs, 6);
  });

  test('everybody is answered, and it is at work for as long as the work takes', () => {
    const { answered, counts, elapsedMs } = run(500, () => 1);
    expect(answered).toBe(arrivals);
    expect(counts.busy * elapsedMs).toBeCloseTo(arrivals, 3);
  });

  test('a group commit takes what one by one would never end', () => {
    const { meanMs, counts } = run(5_000, () => 5, 256);
    // Nobody waits for more than the commit under way and his own.
    expect(meanMs).toBeGreaterThan(5);
    expect(meanMs).toBeLessThan(10);
    expect(counts.services).toBeLessThan(arrivals / 20);
  });

  test('what is due at the same time happens in the order it was put in', () => {
    const clock = new Clock();
    const happened: number[] = [];
    for (const at of [3, 1, 2, 1, 3, 2]) clock.after(at, () => happened.push(at * 10 + happened.length));
    clock.run(10);
    expect(happened).toEqual([10, 11, 22, 23, 34, 35]);
  });
});

describe('the country', () => {
  test('ten merchants take the share they should, and all together take everything', () => {
    const shares = merchantShares(10_000, 10, 0.3);
    const sum = (some: readonly number[]) => some.reduce((left, right) => left + right, 0);
    expect(sum(shares.slice(0, 10))).toBeCloseTo(0.3, 3);
    expect(sum(shares)).toBeCloseTo(1, 9);
  });

  const small = { ...baseCountry, perSecond: 400, merchants: 500, books: 16, seconds: 4, warmUpSeconds: 1 };

  test('the same seed gives the same country', () => {
    expect(simulate(small)).toEqual(simulate(small));
  });

  test('at rest a payment takes the way it has to go, and no more', () => {
    const quiet = { ...small, perSecond: 5, seconds: 40, stripes: { top: 16, others: 16 } };
    const { p50Ms, localShare } = simulate(quiet);
    expect(localShare).toBe(1);
    // To the directory and to the payer's book, and their work there.
    const wayMs = 2 * quiet.reachMs + quiet.directoryMs + quiet.threadMs + quiet.commitMs;
    expect(p50Ms).toBeCloseTo(wayMs, 3);
  });

  test('stripes in every book keep payments in the payer’s own', () => {
    const one = simulate({ ...small, stripes: { top: 1, others: 1 } });
    const all = simulate({ ...small, stripes: { top: 16, others: 1 } });
    expect(one.localShare).toBeCloseTo(1 / 16, 1);
    expect(all.localShare).toBeGreaterThan(one.localShare + 0.2);
  });

  test('a merchant that takes more than a book can serve needs another stripe', () => {
    const rush = { ...small, perSecond: 3_000, books: 64, topShare: 0.9, seconds: 6 };
    const one = simulate({ ...rush, threadMs: 2, stripes: { top: 1, others: 1 } });
    const many = simulate({ ...rush, threadMs: 2, stripes: { top: 32, others: 1 } });
    expect(one.breaks).not.toEqual([]);
    expect(many.busiestBook).toBeLessThan(0.95);
    expect(many.answeredShare).toBeGreaterThan(one.answeredShare);
  });
});
