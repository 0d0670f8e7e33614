/** What staff ask, one question after the other over one connection, and how long each answer takes. */
import { wire } from '../load/client.ts';
import { Connection } from '../load/connection.ts';

export interface Times {
  readonly p50Ms: number;
  readonly p95Ms: number;
}

export class Staff {
  readonly #connection: Connection;
  readonly #host: string;
  readonly #key: string;

  private constructor(connection: Connection, host: string, key: string) {
    this.#connection = connection;
    this.#host = host;
    this.#key = key;
  }

  static async at(url: string, key: string): Promise<Staff> {
    return new Staff(await Connection.open(url), new URL(url).host, key);
  }

  async ask(path: string) {
    const headers = { authorization: `Bearer ${this.#key}` };
    const answer = await this.#connection.send(wire(this.#host, { method: 'GET', path, headers, body: '' }));
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${answer.body}`);
    return JSON.parse(answer.body);
  }

  /** Each question once, after a few that only warm up; rows that come back are rows that were there. */
  async timed(count: number, path: () => string, isRight: (rows: number) => boolean): Promise<Times> {
    const times: number[] = [];
    for (let index = -5; index < count; index++) {
      const askedMs = performance.now();
      const { data } = await this.ask(path());
      if (index >= 0) times.push(performance.now() - askedMs);
      if (!isRight(data.length)) throw new Error(`${path()}: ${data.length} rows`);
    }
    times.sort((one, other) => one - other);
    const at = (share: number) => Math.round((times[Math.floor(times.length * share)] ?? 0) * 10) / 10;
    return { p50Ms: at(0.5), p95Ms: at(0.95) };
  }

  close(): void {
    this.#connection.close();
  }
}
