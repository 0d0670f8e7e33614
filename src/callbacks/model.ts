/** What is told, and how telling it went. */

/** An event as it is sent: the same for every attempt and every endpoint. */
export interface SentEvent {
  readonly id: string;
  readonly type: string;
  readonly owner: string;
  /** Id of the object it is about. */
  readonly object: string;
  /** Exactly the bytes that are sent and signed. */
  readonly body: string;
}

/** An event and the endpoints that are to hear of it. */
export interface EventToSend extends SentEvent {
  readonly endpoints: readonly string[];
}

/** One attempt, as the log keeps it. */
export interface Attempt {
  readonly endpoint: string;
  readonly url: string;
  /** 1 for the first. */
  readonly number: number;
  readonly atMs: number;
  readonly tookMs: number;
  /** HTTP status; null when there was no answer. */
  readonly status: number | null;
  /** Why it does not count as delivered; null when it does. */
  readonly error: string | null;
  /** The first bytes of what the receiver answered. */
  readonly response: string | null;
}

/** An event with attempts: all of them when read, new ones when written. */
export interface LoggedEvent extends SentEvent {
  readonly attempts: readonly Attempt[];
}

/** Several events on their way to their endpoints for the first time. */
export interface CallbackMessage {
  readonly events: readonly EventToSend[];
}

/** One delivery that is to be tried again. What is sent stands in the log. */
export interface RetryMessage {
  readonly delivery: string;
  /** The attempt this message stands for; another one that was made meanwhile makes it void. */
  readonly attempt: number;
}

/** Id of the object a body is about. */
export const objectIn = (body: string): string => String(JSON.parse(body).data?.id ?? '');
