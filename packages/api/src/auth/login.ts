import { insertSession, markSessionRevoked, selectSessionOfToken } from '@paydeck/db/sessions';
import { selectCredentials } from '@paydeck/db/users';
import { v7 as uuidv7 } from 'uuid';
import type { z } from 'zod';
import { AppError } from '../errors.ts';
import { auditCaller } from './caller.ts';
import { createRefreshToken, hashRefreshToken } from './refresh-tokens.ts';
import type { loginInput } from './schema.ts';
import { type AuthContext, type SignedIn, signedInAnswer } from './signed-in-answer.ts';

/**
 * Opens a session. User names are case-insensitive. An unknown user, a wrong password and an inactive user get the same
 * answer after the same time. If the browser's cookie belongs to an open session, that session ends (ASVS 5.0, 7.2.4).
 * Reasons: `invalid_credentials`, `too_many_requests`.
 */
export async function login(
  ctx: AuthContext,
  { username, password }: z.output<typeof loginInput>,
): Promise<SignedIn> {
  const credentials = await selectCredentials(ctx.db.orm, { username });
  const hash = credentials?.active ? credentials.passwordHash : null;
  const matches = await ctx.passwords.guess({ username, password, hash });
  if (credentials === null || !matches) throw invalidCredentials();

  const sessionId = uuidv7();
  const refreshToken = createRefreshToken();
  const user = await insertSession(ctx.db, {
    sessionId,
    userId: credentials.userId,
    passwordHash: credentials.passwordHash,
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

const invalidCredentials = () =>
  new AppError('invalid_credentials', 'The user name or the password is wrong.');
