import type { Queries } from '../connection/drizzle-queries.ts';
import { and, eq, gt, isNull, sql } from '../drizzle.ts';
import { refreshTokens, sessions, users } from '../schema.ts';
import { hasSecondFactor } from '../users/user-sql.ts';
import type { SessionUser } from './insert-session.ts';

/** Sessions that were not revoked, have not expired, and began less than `maxLifetimeSeconds` ago. */
export const isLive = (maxLifetimeSeconds: number) =>
  and(
    isNull(sessions.revokedAt),
    gt(sessions.expiresAt, sql`now()`),
    gt(sessions.createdAt, sql`now() - ${maxLifetimeSeconds}::int * interval '1 second'`),
  );

/** When a session ends unless it is refreshed before. */
export const sessionEnd = (maxLifetimeSeconds: number) =>
  sql`least(${sessions.expiresAt}, ${sessions.createdAt} + ${maxLifetimeSeconds}::int * interval '1 second')`.mapWith(
    sessions.expiresAt,
  );

/** The user of a session, and when the session ends unless it is refreshed before. */
export type LiveSession = SessionUser & { hasSecondFactor: boolean; endsAt: Date };

/** Null when the session was revoked or has ended, or the user is not active. */
export async function selectLiveSession(
  orm: Queries,
  { sessionId, maxLifetimeSeconds }: { sessionId: string; maxLifetimeSeconds: number },
): Promise<LiveSession | null> {
  const [session] = await orm
    .select({
      userId: users.id,
      username: users.username,
      role: users.role,
      hasSecondFactor,
      endsAt: sessionEnd(maxLifetimeSeconds),
    })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(and(eq(sessions.id, sessionId), isLive(maxLifetimeSeconds), users.active));
  return session ?? null;
}

/**
 * The session of a refresh token, by the token's SHA-256, even if the session or the token is no longer valid. Null when no
 * session has this token.
 */
export async function selectSessionOfToken(
  orm: Queries,
  { hash }: { hash: Buffer },
): Promise<{ sessionId: string; userId: string } | null> {
  const [session] = await orm
    .select({ sessionId: sessions.id, userId: sessions.userId })
    .from(refreshTokens)
    .innerJoin(sessions, eq(sessions.id, refreshTokens.sessionId))
    .where(eq(refreshTokens.hash, hash));
  return session ?? null;
}

/** Whether the user of a session entered the password, at the sign-in or later, less than `withinSeconds` ago. */
export async function isPasswordConfirmed(
  orm: Queries,
  { sessionId, withinSeconds }: { sessionId: string; withinSeconds: number },
): Promise<boolean> {
  const confirmedAt = sql`coalesce(${sessions.passwordConfirmedAt}, ${sessions.createdAt})`;
  const found = await orm
    .select({ id: sessions.id })
    .from(sessions)
    .where(
      and(
        eq(sessions.id, sessionId),
        sql`${confirmedAt} > now() - ${withinSeconds}::int * interval '1 second'`,
      ),
    );
  return found.length > 0;
}
