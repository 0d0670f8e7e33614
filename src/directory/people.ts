/** The directory's queries about people who sign in: how, with which devices, and for how long. */
import { and, eq, gt, inArray, isNull, lt, ne, sql } from 'drizzle-orm';
import type { DrizzleD1Database } from 'drizzle-orm/d1';
import { Cache } from '../kernel/index.ts';
import { hashKey, type Principal, type Who } from './access.ts';
import type { Act, AuditLog } from './audit.ts';
import { list, type PageRequest } from './page.ts';
import { challenges, failedSignIns, invitations, logins, operators, passkeys, sessions } from './schema.ts';

export type OperatorRow = typeof operators.$inferSelect;
export type LoginRow = typeof logins.$inferSelect;
export type PasskeyRow = typeof passkeys.$inferSelect;
export type SessionRow = typeof sessions.$inferSelect;
export type InvitationRow = typeof invitations.$inferSelect;
export type ChallengeRow = typeof challenges.$inferSelect;

interface Seen {
  readonly principal: Principal;
  readonly untilMs: number;
}

// A session that was ended elsewhere still works for at most this long in an isolate that has just seen it.
const lifetimeMs = 5_000;
const cachedMax = 20_000;
// When somebody was last seen is written down this often, not with every request.
const seenEveryMs = 5 * 60_000;

