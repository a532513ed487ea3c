import { markSessionRevoked, rotateRefreshToken } from '@paydeck/db/sessions';
import type { z } from 'zod';
import { AppError, invalidInput } from '../errors.ts';
import { auditCaller } from './caller.ts';
import {
  createRefreshToken,
  hashRefreshToken,
  refreshGraceSeconds,
  sessionLifetimeSeconds,
} from './refresh-tokens.ts';
import type { refreshInput } from './schema.ts';
import {
  type AuthContext,
  clearCookie,
  type SignedIn,
  sessionEnded,
  signedInAnswer,
} from './signed-in-answer.ts';

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
    await markSessionRevoked(ctx.db, { sessionId, reason: 'refresh_token_reused', ...auditCaller(ctx) });
    ctx.sessionCache.forget({ userId: user.userId, sessionId });
    ctx.liveLog.wake();
    clearCookie(ctx);
    throw sessionEnded();
  }
  return signedInAnswer(ctx, user, sessionId, next.token);
}

function cookieToken({ refreshTokenCookie }: AuthContext): string {
  if (!refreshTokenCookie) throw invalidInput([{ path: 'refreshToken', message: 'is required' }]);
  const token = refreshTokenCookie.read();
  if (token === null) throw new AppError('not_signed_in', 'Sign in first.');
  return token;
}
