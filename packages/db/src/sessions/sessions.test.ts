import { randomBytes, randomUUID } from 'node:crypto';
import { asc, eq, sql } from 'drizzle-orm';
import { beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '../../testing/test-database.ts';
import { noCaller } from '../audit-log/audit-caller.ts';
import type { Database } from '../connection/open-database.ts';
import { auditLog, events, refreshTokens, sessions, users } from '../schema.ts';
import { insertSession } from './insert-session.ts';
import { markSessionRevoked } from './mark-session-revoked.ts';
import { pruneSessions } from './prune-sessions.ts';
import { rotateRefreshToken } from './rotate-refresh-token.ts';
import { selectLiveSession } from './select-session.ts';

let db: Database;

beforeAll(async () => {
  const test = await createTestDatabase();
  db = test.db;
  return () => test[Symbol.asyncDispose]();
});

const lifetimeSeconds = 3600;
const maxLifetimeSeconds = 10 * lifetimeSeconds;
const newHash = () => randomBytes(32);

async function addUser(): Promise<{ userId: string; username: string }> {
  const userId = randomUUID();
  const username = `user-${userId.slice(0, 8)}`;
  await db.orm.insert(users).values({ id: userId, username, passwordHash: 'hash', role: 'admin' });
  return { userId, username };
}

async function signIn(userId: string, { passwordHash = 'hash' } = {}) {
  const sessionId = randomUUID();
  const refreshTokenHash = newHash();
  const user = await insertSession(db, {
    sessionId,
    userId,
    passwordHash,
    refreshTokenHash,
    lifetimeSeconds,
    hasPassedSecondFactor: false,
    ...noCaller,
  });
  return { user, sessionId, hash: refreshTokenHash };
}

const rotate = (hash: Buffer) =>
  rotateRefreshToken(db, {
    hash,
    newHash: newHash(),
    attempt: null,
    lifetimeSeconds,
    maxLifetimeSeconds,
    callerAddress: '192.0.2.1',
    callerUserAgent: 'a browser',
  });

const liveSession = (sessionId: string) => selectLiveSession(db.orm, { sessionId, maxLifetimeSeconds });

/** Moves all times of a session into the past. */
async function age(sessionId: string, seconds: number): Promise<void> {
  const earlier = (column: unknown) => sql`${column} - ${seconds}::int * interval '1 second'`;
  await db.orm
    .update(sessions)
    .set({ expiresAt: earlier(sessions.expiresAt), revokedAt: earlier(sessions.revokedAt) })
    .where(eq(sessions.id, sessionId));
  await db.orm
    .update(refreshTokens)
    .set({ issuedAt: earlier(refreshTokens.issuedAt), replacedAt: earlier(refreshTokens.replacedAt) })
    .where(eq(refreshTokens.sessionId, sessionId));
}

const eventsOf = (text: string) =>
  db.orm
    .select({ type: events.type, payload: events.payload })
    .from(events)
    .where(sql`${events.payload}::text like ${`%${text}%`}`)
    .orderBy(asc(events.position));

test('a sign-in writes session, token, event and audit row', async () => {
  const { userId, username } = await addUser();
  const { user, sessionId, hash } = await signIn(userId);
  expect(user).toEqual({ userId, username, role: 'admin' });
  expect(await liveSession(sessionId)).toEqual({ ...user, hasSecondFactor: false, endsAt: expect.any(Date) });
  const tokens = await db.orm.select().from(refreshTokens).where(eq(refreshTokens.sessionId, sessionId));
  expect(tokens).toMatchObject([{ hash, replacedAt: null }]);
  expect(await eventsOf(username)).toEqual([
    {
      type: 'user_activity',
      payload: { username, action: 'login', timestamp: expect.stringMatching(/^\d{4}-.*Z$/) },
    },
  ]);
  expect(await db.orm.select().from(auditLog).where(eq(auditLog.actorId, userId))).toMatchObject([
    { action: 'user.login', subjectId: userId, details: { sessionId } },
  ]);
});

test('a sign-in gets no session if the user is inactive, or if the password was changed after it was checked', async () => {
  const { userId, username } = await addUser();
  expect((await signIn(userId, { passwordHash: 'the one before' })).user).toBeNull();
  await db.orm.update(users).set({ active: false }).where(eq(users.id, userId));
  expect((await signIn(userId)).user).toBeNull();
  expect(await db.orm.select().from(sessions).where(eq(sessions.userId, userId))).toEqual([]);
  expect(await eventsOf(username)).toEqual([]);
});

test('an expired session is not live and cannot be refreshed', async () => {
  const { userId } = await addUser();
  const { sessionId, hash } = await signIn(userId);
  await age(sessionId, lifetimeSeconds + 1);
  expect(await rotate(hash)).toBeNull();
  expect(await liveSession(sessionId)).toBeNull();
});

test('a session that is revoked many times at once is revoked once', async () => {
  const { userId, username } = await addUser();
  const { sessionId, hash } = await signIn(userId);
  const ends = await Promise.all(
    Array.from({ length: 8 }, () => markSessionRevoked(db, { sessionId, reason: 'logout', ...noCaller })),
  );
  expect(ends.filter(Boolean)).toHaveLength(1);
  expect(await rotate(hash)).toBeNull();
  expect(await liveSession(sessionId)).toBeNull();
  expect(await eventsOf(sessionId)).toEqual([{ type: 'access_changed', payload: { userId, sessionId } }]);
  expect((await eventsOf(username)).map(({ payload }) => payload)).toMatchObject([
    { action: 'login' },
    { action: 'logout' },
  ]);
  expect(await db.orm.select().from(auditLog).where(eq(auditLog.actorId, userId))).toMatchObject([
    { action: 'user.login' },
    { action: 'user.logout', details: { sessionId } },
  ]);
});

test('revoking a session because of a reused token is not recorded as a logout of the user', async () => {
  const { userId, username } = await addUser();
  const { sessionId } = await signIn(userId);
  expect(await markSessionRevoked(db, { sessionId, reason: 'refresh_token_reused', ...noCaller })).toBe(true);
  expect(await eventsOf(username)).toHaveLength(1);
  expect(await eventsOf(sessionId)).toHaveLength(1);
  const audit = await db.orm.select().from(auditLog).where(eq(auditLog.subjectId, userId));
  expect(audit.at(-1)).toMatchObject({ actorId: null, action: 'session.refresh_token_reused' });
});

test('pruning deletes sessions that ended more than a month ago, and no live session', async () => {
  const { userId } = await addUser();
  const month = 30 * 24 * 3600;
  const live = await signIn(userId);
  await rotate(live.hash);
  const expired = await signIn(userId);
  await age(expired.sessionId, month + lifetimeSeconds + 60);
  const revoked = await signIn(userId);
  await markSessionRevoked(db, { sessionId: revoked.sessionId, reason: 'logout', ...noCaller });
  await age(revoked.sessionId, month + 60);
  const endedLately = await signIn(userId);
  await markSessionRevoked(db, { sessionId: endedLately.sessionId, reason: 'logout', ...noCaller });
  await db.orm
    .update(refreshTokens)
    .set({ replacedAt: sql`now() - interval '31 days'` })
    .where(eq(refreshTokens.hash, live.hash));

  await pruneSessions(db.orm);

  const left = await db.orm.select({ id: sessions.id }).from(sessions).where(eq(sessions.userId, userId));
  expect(left.map(({ id }) => id).sort()).toEqual([live.sessionId, endedLately.sessionId].sort());
  expect(
    await db.orm.select().from(refreshTokens).where(eq(refreshTokens.sessionId, live.sessionId)),
  ).toMatchObject([{ replacedAt: null }]);
});
