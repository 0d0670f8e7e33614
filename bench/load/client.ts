/**
 * A load generator: N clients in a closed loop over keep-alive connections, each waiting for its answer
 * before it sends the next request.
 */
import { Connection } from './connection.ts';

export interface Shot {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Outcome {
  /** Good answers counted, after the warm-up. */
  readonly answers: number;
  /** Good answers from the first request on. */
  readonly answersInAll: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Answers that were not good, from the first request on, and what the first of them said. */
  readonly failures: number;
  readonly firstFailure: string | undefined;
  /** What one request cost the generator itself. */
  readonly generatorUs: number;
}

export interface LoadOptions {
  readonly url: string;
  readonly clients: number;
  readonly seconds: number;
  readonly warmUpSeconds: number;
  /** The next request of any client. */
  next(): Shot;
  /** Whether an answer is what it should be. */
  good(status: number, body: string): boolean;
}

export async function load(options: LoadOptions): Promise<Outcome> {
  const { url, clients, seconds, warmUpSeconds, next, good } = options;
  const connections = await Promise.all(Array.from({ length: clients }, () => Connection.open(url)));
  const { host } = new URL(url);
  const cpuBefore = process.cpuUsage();
  const countFromMs = performance.now() + warmUpSeconds * 1_000;
  const endMs = countFromMs + seconds * 1_000;
  const latencies: number[] = [];
  const failed: string[] = [];
  let answersInAll = 0;

  const client = async (connection: Connection): Promise<void> => {
    for (let nowMs = performance.now(); nowMs < endMs; ) {
      const sentMs = nowMs;
      const { status, body } = await connection.send(wire(host, next()));
      nowMs = performance.now();
      if (!good(status, body)) failed.push(`${status} ${body}`);
      else {
        answersInAll++;
        if (nowMs >= countFromMs && nowMs <= endMs) latencies.push(nowMs - sentMs);
      }
    }
  };
  await Promise.all(connections.map(client));
  for (const connection of connections) connection.close();
  const { user, system } = process.cpuUsage(cpuBefore);
  latencies.sort((left, right) => left - right);
  const at = (share: number) =>
    latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0;
  return {
    answers: latencies.length,
    answersInAll,
    perSecond: latencies.length / seconds,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    failures: failed.length,
    firstFailure: failed[0],
    generatorUs: (user + system) / Math.max(1, answersInAll + failed.length),
  };
}

/** A request as it goes over the wire. */
export function wire(host: string, { method, path, headers, body }: Shot): string {
  let text = `${method} ${path} HTTP/1.1\r\nhost: ${host}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n`;
  for (const name in headers) text += `${name}: ${headers[name]}\r\n`;
  return `${text}\r\n${body}`;
}
