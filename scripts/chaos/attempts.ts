/** Everything the clients asked for, and what they were told. A request is sent until its answer is definite. */
import { isDeepStrictEqual } from 'node:util';
import type { Json } from '../sandbox/api.ts';

export type AttemptKind = 'payment' | 'top_up' | 'refund' | 'order' | 'cancel';

export interface Attempt {
  readonly kind: AttemptKind;
  readonly path: string;
  readonly apiKey: string;
  readonly body: Json;
  readonly key: string;
  /** The account or merchant it is for. */
  readonly of: string;
  /** The first definite answer: no later one may differ. */
  answer: Json | undefined;
  /** A definite no, without anything stored. */
  refused: string | undefined;
  /** Answered while the chaos lasted. */
  acknowledged: boolean;
}

/** Its answer never changes, and is in the books. */
export const movesMoney = ({ kind }: Attempt): boolean => kind !== 'order' && kind !== 'cancel';

export const isDefinite = ({ answer, refused }: Attempt): boolean =>
  answer !== undefined || refused !== undefined;

// A switch that is killed answers nobody; one that lives answers long before.
const timeoutMs = 15_000;

/** Sends a request once; true when its answer is definite. Contradictions go to `problems`. */
export async function send(url: string, attempt: Attempt, problems: string[]): Promise<boolean> {
  let status: number;
  let json: Json;
  try {
    const response = await fetch(url + attempt.path, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${attempt.apiKey}`,
        'content-type': 'application/json',
        'idempotency-key': attempt.key,
      },
      ...(attempt.body !== undefined && { body: JSON.stringify(attempt.body) }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    json = await response.json();
    status = response.status;
  } catch {
    return false;
  }
  if (status >= 500 || json.code === 'idempotency.in_flight') return false;
  if (status >= 400) {
    // Cancelling what was paid is refused, and so is giving back more than is left.
    if (attempt.answer) problems.push(`${attempt.kind} ${attempt.key} was answered, now it is ${json.code}`);
    attempt.refused = json.code;
    return true;
  }
  if (json.status === 'processing') return false;
  const same = movesMoney(attempt) ? isDeepStrictEqual(attempt.answer, json) : attempt.answer?.id === json.id;
  if (attempt.answer && !same) {
    problems.push(`${attempt.kind} ${attempt.key} was answered differently before`);
  }
  attempt.answer ??= json;
  return true;
}
