import { DurableObject } from 'cloudflare:workers';
import { sha256, toBase64Url } from '../kernel/index.ts';

export interface NonceEnv {
  NONCES: DurableObjectNamespace<Nonces>;
}

export interface NonceStore {
  /** Takes a key's nonce for good; false when it was taken before. `untilMs`: when nobody takes it any more. */
  take(keyId: string, nonce: string, untilMs: number): Promise<boolean>;
}

// 132 of a SHA-256's bits: nonces have many lengths, what is stored has one.
const digestLength = 22;
// A row is written whole for each group of nonces: about as large as a page of the database.
const rowLengthMax = 180 * digestLength;
const minuteMs = 60_000;

export const nonceStore = (namespace: NonceEnv['NONCES']): NonceStore => ({
  async take(keyId, nonce, untilMs) {
    const digest = toBase64Url(await sha256(nonce)).slice(0, digestLength);
    return namespace.get(namespace.idFromName(keyId)).take(digest, untilMs);
  },
});

interface Minute {
  readonly digests: Set<string>;
  /** The row that is being filled, and what it holds. */
  row: number;
  text: string;
}

/**
 * One key's nonces, in buckets by the minute in which they end. What arrives while a write is under way shares
 * the next one: a row written per request when they come alone, far fewer when they come together.
 */
export class Nonces extends DurableObject {
  readonly #minutes = new Map<number, Minute>();
  #waiting: { digest: string; minute: number }[] = [];
  #next: Promise<void> | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(context: DurableObjectState, env: object) {
    super(context, env);
    const { sql } = context.storage;
    sql.exec(`CREATE TABLE IF NOT EXISTS nonces (
      minute INTEGER NOT NULL, row INTEGER NOT NULL, digests TEXT NOT NULL, PRIMARY KEY (minute, row)
    ) WITHOUT ROWID`);
    const rows = sql.exec<{ minute: number; row: number; digests: string }>(
      'SELECT minute, row, digests FROM nonces ORDER BY minute, row',
    );
    for (const { minute, row, digests } of rows) {
      const kept = this.#minute(minute);
      kept.row = row;
      kept.text = digests;
      for (let at = 0; at < digests.length; at += digestLength) {
        kept.digests.add(digests.slice(at, at + digestLength));
      }
    }
  }

  /** Answers once the nonce is on disk. One whose write failed stays taken: its sender signs again. */
  async take(digest: string, untilMs: number): Promise<boolean> {
    this.#forget(Date.now());
    for (const { digests } of this.#minutes.values()) if (digests.has(digest)) return false;
    // A minute more, for a machine whose clock is ahead of this one's.
    const minute = Math.ceil(untilMs / minuteMs) + 1;
    this.#minute(minute).digests.add(digest);
    this.#waiting.push({ digest, minute });
    this.#next ??= this.#write();
    await this.#next;
    return true;
  }

  async #write(): Promise<void> {
    await this.#last;
    this.#next = undefined;
    const group = this.#waiting.splice(0);
    const touched = new Set<number>();
    for (const { digest, minute } of group) {
      const kept = this.#minute(minute);
      if (kept.text.length >= rowLengthMax) {
        this.#store(minute, kept);
        kept.row++;
        kept.text = '';
      }
      kept.text += digest;
      touched.add(minute);
    }
    for (const minute of touched) this.#store(minute, this.#minute(minute));
    const stored = this.ctx.storage.sync();
    this.#last = stored.catch(() => undefined);
    await stored;
  }

  #store(minute: number, { row, text }: Minute): void {
    this.ctx.storage.sql.exec(
      `INSERT INTO nonces (minute, row, digests) VALUES (?, ?, ?)
       ON CONFLICT DO UPDATE SET digests = excluded.digests`,
      minute,
      row,
      text,
    );
  }

  #minute(minute: number): Minute {
    const known = this.#minutes.get(minute);
    if (known) return known;
    const fresh = { digests: new Set<string>(), row: 0, text: '' };
    this.#minutes.set(minute, fresh);
    return fresh;
  }

  #forget(nowMs: number): void {
    const ended = [...this.#minutes.keys()].filter((minute) => minute * minuteMs < nowMs);
    if (ended.length === 0) return;
    for (const minute of ended) this.#minutes.delete(minute);
    this.ctx.storage.sql.exec('DELETE FROM nonces WHERE minute * ? < ?', minuteMs, nowMs);
  }
}
