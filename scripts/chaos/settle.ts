/** The time after the last start: open questions are asked again, reports and callbacks catch up. */
import { setTimeout as delay } from 'node:timers/promises';
import { type Attempt, isDefinite, send } from './attempts.ts';
import { each } from './pages.ts';

// What a crash cut short is brought by the alarm or, a minute later, by the sweeper; a callback whose message was
// lost is found overdue after three minutes.
export const patienceMs = 480_000;
const pollMs = 300;

/** Every request gets one definite answer in the end. */
export async function answerAll(
  url: string,
  attempts: readonly Attempt[],
  problems: string[],
  untilMs: number,
): Promise<void> {
  await each(
    attempts.filter((attempt) => !isDefinite(attempt)),
    async (attempt) => {
      while (!(await send(url, attempt, problems))) {
        if (Date.now() > untilMs) {
          problems.push(`${attempt.kind} ${attempt.key} has no answer`);
          return;
        }
        await delay(pollMs);
      }
    },
  );
}

/** Reads until nothing is wrong with it any more, or for as long as patience lasts. */
export async function eventually<T>(
  read: () => Promise<T>,
  wrong: (read: T) => readonly string[],
  untilMs: number,
): Promise<T> {
  for (;;) {
    const now = await read();
    if (wrong(now).length === 0 || Date.now() > untilMs) return now;
    await delay(pollMs);
  }
}
