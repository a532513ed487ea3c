import type { Database } from '../connection/open-database.ts';
import { prepareStatement } from '../connection/statement.ts';
import { sql } from '../drizzle.ts';
import { lockAndClock } from '../events/commit-order.ts';
import { isoText } from '../iso-text.ts';
import type { UserRole } from '../users/user.ts';
import { asUserRole } from '../users/user-sql.ts';

export type InsertSessionArgs = {
  /** A UUIDv7, made by the caller. */
  sessionId: string;
  userId: string;
  /** The hash that the password was checked against. */
  passwordHash: string;
  refreshTokenHash: Buffer;
  lifetimeSeconds: number;
};

export type SessionUser = { userId: string; username: string; role: UserRole };

// `account` writes the user's row anew, though nothing in it changes: statements that end all of a user's sessions
// see by that that a session appeared after their snapshot (lock-user.ts).
const statement = prepareStatement<InsertSessionArgs, SessionUser>(
  sql`
with ${lockAndClock},
account as (
  update users u set active = u.active
  from clock
  where u.id = ${sql.placeholder('userId')}::uuid
    and u.active and u.password_hash = ${sql.placeholder('passwordHash')}::text
  returning u.id, u.username, u.role, clock.at
),
session as (
  insert into sessions (id, user_id, created_at, expires_at)
  select ${sql.placeholder('sessionId')}::uuid, id, at,
         at + ${sql.placeholder('lifetimeSeconds')}::int * interval '1 second'
  from account
  returning id
),
token as (
  insert into refresh_tokens (hash, session_id, issued_at)
  select ${sql.placeholder('refreshTokenHash')}::bytea, session.id, account.at from session, account
),
logged as (
  insert into events (position, type, payload, at)
  select nextval('events_position'), 'user_activity',
         jsonb_build_object('username', username, 'action', 'login', 'timestamp', ${isoText('at')}), at
  from account
),
audited as (
  insert into audit_log (at, actor_id, action, subject_id, details)
  select account.at, account.id, 'user.login', account.id, jsonb_build_object('sessionId', session.id)
  from account, session
)
select id, username, role from account`,
  ([userId, username, role]) => ({
    userId: String(userId),
    username: String(username),
    role: asUserRole(role),
  }),
);

/**
 * Signs a user in: session, refresh token, event and audit row in one statement. Gives null, and writes nothing,
 * when the user is gone or inactive by now, or the password is no longer the one that was checked.
 */
export async function insertSession(db: Database, args: InsertSessionArgs): Promise<SessionUser | null> {
  const [user] = await db.execute(statement, args);
  return user ?? null;
}