export function peopleOf(
  db: DrizzleD1Database,
  log: Pick<AuditLog, 'add' | 'change' | 'remove'>,
  forgetKeys: () => void,
) {
  const seen = new Cache<Seen | undefined>(lifetimeMs, cachedMax);

  const open = (nowMs: number) =>
    and(
      isNull(sessions.endedAtMs),
      gt(sessions.endsAtMs, nowMs),
      gt(sql`${sessions.seenAtMs} + ${sessions.idleMs}`, nowMs),
    );

  async function load(tokenHash: string, nowMs: number): Promise<Seen | undefined> {
    const [row] = await db
      .select()
      .from(sessions)
      .innerJoin(operators, and(eq(operators.id, sessions.person), eq(operators.status, 'active')))
      .where(and(eq(sessions.tokenHash, tokenHash), open(nowMs)))
      .all();
    if (!row) return undefined;
    const { session, operator } = row;
    if (session.seenAtMs + seenEveryMs < nowMs) {
      await db.update(sessions).set({ seenAtMs: nowMs }).where(eq(sessions.id, session.id)).run();
    }
    const untilMs = Math.min(session.endsAtMs, nowMs + session.idleMs);
    return { principal: principalOf(operator, session.id), untilMs };
  }

  const staff = new Cache<Principal | undefined>(lifetimeMs, cachedMax);
  async function loadStaff(email: string): Promise<Principal | undefined> {
    const own = and(
      eq(operators.owner, 'centre'),
      eq(operators.email, email),
      eq(operators.status, 'active'),
    );
    const [row] = await db.select().from(operators).where(own).all();
    return row && principalOf(row, `access ${row.id}`);
  }

  return {
    /** The person of the centre with this address, who was signed in elsewhere; undefined unless active. */
    staffByEmail: (email: string): Promise<Principal | undefined> => staff.get(email, () => loadStaff(email)),
    /** Whether the session was asked for here before. */
    knowsSession: (token: string): boolean => seen.has(token),
    /** The person behind a session's token, while it lasts and they are active. */
    async principalOfSession(token: string, nowMs: number): Promise<Principal | undefined> {
      const found = await seen.get(token, async () => load(await hashKey(token), nowMs));
      return found && found.untilMs > nowMs ? found.principal : undefined;
    },
    session: async (id: string): Promise<SessionRow | undefined> =>
      (await db.select().from(sessions).where(eq(sessions.id, id)).all())[0],
    /** Sessions of a person that are not over. */
    sessions: (person: string, page: PageRequest, nowMs: number) =>
      list<SessionRow>(db, sessions, sessions.id, page, eq(sessions.person, person), open(nowMs)),
    /** Ends one session; false when it is not this person's or is over. */
    async endSession(act: Act, person: string, id: string, nowMs: number): Promise<boolean> {
      const own = and(eq(sessions.person, person), open(nowMs));
      const ended = await log.change(act, sessions, id, { endedAtMs: nowMs }, own);
      seen.clear();
      return ended !== undefined;
    },
    /** Ends every session of a person, but the one that is kept; how many they were. */
    async endSessions(act: Act, person: string, nowMs: number, kept?: string): Promise<number> {
      const rows = await db
        .select({ id: sessions.id })
        .from(sessions)
        .where(and(eq(sessions.person, person), open(nowMs), ne(sessions.id, kept ?? '')))
        .all();
      for (const { id } of rows) await log.change(act, sessions, id, { endedAtMs: nowMs });
      seen.clear();
      return rows.length;
    },
    /** Of sessions that are long over nothing is kept but their records in the audit log. */
    async forgetSessions(beforeMs: number): Promise<void> {
      await db.delete(sessions).where(lt(sessions.endsAtMs, beforeMs)).run();
    },

    loginByEmail: async (email: string): Promise<LoginRow | undefined> =>
      (await db.select().from(logins).where(eq(logins.email, email)).all())[0],
    login: async (person: string): Promise<LoginRow | undefined> =>
      (await db.select().from(logins).where(eq(logins.id, person)).all())[0],
    /** How a person signs in; false when somebody else does with this address. */
    async putLogin(act: Act, row: LoginRow): Promise<boolean> {
      if (await log.add(act, logins, row)) return true;
      const { id, passwordHash } = row;
      return (await log.change(act, logins, id, { passwordHash })) !== undefined;
    },

    /** Changes a person; what they may do is looked up anew everywhere within seconds. */
    async changeOperator(
      act: Act,
      id: string,
      change: Partial<Omit<OperatorRow, 'id' | 'owner' | 'createdAtMs'>>,
    ): Promise<OperatorRow | undefined> {
      const changed = await log.change(act, operators, id, change);
      seen.clear();
      staff.clear();
      forgetKeys();
      return changed;
    },
    /** Whether somebody with this address works there. */
    worksAt: async (owner: string, email: string): Promise<boolean> =>
      (await db.$count(operators, and(eq(operators.owner, owner), eq(operators.email, email)))) > 0,
    /** Whatever they signed in with, and however often they are registered: one address is one person. */
    async isSamePerson(one: string, other: string): Promise<boolean> {
      if (one === other) return true;
      const rows = await db
        .select({ email: operators.email })
        .from(operators)
        .where(inArray(operators.id, [one, other]))
        .all();
      return rows.length === 2 && rows[0]?.email === rows[1]?.email;
    },
    /** How many active administrators of the centre have done something here; signing in is something. */
    async administratorsAtWork(): Promise<number> {
      const [row] = await db.all<{ count: number }>(sql`SELECT count(*) AS count FROM operator
        WHERE owner = 'centre' AND role = 'admin' AND status = 'active'
        AND EXISTS (SELECT 1 FROM audit WHERE actor = operator.id)`);
      return row?.count ?? 0;
    },
    /** Lets somebody who accepted work, under the name they chose; undefined when they were suspended meanwhile. */
    async activate(act: Act, id: string, name: string): Promise<OperatorRow | undefined> {
      const change = { name, status: 'active' as const };
      const changed = await log.change(act, operators, id, change, ne(operators.status, 'suspended'));
      seen.clear();
      return changed;
    },
    /** Changes a merchant's person, unless no active owner would be left: asked and done in one statement. */
    async changeKeepingOwner(
      act: Act,
      { id, owner }: Pick<OperatorRow, 'id' | 'owner'>,
      change: Partial<Omit<OperatorRow, 'id' | 'owner' | 'createdAtMs'>>,
    ): Promise<OperatorRow | undefined> {
      const another = sql`EXISTS (SELECT 1 FROM operator AS other WHERE other.owner = ${owner}
        AND other.id <> ${id} AND other.role = 'owner' AND other.status = 'active')`;
      const changed = await log.change(act, operators, id, change, another);
      seen.clear();
      return changed;
    },

    passkeys: (person: string, page: PageRequest) =>
      list<PasskeyRow>(db, passkeys, passkeys.id, page, eq(passkeys.person, person)),
    countPasskeys: (person: string): Promise<number> => db.$count(passkeys, eq(passkeys.person, person)),
    passkeyByCredential: async (credential: string): Promise<PasskeyRow | undefined> =>
      (await db.select().from(passkeys).where(eq(passkeys.credential, credential)).all())[0],
    /** Its use is written down with the session it led to. */
    async notePasskey(id: string, counter: number, usedAtMs: number): Promise<void> {
      await db.update(passkeys).set({ counter, usedAtMs }).where(eq(passkeys.id, id)).run();
    },
    async removePasskey(act: Act, person: string, id: string): Promise<boolean> {
      const [own] = await db
        .select({ id: passkeys.id })
        .from(passkeys)
        .where(and(eq(passkeys.id, id), eq(passkeys.person, person)))
        .all();
      return own !== undefined && (await log.remove(act, passkeys, id));
    },

    async addChallenge(row: ChallengeRow, nowMs: number): Promise<void> {
      await db.batch([
        db.delete(challenges).where(lt(challenges.expiresAtMs, nowMs)),
        db.insert(challenges).values(row),
      ]);
    },
    /** Takes a challenge away, so that it is answered once; undefined when it is none or too old. */
    async takeChallenge(id: string, nowMs: number): Promise<ChallengeRow | undefined> {
      const [row] = await db.delete(challenges).where(eq(challenges.id, id)).returning().all();
      return row && row.expiresAtMs > nowMs ? row : undefined;
    },

    invitationByHash: async (tokenHash: string): Promise<InvitationRow | undefined> =>
      (await db.select().from(invitations).where(eq(invitations.tokenHash, tokenHash)).all())[0],
    /** A new link makes the earlier ones useless. */
    async addInvitation(act: Act, row: InvitationRow): Promise<void> {
      const { person, createdAtMs: usedAtMs } = row;
      const earlier = await db
        .select({ id: invitations.id })
        .from(invitations)
        .where(and(eq(invitations.person, person), isNull(invitations.usedAtMs)))
        .all();
      for (const { id } of earlier) await log.change(act, invitations, id, { usedAtMs });
      await log.add(act, invitations, row);
    },
    /** Of two who use a link at once, one succeeds. */
    async useInvitation(act: Act, id: string, nowMs: number): Promise<boolean> {
      const unused = and(isNull(invitations.usedAtMs), gt(invitations.expiresAtMs, nowMs));
      return (await log.change(act, invitations, id, { usedAtMs: nowMs }, unused)) !== undefined;
    },

    /** Failed attempts for these subjects since a time. */
    async failedSignIns(ids: readonly string[], sinceMs: number) {
      const rows = await db
        .select()
        .from(failedSignIns)
        .where(
          and(
            sql`${failedSignIns.id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`,
            gt(failedSignIns.lastAtMs, sinceMs),
          ),
        )
        .all();
      return new Map(rows.map((row) => [row.id, row]));
    },
    /** Counts a failure of each; what is older than `sinceMs` no longer counts. How many they are now. */
    async countFailedSignIn(ids: readonly string[], nowMs: number, sinceMs: number) {
      const rows = await db.all<{ id: string; count: number }>(sql`
        INSERT INTO failed_sign_in (id, count, last_at)
        SELECT value, 1, ${nowMs} FROM json_each(${JSON.stringify(ids)}) WHERE true
        ON CONFLICT (id) DO UPDATE SET
          count = iif(failed_sign_in.last_at > ${sinceMs}, failed_sign_in.count + 1, 1), last_at = excluded.last_at
        RETURNING id, count`);
      return new Map(rows.map(({ id, count }) => [id, count]));
    },
    /** It was no failure after all: the person's earlier ones are forgotten, their network has one less. */
    async forgiveSignIn(person: string, network: string): Promise<void> {
      await db.batch([
        db.delete(failedSignIns).where(eq(failedSignIns.id, person)),
        db
          .update(failedSignIns)
          .set({ count: sql`${failedSignIns.count} - 1` })
          .where(eq(failedSignIns.id, network)),
      ]);
    },
    async forgetFailedSignIns(beforeMs: number): Promise<void> {
      await db.delete(failedSignIns).where(lt(failedSignIns.lastAtMs, beforeMs)).run();
    },
  };
}

const principalOf = (
  { id, owner, role, till, store, refundLimitMinor }: OperatorRow,
  key: string,
): Principal => {
  const base = { key, person: id, till };
  if (owner === 'centre') return { ...base, who: `staff:${role}` as Who, owner: id };
  return {
    ...base,
    who: `merchant:${role}` as Who,
    owner,
    ...(store !== null && { store }),
    ...(refundLimitMinor !== null && { refundLimitMinor }),
  };
};
