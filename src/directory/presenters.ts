/** The directory's queries about payers who show something at a register: codes, or a phone number and a password. */
import { and, eq, sql } from 'drizzle-orm';
import type { DrizzleD1Database } from 'drizzle-orm/d1';
import { Cache } from '../kernel/index.ts';
import type { Act, AuditLog } from './audit.ts';
import { holders, participants, presenters } from './schema.ts';

export type PresenterRow = typeof presenters.$inferSelect;

// A change of what a payer said, or of a participant, is everywhere within this time.
const lifetimeMs = 10_000;
const cachedMax = 20_000;

export function presentersOf(db: DrizzleD1Database, audit: Pick<AuditLog, 'add' | 'change'>) {
  const byAccount = new Cache<PresenterRow | undefined>(lifetimeMs, cachedMax);
  const byLocator = new Cache<PresenterRow | undefined>(lifetimeMs, cachedMax);
  const taking = new Cache<boolean>(lifetimeMs, cachedMax);

  return {
    /** What an account has said; undefined when it never showed anything. */
    presenter: (account: string): Promise<PresenterRow | undefined> =>
      byAccount.get(
        account,
        async () => (await db.select().from(presenters).where(eq(presenters.id, account)).all())[0],
      ),
    presenterAt: (locator: number): Promise<PresenterRow | undefined> =>
      byLocator.get(
        String(locator),
        async () => (await db.select().from(presenters).where(eq(presenters.locator, locator)).all())[0],
      ),

    /** The same, made the first time it is asked for. */
    async ensurePresenter(act: Act, account: string): Promise<PresenterRow> {
      const existing = await this.presenter(account);
      if (existing) return existing;
      await audit.add(act, presenters, { id: account, createdAtMs: Date.now() });
      byAccount.forget(account);
      const made = await this.presenter(account);
      if (!made) throw new Error(`the presenter of ${account} is not there after it was made`);
      return made;
    },

    /** `confirmAboveMinor` null: as usual for the currency. */
    async changePresenter(act: Act, account: string, confirmAboveMinor: number | null): Promise<void> {
      const { locator } = await this.ensurePresenter(act, account);
      await audit.change(act, presenters, account, { confirmAboveMinor });
      byAccount.forget(account);
      byLocator.forget(String(locator));
    },

    /** Whether a participant is active, at most seconds old. */
    takesPart: (participant: string): Promise<boolean> =>
      taking.get(participant, async () => {
        const active = and(eq(participants.id, participant), eq(participants.status, 'active'));
        return (await db.$count(participants, active)) > 0;
      }),

    /** Every issuer that is active. */
    async issuers(): Promise<string[]> {
      const active = and(eq(participants.role, 'issuer'), eq(participants.status, 'active'));
      const rows = await db.select({ id: participants.id }).from(participants).where(active).all();
      return rows.map(({ id }) => id);
    },

    /** Accounts whose holders have one of these phones, newest first. */
    async accountsWithPhone(hashes: readonly string[], limit: number): Promise<string[]> {
      const rows = await db
        .select({ id: holders.id })
        .from(holders)
        .where(sql`${holders.phoneHash} IN (SELECT value FROM json_each(${JSON.stringify(hashes)}))`)
        .orderBy(sql`${holders.id} DESC`)
        .limit(limit)
        .all();
      return rows.map(({ id }) => id);
    },
  };
}
