import type { Database } from '@paydeck/db/connection';
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
import { AppError, invalidInput } from '../errors.ts';
import type { LiveLog } from '../live/live-log.ts';
import type { AccessTokens } from './access-tokens.ts';
import type { Actor } from './actor.ts';
import type { Passwords } from './passwords.ts';
import type { RefreshTokenCookie } from './refresh-token-cookie.ts';
import {
  createRefreshToken,
  hashRefreshToken,
  refreshGraceSeconds,
  sessionLifetimeSeconds,
} from './refresh-tokens.ts';
import type { loginInput, profile, refreshInput, signedIn } from './schema.ts';
import type { SessionCache } from './session-cache.ts';

type SignedIn = z.output<typeof signedIn>;

type AuthContext = {
  db: Database;
  passwords: Passwords;
  accessTokens: AccessTokens;
  sessionCache: SessionCache;
  liveLog: LiveLog;
  /** Null for a client that stores the refresh token itself. */
  refreshTokenCookie?: RefreshTokenCookie | null | undefined;
};

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
export async function refresh(ctx: AuthContext, input: z.output<typeof refreshInput>): Promise<SignedIn> {
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
export async function logout(ctx: AuthContext & { actor: Actor }): Promise<void> {
  const { userId, sessionId } = ctx.actor;
  await markSessionRevoked(ctx.db, { sessionId, reason: 'logout' });
  ctx.sessionCache.forget({ userId, sessionId });
  ctx.liveLog.wake();
  clearCookie(ctx);
}

/** The caller's account. Reason: `session_ended`, when the account was deleted during the call. */
export async function getProfile({
  db,
  actor,
}: {
  db: Database;
  actor: Actor;
}): Promise<z.output<typeof profile>> {
  const { userId, role, apiKey } = actor;
  const user = await selectUser(db.orm, { id: userId });
  if (user === null) throw sessionEnded();
  return { ...user, role, ...(apiKey !== null && { apiKey }) };
}

async function signedInAnswer(
  ctx: AuthContext,
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

function cookieToken({ refreshTokenCookie }: AuthContext): string {
  if (!refreshTokenCookie) throw invalidInput([{ path: 'refreshToken', message: 'is required' }]);
  const token = refreshTokenCookie.read();
  if (token === null) throw new AppError('not_signed_in', 'Sign in first.');
  return token;
}

async function endCookieSession(ctx: AuthContext): Promise<void> {
  const token = ctx.refreshTokenCookie?.read() ?? null;
  if (token === null) return;
  const session = await selectSessionOfToken(ctx.db.orm, { hash: hashRefreshToken(token) });
  if (session === null) return;
  await markSessionRevoked(ctx.db, { sessionId: session.sessionId, reason: 'signed_in_again' });
  ctx.sessionCache.forget(session);
}

const clearCookie = (ctx: AuthContext) => ctx.refreshTokenCookie?.write(null, 0);

const invalidCredentials = () =>
  new AppError('invalid_credentials', 'The user name or the password is wrong.');

const sessionEnded = () => new AppError('session_ended', 'Your session has ended. Sign in again.');
