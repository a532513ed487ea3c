import {
  insertSession,
  markSessionRevoked,
  rotateRefreshToken,
  type SessionUser,
  selectSessionOfToken,
} from '@paydeck/db/sessions';
import { selectCredentials, selectUser } from '@paydeck/db/users';
import { v7 as uuidv7 } from 'uuid';
import type { z } from 'zod';
import type { Context, SignedInContext } from '../context.ts';
import { AppError, invalidInput } from '../errors.ts';
import {
  createRefreshToken,
  hashRefreshToken,
  refreshGraceSeconds,
  sessionLifetimeSeconds,
} from './refresh-tokens.ts';
import type { loginInput, profile, refreshInput, signedIn } from './schema.ts';

type SignedIn = z.output<typeof signedIn>;

/**
 * Opens a session. User names are case-insensitive. An unknown user, a wrong password and an inactive user get the same
 * answer after the same time. If the browser's cookie belongs to an open session, that session ends (ASVS 5.0, 7.2.4).
 * Reasons: `invalid_credentials`, `too_many_requests`.
 */
export async function login(
  ctx: Context,
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
    lifetimeSeconds: sessionLifetimeSeconds,
  });
  if (user === null) throw invalidCredentials();
  await endCookieSession(ctx);
  ctx.liveLog.wake();
  return signedInAnswer(ctx, user, sessionId, refreshToken.token);
}

/**
 * Exchanges a refresh token for a new access token and a new refresh token. A refresh token that was used before ends its
 * session. Reasons: `session_ended`; `not_signed_in` without a token in input or cookie.
 */
export async function refresh(ctx: Context, input: z.output<typeof refreshInput>): Promise<SignedIn> {
  const refreshToken = input.refreshToken ?? cookieToken(ctx);
  const next = createRefreshToken();
  const rotation = await rotateRefreshToken(ctx.db, {
    hash: hashRefreshToken(refreshToken),
    newHash: next.hash,
    lifetimeSeconds: sessionLifetimeSeconds,
    graceSeconds: refreshGraceSeconds,
  });
  if (rotation === null) {
    clearCookie(ctx);
    throw sessionEnded();
  }
  const { sessionId, user } = rotation;
  if (rotation.outcome === 'reused') {
    await markSessionRevoked(ctx.db, { sessionId, reason: 'refresh_token_reused' });
    ctx.sessionCache.forget({ userId: user.userId, sessionId });
    ctx.liveLog.wake();
    clearCookie(ctx);
    throw sessionEnded();
  }
  return signedInAnswer(ctx, user, sessionId, next.token);
}

/** Ends the caller's session. Its tokens become invalid at once. */
export async function logout(ctx: SignedInContext): Promise<void> {
  const { userId, sessionId } = ctx.actor;
  await markSessionRevoked(ctx.db, { sessionId, reason: 'logout' });
  ctx.sessionCache.forget({ userId, sessionId });
  ctx.liveLog.wake();
  clearCookie(ctx);
}

/** The caller's account. Reason: `session_ended`, when the account was deleted during the call. */
export async function getProfile(ctx: SignedInContext): Promise<z.output<typeof profile>> {
  const { userId, role, apiKey } = ctx.actor;
  const user = await selectUser(ctx.db.orm, { id: userId });
  if (user === null) throw sessionEnded();
  return { ...user, role, ...(apiKey !== null && { apiKey }) };
}

async function signedInAnswer(
  ctx: Context,
  user: SessionUser,
  sessionId: string,
  refreshToken: string,
): Promise<SignedIn> {
  const { token, expiresAt } = await ctx.accessTokens.sign({ ...user, sessionId });
  const { userId: id, username, role } = user;
  const signedIn = { accessToken: token, refreshToken, expiresAt, user: { id, username, role } };
  if (!ctx.refreshTokenCookie) return signedIn;
  ctx.refreshTokenCookie.write(refreshToken, sessionLifetimeSeconds);
  return { ...signedIn, refreshToken: '' };
}

function cookieToken({ refreshTokenCookie }: Context): string {
  if (!refreshTokenCookie) throw invalidInput([{ path: 'refreshToken', message: 'is required' }]);
  const token = refreshTokenCookie.read();
  if (token === null) throw new AppError('not_signed_in', 'Sign in first.');
  return token;
}

async function endCookieSession(ctx: Context): Promise<void> {
  const token = ctx.refreshTokenCookie?.read() ?? null;
  if (token === null) return;
  const session = await selectSessionOfToken(ctx.db.orm, { hash: hashRefreshToken(token) });
  if (session === null) return;
  await markSessionRevoked(ctx.db, { sessionId: session.sessionId, reason: 'signed_in_again' });
  ctx.sessionCache.forget(session);
}

const clearCookie = (ctx: Context) => ctx.refreshTokenCookie?.write(null, 0);

const invalidCredentials = () =>
  new AppError('invalid_credentials', 'The user name or the password is wrong.');

const sessionEnded = () => new AppError('session_ended', 'Your session has ended. Sign in again.');
