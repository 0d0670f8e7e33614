/** The legs of a transfer: from every state, by every answer, to the next; and that all ways come to an end. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  advanced,
  afterVoid,
  answers,
  enquiriesMax,
  type Leg,
  type LegOutcome,
  type LegState,
  legsBegun,
  legsFound,
  taskOf,
  turnedBack,
} from '../../src/ledger/legs.ts';

const debit: Leg = { does: 'debit', partner: 'con_issuer', account: 'acc_1' };
const credit: Leg = { does: 'credit', partner: 'con_acquirer', account: 'khqr@aclb' };
const refund: Leg = { does: 'refund', partner: 'con_issuer', account: 'acc_1' };
const approved: LegOutcome = { state: 'approved' };
const unknown: LegOutcome = { state: 'unknown' };
const refused: LegOutcome = { state: 'refused', refusal: { code: 'payment.insufficient_funds' } };

/** Where a list of answers leads: the tasks on the way, then where it stands. */
function walk(legs: readonly Leg[], outcomes: readonly LegOutcome[], from = legsBegun(0), stepMs = 0) {
  let state: LegState | undefined = from;
  const tasks: string[] = [];
  let nowMs = 0;
  for (const outcome of outcomes) {
    const task = state && taskOf(state, legs);
    if (!state || !task) break;
    tasks.push(`${task.does} ${task.leg}`);
    nowMs = Math.max(nowMs, state.askAtMs) + stepMs;
    state = advanced(state, { legs, heldAtMs: 0 }, outcome, nowMs);
  }
  return { tasks: tasks.join(', '), state };
}
const done = (leg: number) => ({ way: 'forward', leg });
const undone = (code: string) => ({ way: 'back', leg: -1, refusal: { code } });

describe('the legs of a transfer', () => {
  test.each<[string, Leg[], LegOutcome[], string, object]>([
    ['one is approved', [debit], [approved], 'perform 0', done(1)],
    ['one is refused', [debit], [refused], 'perform 0', undone('payment.insufficient_funds')],
    ['its answer is lost', [debit], [unknown, approved], 'perform 0, enquire 0', done(1)],
    [
      'its answer was a no',
      [debit],
      [unknown, refused],
      'perform 0, enquire 0',
      undone('payment.insufficient_funds'),
    ],
    [
      'it never arrived',
      [debit],
      [unknown, { state: 'absent' }, approved],
      'perform 0, enquire 0, perform 0',
      done(1),
    ],
    [
      'it undid itself',
      [debit],
      [unknown, { state: 'reversed' }],
      'perform 0, enquire 0',
      undone('issuer.declined'),
    ],
    [
      'it did something else',
      [debit],
      [{ state: 'wrong' }, { state: 'reversed' }],
      'perform 0, reverse 0',
      undone('issuer.answer_wrong'),
    ],
    ['two are approved', [debit, credit], [approved, approved], 'perform 0, perform 1', done(2)],
    [
      'the second is refused: the first is undone',
      [debit, credit],
      [approved, refused, { state: 'reversed' }],
      'perform 0, perform 1, reverse 0',
      undone('payment.insufficient_funds'),
    ],
    [
      'undoing is asked until it is acknowledged',
      [debit],
      [{ state: 'wrong' }, unknown, unknown, { state: 'reversed' }],
      'perform 0, reverse 0, reverse 0, reverse 0',
      undone('issuer.answer_wrong'),
    ],
    [
      'a credit cannot be undone: then it counts',
      [credit],
      [{ state: 'wrong' }, { state: 'stands' }],
      'perform 0, reverse 0',
      done(1),
    ],
  ])('%s', (_, legs, outcomes, tasks, state) => {
    const walked = walk(legs, outcomes);
    expect(walked.tasks).toBe(tasks);
    expect(walked.state).toMatchObject(state);
  });

  test('what stays unknown is asked about so often, less and less, then undone', () => {
    const { tasks, state } = walk([debit], Array(enquiriesMax + 1).fill(unknown));
    expect(tasks).toBe(['perform 0', ...Array(enquiriesMax).fill('enquire 0')].join(', '));
    expect(state).toMatchObject({ way: 'back', leg: 0, asks: 'reverse', doubtful: true });
    expect(state?.askAtMs).toBe(1_000 + 2_000 + 4_000 + 8_000 + 16_000);
  });

  test('money on its way back to a payer is asked for without end', () => {
    const { state } = walk([refund], Array(50).fill(unknown));
    expect(state).toMatchObject({ way: 'forward', leg: 0, asks: 'enquire' });
    const late = advanced(legsFound(0), { legs: [refund], heldAtMs: -9e9 }, { state: 'absent' }, 0);
    expect(late).toMatchObject({ way: 'forward', asks: 'perform' });
  });

  test('a payment that never arrived is not begun again when its payer has gone', () => {
    const state = advanced(legsFound(30_000), { legs: [debit], heldAtMs: 0 }, { state: 'absent' }, 30_000);
    expect(state).toMatchObject({ way: 'back', leg: 0, refusal: { code: 'issuer.no_answer' } });
  });

  test('after a crash the first question is how it went', () => {
    expect(taskOf(legsFound(0), [debit])).toEqual({ does: 'enquire', leg: 0 });
  });

  test('what was found after a crash is undone as far as it may have come', () => {
    const { state } = walk([debit, credit], Array(enquiriesMax + 1).fill(unknown), legsFound(0));
    expect(state).toMatchObject({ way: 'back', leg: 1, doubtful: true });
    const further = walk([debit, credit], [approved], legsFound(0));
    expect(further.state).toMatchObject({ leg: 1, asks: 'enquire', found: true });
  });

  test('an answer to another question changes nothing', () => {
    const state = turnedBack(0, { code: 'order.already_paid' }, 0);
    expect(answers(state, { does: 'reverse', leg: 0 })).toBe(true);
    expect(answers(state, { does: 'perform', leg: 0 })).toBe(false);
    expect(answers(legsBegun(0), { does: 'enquire', leg: 0 })).toBe(true);
    expect(answers(legsBegun(0), { does: 'perform', leg: 1 })).toBe(false);
  });
});

