/**
 * Lock-out: whoever fails too often waits, longer each time. Counted for the e-mail address, whether somebody has
 * it or not, and for the network the attempts come from: many share one, so it begins every hour anew, however
 * seldom nobody fails there. An attempt is counted before it is looked at, so that many at once are as many as one
 * after another.
 */
import type { Directory } from '../directory/index.ts';
import { type Refused, sha256, toBase64Url } from '../kernel/index.ts';

// Failures that cost nothing but an answer. Many people may come from one network.
const freeFailures = { person: 5, network: 100 };
const waitMs = [1, 2, 4, 8, 15].map((minutes) => minutes * 60_000);
const waitMsMax = 15 * 60_000;
const hourMs = 3_600_000;
// After an hour without any they are forgotten.
const rememberedMs = hourMs;

export interface Attempt {
  /** It was the right person. */
  succeeded(): Promise<void>;
}

/** Whether an attempt may be made now; it counts as failed until it is said to have succeeded. */
export async function attempt(
  directory: Directory,
  { email, network, nowMs }: { readonly email: string; readonly network: string; readonly nowMs: number },
): Promise<Attempt | Refused> {
  const person = await subjectOf('person', email);
  // Where nobody knows it, it says nothing.
  const place = await networkSubject('network', network === '' ? email : network, nowMs);
  const sinceMs = nowMs - rememberedMs;
  const before = await directory.failedSignIns([person, place], sinceMs);
  const untilMs = Math.max(
    lockedUntil(before.get(person), freeFailures.person),
    lockedUntil(before.get(place), freeFailures.network),
  );
  if (untilMs > nowMs) return locked(untilMs - nowMs);
  const counted = await directory.countFailedSignIn([person, place], nowMs, sinceMs);
  const expected = (before.get(person)?.count ?? 0) + 1;
  const count = counted.get(person) ?? expected;
  // Others were quicker, and used up what was free.
  if (count > expected && count > freeFailures.person) return locked(waitAfter(count - freeFailures.person));
  return { succeeded: () => directory.forgiveSignIn(person, place) };
}

/** Nothing that old is needed any more. */
export const forgetFailures = (directory: Directory, nowMs: number): Promise<void> =>
  directory.forgetFailedSignIns(nowMs - rememberedMs);

const lockedUntil = (failed: { count: number; lastAtMs: number } | undefined, free: number): number =>
  failed && failed.count >= free ? failed.lastAtMs + waitAfter(failed.count - free + 1) : 0;

const waitAfter = (failures: number): number => waitMs[failures - 1] ?? waitMsMax;

const locked = (ms: number): Refused => {
  const retryAfterS = Math.ceil(ms / 1_000);
  const detail = `too many failed attempts: try again in ${Math.ceil(retryAfterS / 60)} min`;
  return { ok: false, refusal: { code: 'sign_in.locked', detail, retryAfterS } };
};

/** What is counted for a network within this hour. */
export const networkSubject = (kind: string, network: string, nowMs: number): Promise<string> =>
  subjectOf(kind, `${Math.floor(nowMs / hourMs)} ${network}`);

const subjectOf = async (kind: string, text: string): Promise<string> =>
  toBase64Url(await sha256(`${kind} ${text}`));
