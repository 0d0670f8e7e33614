/** Waiting for a switch to answer. */
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf, StartProblem } from './problem.ts';

const pollMs = 40;
// A Worker that answers, but not well, prints why each time: asking slowly keeps that readable.
const faultPollMs = 1_000;
const startMsMax = 30_000;
const answerMsMax = 5_000;

/** Resolves once `GET /healthz` answers 200; throws when the process ends first, or never gets there. */
export async function untilHealthy(url: string, ended: Promise<string>, signal?: AbortSignal): Promise<void> {
  let how: string | undefined;
  void ended.then((description) => {
    how = description;
  });
  const deadline = Date.now() + startMsMax;
  let waitMs = pollMs;
  for (let last = 'no answer'; ; await delay(waitMs)) {
    signal?.throwIfAborted();
    if (how !== undefined)
      throw new StartProblem(`The switch did not start (${how}): see its message above.`);
    if (Date.now() > deadline) throw new StartProblem(`${url}/healthz does not answer 200: ${last}`);
    try {
      const answer = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(answerMsMax) });
      const text = await answer.text();
      if (answer.status === 200) return;
      last = `${answer.status} ${text.slice(0, 500)}`;
      waitMs = faultPollMs;
    } catch (error) {
      last = messageOf(error);
    }
  }
}
