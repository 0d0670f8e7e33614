/** The client against the switch under test, over a connection that can be made bad. */
import { exports } from 'cloudflare:workers';
import { type Client, type ClientOptions, type Credentials, clientOf } from '../../src/client/index.ts';

const worker = (exports as unknown as { default: Fetcher }).default;

/** What becomes of one attempt: the request is lost, the answer is, another answers, or all goes well. */
export type Fate = 'request lost' | 'answer lost' | 'cut short' | Response | undefined;

export interface Line {
  readonly client: Client;
  /** What was asked for, attempt by attempt. */
  readonly attempts: Request[];
  /** How long the client waited between them. */
  readonly pauses: number[];
}

/** A client on a line whose first attempts have these fates. It waits for nothing. */
export function lineOf(
  credentials: Credentials,
  fates: Fate[] = [],
  more: Partial<ClientOptions> = {},
): Line {
  const [attempts, pauses, ahead]: [Request[], number[], Fate[]] = [[], [], [...fates]];
  const client = clientOf({
    url: 'https://switch.test',
    credentials,
    async fetch(url, init) {
      const request = new Request(url, init);
      attempts.push(request.clone());
      const fate = ahead.shift();
      if (fate instanceof Response) return fate;
      if (fate === 'request lost') throw new TypeError('no connection');
      const answer = await worker.fetch(request);
      if (fate === undefined) return answer;
      const text = await answer.text();
      if (fate === 'answer lost') throw new TypeError('the connection was lost');
      return new Response(text.slice(0, text.length / 2), answer);
    },
    async pause(ms, signal) {
      pauses.push(ms);
      signal?.throwIfAborted();
    },
    ...more,
  });
  return { client, attempts, pauses };
}

/** The switch, or a proxy before it, says no. */
export const problem = (status: number, code: string, headers: Record<string, string> = {}): Response =>
  Response.json(
    { status, code, title: code, detail: code },
    { status, headers: { 'content-type': 'application/problem+json', ...headers } },
  );
