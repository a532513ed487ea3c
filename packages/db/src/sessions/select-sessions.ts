import type { Queries } from '../connection/drizzle-queries.ts';
import { and, desc, eq, sql } from '../drizzle.ts';
import { sessions } from '../schema.ts';
import { isLive, sessionEnd } from './select-session.ts';

/** A live session as users see it. */
export type SessionRow = {
  id: string;
  userId: string;
  createdAt: Date;
  /** The last sign-in or refresh. */
  lastUsedAt: Date;
  /** Moves on with each refresh. */
  expiresAt: Date;
  /** Where the last sign-in or refresh came from. Null for a session of an older version. */
  address: string | null;
  userAgent: string | null;
};

/** A script that signs in each time it runs may leave thousands. */
const maxSessions = 500;

/** The 500 most recently used live sessions of a user. Uses `sessions_user_id_idx`. */
export function selectSessions(
  orm: Queries,
  { userId, maxLifetimeSeconds }: { userId: string; maxLifetimeSeconds: number },
): Promise<SessionRow[]> {
  const lastUsedAt = sql`coalesce(${sessions.lastUsedAt}, ${sessions.createdAt})`.mapWith(sessions.createdAt);
  return orm
    .select({
      id: sessions.id,
      userId: sessions.userId,
      createdAt: sessions.createdAt,
      lastUsedAt,
      expiresAt: sessionEnd(maxLifetimeSeconds),
      address: sessions.address,
      userAgent: sessions.userAgent,
    })
    .from(sessions)
    .where(and(eq(sessions.userId, userId), isLive(maxLifetimeSeconds)))
    .orderBy(desc(lastUsedAt), desc(sessions.id))
    .limit(maxSessions);
}
