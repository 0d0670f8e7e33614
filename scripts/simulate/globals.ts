/** Clock, timers and random numbers as the code under test finds them: those of the world that is running. */
import { createHash } from 'node:crypto';
import { Violation, type World } from './world.ts';

// Faults the simulation makes are told apart from those of the code by these words.
const expected = /simulated|no answer within/;
// Where a fault was thrown is told differently once code is warm, so it is no part of what happened.
const frames = /\\n {4}at (?:[^"\\]|\\(?!n))*/g;

/** Runs `what` in a world; everything is as before afterwards. */
export async function within<T>(world: World, what: () => Promise<T>): Promise<T> {
  const { setTimeout, clearTimeout } = globalThis;
  const [now, chance, complain] = [Date.now, Math.random, console.error];
  const digest = crypto.subtle.digest;
  Date.now = () => world.nowMs;
  Math.random = () => world.random(2 ** 30) / 2 ** 30;
  console.error = (...words: unknown[]) => {
    const text = words.join(' ');
    world.note(text.replaceAll(frames, ''));
    if (!expected.test(text)) world.fail(new Violation(`a complaint: ${text}`));
  };
  Object.assign(globalThis, {
    setTimeout: (run: () => void, ms = 0) => world.later(ms, 'timer', run),
    clearTimeout: (timer: { cancelled: boolean } | undefined) => {
      if (timer) timer.cancelled = true;
    },
  });
  Reflect.set(crypto, 'getRandomValues', (bytes: Uint8Array) => {
    for (let index = 0; index < bytes.length; index++) bytes[index] = world.random(256);
    return bytes;
  });
  // Node's own leaves for another thread, and comes back when it likes.
  Reflect.set(
    crypto.subtle,
    'digest',
    async (_: string, data: Uint8Array) => new Uint8Array(createHash('sha256').update(data).digest()).buffer,
  );
  try {
    return await what();
  } finally {
    Date.now = now;
    Math.random = chance;
    console.error = complain;
    Object.assign(globalThis, { setTimeout, clearTimeout });
    Reflect.deleteProperty(crypto, 'getRandomValues');
    Reflect.set(crypto.subtle, 'digest', digest);
  }
}
