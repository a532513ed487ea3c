import type { Role } from '@paydeck/contract/users';
import type { AuditCaller } from '../audit-log/audit-caller.ts';
import { callerColumns, insertAuditRows } from '../audit-log/insert-audit-rows.ts';
import type { Database } from '../connection/open-database.ts';
import { prepareStatement } from '../connection/statement.ts';
import { sql } from '../drizzle.ts';
import { lockAndClock } from '../events/commit-order.ts';
import { userActivity } from '../events/event-payloads.ts';
import { insertEvents } from '../events/insert-events.ts';
import { asUserRole } from '../users/user-sql.ts';

export type InsertSessionArgs = AuditCaller & {
  /** A UUIDv7 that the caller made. */
  sessionId: string;
  userId: string;
  /** The hash that the password was checked against. */
  passwordHash: string;
  refreshTokenHash: Buffer;
  lifetimeSeconds: number;
  /** Whether a second factor was checked too. If not, a user who has one gets no session. */
  hasPassedSecondFactor: boolean;
};

export type SessionUser = { userId: string; username: string; role: Role };

const statement = prepareStatement<InsertSessionArgs, SessionUser>(
  (p) => sql`
with ${lockAndClock},
claimant as materialized (
  select u.id, u.username, u.role, clock.at
  from clock, users u
  where u.id = ${p('userId', 'uuid')} and u.active and u.password_hash = ${p('passwordHash', 'text')}
  for no key update of u
),
account as materialized (
  select * from claimant
  where ${p('hasPassedSecondFactor', 'boolean')} or not paydeck_has_second_factor(id)
),
session as (
  insert into sessions (id, user_id, created_at, expires_at, address, user_agent)
  select ${p('sessionId', 'uuid')}, id, at,
         at + ${p('lifetimeSeconds', 'int')} * interval '1 second',
         ${p('callerAddress', 'text')}, ${p('callerUserAgent', 'text')}
  from account
  returning id
),
token as (
  insert into refresh_tokens (hash, session_id, issued_at)
  select ${p('refreshTokenHash', 'bytea')}, session.id, account.at from session, account
),
logged as (
  ${insertEvents({
    type: 'user_activity',
    payload: userActivity('login'),
    at: sql`at`,
    from: sql`account`,
  })}
),
audited as (
  ${insertAuditRows({
    at: sql`account.at`,
    actorId: sql`account.id`,
    action: 'user.login',
    subjectId: sql`account.id`,
    details: sql`jsonb_build_object('sessionId', session.id)`,
    caller: callerColumns(p),
    from: sql`account, session`,
  })}
)
select id, username, role from account`,
  ([userId, username, role]) => ({
    userId: String(userId),
    username: String(username),
    role: asUserRole(role),
  }),
  'control',
);

/**
 * Signs a user in. Writes session, refresh token, event and audit row in one statement. Returns null, having written nothing,
 * when the user is missing or inactive, the password was changed after it was checked, or a second factor was not checked.
 */
export async function insertSession(db: Database, args: InsertSessionArgs): Promise<SessionUser | null> {
  const [user] = await db.execute(statement, args);
  return user ?? null;
}
