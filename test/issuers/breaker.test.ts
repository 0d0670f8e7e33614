import { describe, expect, test } from 'vitest';
import { Breaker } from '../../src/issuers/index.ts';

const deadlineMs = 1_000;

function brokenAt(nowMs: number): Breaker {
  const breaker = new Breaker();
  for (let count = 0; count < 5; count++) breaker.silent('con_a', nowMs);
  return breaker;
}

describe('the circuit of a partner', () => {
  test('opens after five silences in a row, and for that partner only', () => {
    const breaker = new Breaker();
    for (let count = 0; count < 4; count++) breaker.silent('con_a', 0);
    expect(breaker.permits('con_a', deadlineMs, 0)).toBe(true);
    breaker.silent('con_a', 0);
    expect(breaker.permits('con_a', deadlineMs, 1)).toBe(false);
    expect(breaker.permits('con_b', deadlineMs, 1)).toBe(true);
  });

  test('an answer in between begins the count anew', () => {
    const breaker = new Breaker();
    for (let count = 0; count < 12; count++) {
      breaker.silent('con_a', count);
      if (count % 4 === 3) breaker.answered('con_a');
    }
    expect(breaker.permits('con_a', deadlineMs, 20)).toBe(true);
  });

  test('lets one order through after a while, and the others wait for it', () => {
    const breaker = brokenAt(0);
    expect(breaker.permits('con_a', deadlineMs, 4_999)).toBe(false);
    expect(breaker.permits('con_a', deadlineMs, 5_000)).toBe(true);
    expect(breaker.permits('con_a', deadlineMs, 5_001)).toBe(false);
    expect(breaker.permits('con_a', deadlineMs, 6_000)).toBe(true);
  });

  test('closes when that one is answered', () => {
    const breaker = brokenAt(0);
    breaker.permits('con_a', deadlineMs, 5_000);
    breaker.answered('con_a');
    expect(breaker.permits('con_a', deadlineMs, 5_001)).toBe(true);
  });

  test('stays open longer each time it is not, up to a minute', () => {
    const breaker = brokenAt(0);
    breaker.silent('con_a', 5_000);
    expect(breaker.permits('con_a', deadlineMs, 14_999)).toBe(false);
    expect(breaker.permits('con_a', deadlineMs, 15_000)).toBe(true);
    for (let count = 0; count < 20; count++) breaker.silent('con_a', 15_000);
    expect(breaker.permits('con_a', deadlineMs, 74_999)).toBe(false);
    expect(breaker.permits('con_a', deadlineMs, 75_000)).toBe(true);
  });
});
