/**
 * A load generator: N clients in a closed loop over keep-alive connections, each waiting for its answer
 * before it sends the next request. Plain node:http, so that the generator costs little of the machine.
 */
import { Agent, request } from 'node:http';

export interface Shot {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
}

export interface Outcome {
  /** Answers counted, after the warm-up. */
  readonly answers: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly failures: number;
}

export interface LoadOptions {
  readonly url: string;
  readonly clients: number;
  readonly seconds: number;
  readonly warmUpSeconds: number;
  /** The next request of a client. */
  next(client: number): Shot;
  /** Whether an answer is what it should be. */
  good(status: number, body: string): boolean;
}

export async function load(options: LoadOptions): Promise<Outcome> {
  const { hostname, port } = new URL(options.url);
  const agent = new Agent({ keepAlive: true, maxSockets: options.clients });
  const startMs = performance.now();
  const countFromMs = startMs + options.warmUpSeconds * 1_000;
  const endMs = countFromMs + options.seconds * 1_000;
  const latencies: number[] = [];
  let failures = 0;

  const fire = (shot: Shot): Promise<{ status: number; body: string }> =>
    new Promise((resolve, reject) => {
      const outgoing = request(
        { agent, hostname, port, method: shot.method, path: shot.path, headers: shot.headers },
        (incoming) => {
          const chunks: Buffer[] = [];
          incoming.on('data', (chunk) => chunks.push(chunk));
          incoming.on('end', () =>
            resolve({ status: incoming.statusCode ?? 0, body: Buffer.concat(chunks).toString() }),
          );
          incoming.on('error', reject);
        },
      );
      outgoing.on('error', reject);
      outgoing.end(shot.body);
    });

  const client = async (index: number): Promise<void> => {
    while (performance.now() < endMs) {
      const sentMs = performance.now();
      const { status, body } = await fire(options.next(index));
      const doneMs = performance.now();
      if (doneMs < countFromMs || doneMs > endMs) continue;
      if (options.good(status, body)) latencies.push(doneMs - sentMs);
      else failures++;
    }
  };
  await Promise.all(Array.from({ length: options.clients }, (_, index) => client(index)));
  agent.destroy();
  latencies.sort((left, right) => left - right);
  const at = (share: number) =>
    latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0;
  return {
    answers: latencies.length,
    perSecond: latencies.length / options.seconds,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    failures,
  };
}
