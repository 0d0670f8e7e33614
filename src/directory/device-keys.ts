/** Public keys of payers' devices. What confirms money is read as it is now, never from memory. */
import { and, eq, isNull } from 'drizzle-orm';
import type { DrizzleD1Database } from 'drizzle-orm/d1';
import type { Act, auditOf } from './audit.ts';
import { list, type PageRequest } from './page.ts';
import { deviceKeys } from './schema.ts';

export type DeviceKeyRow = typeof deviceKeys.$inferSelect;

export function deviceKeysOf(db: DrizzleD1Database, log: ReturnType<typeof auditOf>) {
  const good = (account: string) => and(eq(deviceKeys.account, account), isNull(deviceKeys.revokedAtMs));

  return {
    /** False when the account has this public key already, revoked or not. */
    add: (act: Act, row: DeviceKeyRow): Promise<boolean> => log.add(act, deviceKeys, row),

    /** A key of an account, revoked ones too. */
    async find(account: string, id: string): Promise<DeviceKeyRow | undefined> {
      const where = and(eq(deviceKeys.id, id), eq(deviceKeys.account, account));
      return (await db.select().from(deviceKeys).where(where).all())[0];
    },

    list: (account: string, page: PageRequest) =>
      list<DeviceKeyRow>(db, deviceKeys, deviceKeys.id, page, eq(deviceKeys.account, account)),

    /** How many are not revoked. */
    count: (account: string): Promise<number> => db.$count(deviceKeys, good(account)),

    /** The first revocation counts: undefined when it was revoked before. */
    revoke: (act: Act, id: string, nowMs: number): Promise<DeviceKeyRow | undefined> =>
      log.change(act, deviceKeys, id, { revokedAtMs: nowMs }, isNull(deviceKeys.revokedAtMs)),
  };
}
