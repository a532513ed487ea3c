import type { Database } from '@paydeck/db/connection';
import type { SessionUser } from '@paydeck/db/sessions';
import type { z } from 'zod';
import type { AuditTrail } from '../audit-log/audit-trail.ts';
import { AppError } from '../errors.ts';
import type { LiveLog } from '../live/live-log.ts';
import type { SecondFactorKeys } from '../second-factor/second-factor-keys.ts';
import type { AccessTokens } from './access-tokens.ts';
import type { Caller } from './caller.ts';
import type { DeviceTokens } from './device-tokens.ts';
import type { Passwords } from './passwords.ts';
import type { RefreshTokenCookie } from './refresh-token-cookie.ts';
import type { RefreshTokens } from './refresh-tokens.ts';
import type { signedIn } from './schema.ts';
import type { SessionCache } from './session-cache.ts';
import type { SignInCrowd } from './sign-in-crowd.ts';

export type SignedIn = z.output<typeof signedIn>;

/** The context of the commands that open, continue and end sessions. */
export type AuthContext = {
  db: Database;
  caller: Caller;
  passwords: Passwords;
  secondFactorKeys: SecondFactorKeys;
  auditTrail: AuditTrail;
  deviceTokens: DeviceTokens;
  signInCrowd: SignInCrowd;
  accessTokens: AccessTokens;
  refreshTokens: RefreshTokens;
  sessionCache: SessionCache;
  liveLog: LiveLog;
  /** Null for a client that stores the refresh token itself. */
  refreshTokenCookie?: RefreshTokenCookie | null | undefined;
};

/** The answer to a sign-in or a refresh. A browser gets the refresh token as a cookie instead. */
export async function signedInAnswer(
  ctx: AuthContext,
  user: SessionUser,
  sessionId: string,
  refreshToken: string,
): Promise<SignedIn> {
  const { token, expiresAt } = await ctx.accessTokens.sign({ ...user, sessionId });
  const { userId: id, username, role } = user;
  const signedIn = { accessToken: token, refreshToken, expiresAt, user: { id, username, role } };
  if (!ctx.refreshTokenCookie) return signedIn;
  ctx.refreshTokenCookie.write(refreshToken, ctx.refreshTokens.lifetimeSeconds);
  return { ...signedIn, refreshToken: '' };
}

export const clearCookie = (ctx: Pick<AuthContext, 'refreshTokenCookie'>) =>
  ctx.refreshTokenCookie?.write(null, 0);

export const sessionEnded = () => new AppError('session_ended', 'Your session has ended. Sign in again.');
