import type { Queries } from '../connection/drizzle-queries.ts';
import { lt, or, sql } from '../drizzle.ts';
import { refreshTokens, sessions } from '../schema.ts';

const monthAgo = sql`now() - interval '30 days'`;

/**
 * Deletes sessions that expired or were revoked more than 30 days ago, with their tokens, and tokens that were replaced more
 * than 30 days ago. Until then, a replaced token that is used again is recognized as stolen.
 */
export async function pruneSessions(orm: Queries): Promise<void> {
  await orm.delete(sessions).where(or(lt(sessions.expiresAt, monthAgo), lt(sessions.revokedAt, monthAgo)));
  await orm.delete(refreshTokens).where(lt(refreshTokens.replacedAt, monthAgo));
}
