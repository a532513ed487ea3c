import { insertSession, markSessionRevoked, selectSessionOfToken } from '@paydeck/db/sessions';
import { v7 as uuidv7 } from 'uuid';
import { AppError } from '../errors.ts';
import { auditCaller } from './caller.ts';
import { createRefreshToken, hashRefreshToken } from './refresh-tokens.ts';
import { type AuthContext, type SignedIn, signedInAnswer } from './signed-in-answer.ts';

/**
 * Opens the session of a user whose password was checked against `passwordHash`. If the browser's cookie belongs to an open
 * session, that session ends (ASVS 5.0, 7.2.4). Reason: `invalid_credentials`, when the user's password, active state or second
 * factor has changed since the check.
 */
export async function openSession(
  ctx: AuthContext,
  checked: { userId: string; passwordHash: string; hasPassedSecondFactor: boolean },
): Promise<SignedIn> {
  const sessionId = uuidv7();
  const refreshToken = createRefreshToken();
  const user = await insertSession(ctx.db, {
    ...checked,
    sessionId,
    refreshTokenHash: refreshToken.hash,
    lifetimeSeconds: ctx.refreshTokens.lifetimeSeconds,
    ...auditCaller(ctx),
  });
  if (user === null) throw invalidCredentials();
  await endCookieSession(ctx);
  ctx.liveLog.wake();
  return signedInAnswer(ctx, user, sessionId, refreshToken.token);
}

async function endCookieSession(ctx: AuthContext): Promise<void> {
  const token = ctx.refreshTokenCookie?.read() ?? null;
  if (token === null) return;
  const session = await selectSessionOfToken(ctx.db.orm, { hash: hashRefreshToken(token) });
  if (session === null) return;
  const { sessionId } = session;
  await markSessionRevoked(ctx.db, { sessionId, reason: 'signed_in_again', ...auditCaller(ctx) });
  ctx.sessionCache.forget(session);
}

export const invalidCredentials = () =>
  new AppError('invalid_credentials', 'The user name or the password is wrong.');
