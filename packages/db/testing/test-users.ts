import { randomBytes, randomUUID } from 'node:crypto';
import type { Role } from '@paydeck/contract/users';
import { expect } from 'vitest';
import { noCaller } from '../src/audit-log/audit-caller.ts';
import type { Database } from '../src/connection/open-database.ts';
import { and, asc, count, eq, isNull } from '../src/drizzle.ts';
import { events, sessions, users } from '../src/schema.ts';
import { insertSession } from '../src/sessions/insert-session.ts';
import { insertUser } from '../src/users/insert-user.ts';

/** Adds a user with the password hash `hash`, who has never signed in. */
export async function addUser(db: Database, role: Role = 'viewer'): Promise<string> {
  const id = randomUUID();
  const user = await insertUser(db, {
    id,
    username: `user-${id}`,
    passwordHash: 'hash',
    role,
    actorId: null,
    ...noCaller,
  });
  expect(user).toMatchObject({ id, role, active: true });
  return id;
}

/** Signs a user in. Returns the session's id, or null when the sign-in is refused. */
export async function signIn(db: Database, userId: string, passwordHash = 'hash'): Promise<string | null> {
  const sessionId = randomUUID();
  const refreshTokenHash = randomBytes(32);
  const user = await insertSession(db, {
    sessionId,
    userId,
    passwordHash,
    refreshTokenHash,
    lifetimeSeconds: 60,
    hasPassedSecondFactor: false,
    ...noCaller,
  });
  return user && sessionId;
}

export const activeAdmins = async (db: Database) =>
  (
    await db.orm
      .select({ n: count() })
      .from(users)
      .where(and(eq(users.role, 'admin'), users.active))
  )[0]?.n;

export const liveSessions = async (db: Database, userId: string) =>
  (
    await db.orm
      .select({ id: sessions.id })
      .from(sessions)
      .where(and(eq(sessions.userId, userId), isNull(sessions.revokedAt)))
  ).map(({ id }) => id);

export const accessEvents = async (db: Database) =>
  (
    await db.orm
      .select({ payload: events.payload })
      .from(events)
      .where(eq(events.type, 'access_changed'))
      .orderBy(asc(events.position))
  ).map(({ payload }) => payload);
