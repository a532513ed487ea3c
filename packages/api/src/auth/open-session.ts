import { rememberSignInPlace } from '@paydeck/db/guess-limits';
import { insertSession, markSessionRevoked, selectSessionOfToken } from '@paydeck/db/sessions';
import { v7 as uuidv7 } from 'uuid';
import { auditCaller } from './caller.ts';
import { invalidCredentials } from './check-sign-in.ts';
import { deviceLifetimeSeconds } from './device-tokens.ts';
import { networkOf } from './network-of.ts';
import { createRefreshToken, hashRefreshToken } from './refresh-tokens.ts';
import { type AuthContext, type SignedIn, signedInAnswer } from './signed-in-answer.ts';

/**
 * Opens a session for a user who has shown who they are. From now on, the device and the network are known as the user's.
 * `passwordHash` is the hash that the password was checked against. If the browser's cookie belongs to an open session, that
 * session ends (ASVS 5.0, 7.2.4). Reason: `invalid_credentials`, if the user's password, active state or second factor has
 * changed since the check.
 */
export async function openSession(
  ctx: AuthContext,
  {
    userId,
    passwordHash,
    hasPassedSecondFactor,
  }: { userId: string; passwordHash: string; hasPassedSecondFactor: boolean },
): Promise<SignedIn> {
  const sessionId = uuidv7();
  const refreshToken = createRefreshToken();
  const user = await insertSession(ctx.db, {
    sessionId,
    userId,
    passwordHash,
    hasPassedSecondFactor,
    refreshTokenHash: refreshToken.hash,
    lifetimeSeconds: ctx.refreshTokens.lifetimeSeconds,
    ...auditCaller(ctx),
  });
  if (user === null) throw invalidCredentials();
  await endCookieSession(ctx);
  ctx.liveLog.wake();
  const answer = await signedInAnswer(ctx, user, sessionId, refreshToken.token);
  await rememberOrigin(ctx, userId);
  return answer;
}

async function rememberOrigin(ctx: AuthContext, userId: string): Promise<void> {
  await rememberSignInPlace(ctx.db, { userId, network: networkOf(ctx.caller.address) });
  const device = ctx.refreshTokenCookie?.device;
  if (device === undefined) return;
  const deviceId = ctx.deviceTokens.deviceOf(device.read(), userId);
  device.write(ctx.deviceTokens.issue(userId, deviceId), deviceLifetimeSeconds);
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
