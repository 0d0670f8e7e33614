/** Calls of the API by a page, with its visitor's cookie. A call that got no answer is an answer too: `lost`. */

export interface Refusal {
  readonly code: string;
  readonly detail: string;
}
export type Heard<Value> =
  | { readonly is: 'done'; readonly value: Value }
  | { readonly is: 'refused'; readonly problem: Refusal }
  /** Nothing came, or, when the switch was reached, nothing final: it may be asked again. */
  | { readonly is: 'lost'; readonly reached: boolean };

interface Wish {
  readonly body?: unknown;
  readonly key?: string;
  readonly signal?: AbortSignal;
  /** How long the switch may hold its answer back, in seconds. */
  readonly waitS?: number;
}

const patienceMs = 10_000;
// Refused before anything was done, or while it is being done: the same call again is right.
const undecided = ['rate.exceeded', 'idempotency.in_flight'];

export async function ask<Value>(
  method: 'GET' | 'POST',
  path: string,
  wish: Wish = {},
): Promise<Heard<Value>> {
  const { body, key, signal, waitS = 0 } = wish;
  const patience = AbortSignal.timeout(patienceMs + waitS * 1_000);
  try {
    const response = await fetch(waitS > 0 ? `${path}?wait=${waitS}` : path, {
      method,
      cache: 'no-store',
      signal: signal ? AbortSignal.any([signal, patience]) : patience,
      headers: {
        'accept-language': document.documentElement.lang,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(key !== undefined && { 'idempotency-key': key }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const json: unknown = await response.json();
    if (response.ok) return { is: 'done', value: json as Value };
    const problem = json as Refusal;
    if (response.status === 401) signIn();
    const final = response.status < 500 && response.status !== 401 && !undecided.includes(problem.code);
    return final ? { is: 'refused', problem } : { is: 'lost', reached: response.status < 500 };
  } catch {
    return { is: 'lost', reached: false };
  }
}

/** The session has ended; what the device keeps of the sale is there again afterwards. */
function signIn(): void {
  location.assign(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`);
}