describe('after the void', () => {
  const doubtful = { ...turnedBack(-1, { code: 'issuer.no_answer' } as const, 0), doubtful: true } as const;

  test('only what was in doubt is watched', () => {
    expect(afterVoid(turnedBack(-1, { code: 'issuer.declined' }, 0), 0)).toBeUndefined();
    expect(afterVoid(doubtful, 0)).toMatchObject({ way: 'watch', leg: 0, asks: 'enquire', voided: true });
  });

  test('an approval is undone again, and watched again', () => {
    const watch = afterVoid(doubtful, 0);
    if (!watch) throw new Error('not watched');
    const again = advanced(watch, { legs: [debit], heldAtMs: 0 }, approved, 1);
    expect(again).toMatchObject({ way: 'back', leg: 0, asks: 'reverse', voided: true });
    const undoneAgain = again && advanced(again, { legs: [debit], heldAtMs: 0 }, { state: 'reversed' }, 2);
    expect(undoneAgain).toMatchObject({ way: 'back', leg: -1, voided: true });
    expect(undoneAgain && afterVoid(undoneAgain, 3)).toMatchObject({ way: 'watch' });
  });

  test('every leg is looked at, since any may have come late', () => {
    const { tasks } = walk([debit, credit], Array(4).fill({ state: 'reversed' }), afterVoid(doubtful, 0));
    expect(tasks).toBe('enquire 0, enquire 1, enquire 0, enquire 1');
  });

  test('five quiet looks are enough', () => {
    const { tasks, state } = walk([debit], Array(9).fill({ state: 'reversed' }), afterVoid(doubtful, 0));
    expect(tasks.split(', ')).toHaveLength(5);
    expect(state).toBeUndefined();
  });
});

describe('whatever partners answer', () => {
  const outcome = fc.constantFrom<LegOutcome[]>(
    approved,
    refused,
    unknown,
    { state: 'absent' },
    { state: 'wrong' },
    { state: 'reversed' },
    { state: 'stands' },
  );

  test('nothing is accepted before all legs are approved, and nothing voided before all are undone', () => {
    fc.assert(
      fc.property(
        fc.constantFrom([debit], [credit], [debit, credit]),
        fc.array(outcome, { maxLength: 40 }),
        fc.integer({ min: 0, max: 10_000 }),
        (legs, outcomes, stepMs) => {
          // What is true at the partners: whether they have done their part, as far as they have said.
          const did = new Map<number, 'yes' | 'no'>();
          let state = legsBegun(0);
          for (const said of outcomes) {
            const task = taskOf(state, legs);
            if (!task) break;
            if (said.state === 'approved' && task.does !== 'reverse') did.set(task.leg, 'yes');
            if (said.state === 'stands' && task.does === 'reverse') did.set(task.leg, 'yes');
            if (said.state === 'reversed') did.set(task.leg, 'no');
            if (said.state === 'refused' && task.does !== 'reverse') did.set(task.leg, 'no');
            const next = advanced(state, { legs, heldAtMs: 0 }, said, state.askAtMs + stepMs);
            if (!next) break;
            state = next;
          }
          if (state.way === 'forward' && state.leg === legs.length) {
            for (const leg of legs.keys()) expect(did.get(leg)).toBe('yes');
          }
          if (state.way === 'back' && state.leg < 0) {
            for (const leg of legs.keys()) expect(did.get(leg) ?? 'no').toBe('no');
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
