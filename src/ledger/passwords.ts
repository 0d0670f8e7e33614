/**
 * One-time passwords that payers read out at registers: one row an account, in the book that debits it, so that
 * who guesses is counted in one place whichever register he stands at, and the count survives a crash.
 *
 *     none ──put────▶ live
 *     live ──right──▶ live: its id is told. The transfer that spends it has that id in its key, so there is one
 *     live ──put────▶ live: another one, the former is worth nothing
 *     live ──wrong──▶ live, or locked at the last wrong one that is borne
 *     live ──time───▶ none
 *   locked ──time───▶ none: until then nothing is right, and none is put
 *
 * Wrong ones count only against a live one: where there is nothing to guess, nobody can be locked out. The count
 * goes on from one password to the next, until a right one or a quarter of an hour without any.
 */
import { ok, type Result, refuse } from '../kernel/index.ts';

export interface NewPassword {
  /** Tells it from all others; what its transfer is keyed by. */
  readonly id: string;
  /** Keyed, over account and password. */
  readonly hash: string;
  readonly lifetimeMs: number;
}

interface PasswordRow extends Record<string, SqlStorageValue> {
  id: string;
  hash: string;
  expiresAtMs: number;
  wrong: number;
  lockedUntilMs: number;
}

// Five of a million: who guesses has one chance in 200,000 in each quarter of an hour in which one is live.
const wrongMax = 5;
const lockedForMs = 15 * 60_000;
// No account has this number.
const nobody = 0;

export class Passwords {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Makes a password the only one of an account; until when it is good, or refused while the account is locked. */
  put(account: number, { id, hash, lifetimeMs }: NewPassword, nowMs: number): Result<number> {
    const before = this.#row(account);
    if (before && before.lockedUntilMs > nowMs) return refuse('password.locked');
    const expiresAtMs = nowMs + lifetimeMs;
    const wrong = before && before.expiresAtMs + lockedForMs > nowMs ? before.wrong : 0;
    this.#sql.exec(
      'INSERT OR REPLACE INTO password VALUES (?, ?, ?, ?, ?, 0)',
      account,
      id,
      hash,
      expiresAtMs,
      wrong,
    );
    return ok(expiresAtMs);
  }

  /** The id of the live password this is; undefined, and counted, when it is none. */
  attempt(account: number, hash: string, nowMs: number): string | undefined {
    const live = this.#row(account);
    if (!live || live.lockedUntilMs > nowMs || live.expiresAtMs <= nowMs) {
      this.#write();
      return undefined;
    }
    if (live.hash === hash) {
      if (live.wrong > 0) this.#count(account, { ...live, wrong: 0 });
      return live.id;
    }
    const wrong = live.wrong + 1;
    const locked = { wrong, expiresAtMs: nowMs, lockedUntilMs: nowMs + lockedForMs };
    this.#count(account, wrong < wrongMax ? { ...live, wrong } : locked);
    return undefined;
  }

  /** As much as counting does: how long an answer takes tells nobody whether there was something to guess. */
  #write(): void {
    this.#sql.exec(
      `INSERT INTO password VALUES (?, '', '', 0, 1, 0) ON CONFLICT DO UPDATE SET wrong = wrong + 1`,
      nobody,
    );
  }

  #count(
    account: number,
    { wrong, expiresAtMs, lockedUntilMs }: Pick<PasswordRow, 'wrong' | 'expiresAtMs' | 'lockedUntilMs'>,
  ): void {
    this.#sql.exec(
      'UPDATE password SET wrong = ?, expires_at = ?, locked_until = ? WHERE account = ?',
      wrong,
      expiresAtMs,
      lockedUntilMs,
      account,
    );
  }

  #row(account: number): PasswordRow | undefined {
    return this.#sql
      .exec<PasswordRow>(
        `SELECT id, hash, expires_at AS expiresAtMs, wrong, locked_until AS lockedUntilMs
         FROM password WHERE account = ?`,
        account,
      )
      .toArray()[0];
  }
}
