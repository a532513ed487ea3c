import type { Queries } from '../connection/drizzle-queries.ts';
import { and, eq, gt, isNull, sql } from '../drizzle.ts';
import { refreshTokens, sessions, users } from '../schema.ts';
import { hasSecondFactor } from '../users/user-sql.ts';
import type { SessionUser } from './insert-session.ts';

export type LiveSession = SessionUser & { hasSecondFactor: boolean };

/** The user of a session. Null when the session was revoked or has expired, or the user is not active. */
export async function selectLiveSession(
  orm: Queries,
  { sessionId }: { sessionId: string },
): Promise<LiveSession | null> {
  const [user] = await orm
    .select({ userId: users.id, username: users.username, role: users.role, hasSecondFactor })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(
      and(
        eq(sessions.id, sessionId),
        isNull(sessions.revokedAt),
        gt(sessions.expiresAt, sql`now()`),
        users.active,
      ),
    );
  return user ?? null;
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
