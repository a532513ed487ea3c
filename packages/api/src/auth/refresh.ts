import { markSessionRevoked, type Rotation, rotateRefreshToken } from '@paydeck/db/sessions';
import type { z } from 'zod';
import { AppError, invalidInput } from '../errors.ts';
import { auditCaller } from './caller.ts';
import { hashRefreshToken } from './refresh-tokens.ts';
import type { refreshInput } from './schema.ts';
import {
  type AuthContext,
  clearCookie,
  type SignedIn,
  sessionEnded,
  signedInAnswer,
} from './signed-in-answer.ts';

/** The header `idempotency-key` distinguishes a retry of a refresh from another party's refresh. */
type RefreshContext = AuthContext & { idempotencyKey: string | null };

/**
 * Exchanges a refresh token for a new access token and the refresh token's successor. Until the successor has been used, the
 * same token gives the same successor again. These end the session: a token whose successor has been used, and the third
 * refresh in a row that was asked for twice with different keys, since then two parties have the tokens.
 * Reasons: `session_ended`; `not_signed_in` without a token in input or cookie; `too_many_requests`.
 */
export async function refresh(ctx: RefreshContext, input: z.output<typeof refreshInput>): Promise<SignedIn> {
  const refreshToken = input.refreshToken ?? cookieToken(ctx);
  const successor = ctx.refreshTokens.successorOf(refreshToken);
  const rotation = await rotateRefreshToken(ctx.db, {
    hash: hashRefreshToken(refreshToken),
    newHash: successor.hash,
    attempt: ctx.idempotencyKey?.slice(0, maxAttemptLength) ?? null,
    lifetimeSeconds: ctx.refreshTokens.lifetimeSeconds,
    maxLifetimeSeconds: ctx.refreshTokens.maxLifetimeSeconds,
    ...auditCaller(ctx),
  });
  if (rotation === null) {
    clearCookie(ctx);
    throw sessionEnded();
  }
  const { outcome, sessionId, user, waitSeconds } = rotation;
  if (outcome === 'limited') throw tooManyRefreshes(waitSeconds);
  if (outcome !== 'rotated') {
    await endStolenSession(ctx, rotation, outcome);
    throw sessionEnded();
  }
  return signedInAnswer(ctx, user, sessionId, successor.token);
}

const maxAttemptLength = 255;

async function endStolenSession(
  ctx: AuthContext,
  { sessionId, user: { userId } }: Rotation,
  outcome: 'reused' | 'shared',
): Promise<void> {
  await markSessionRevoked(ctx.db, { sessionId, reason: `refresh_token_${outcome}`, ...auditCaller(ctx) });
  ctx.sessionCache.forget({ userId, sessionId });
  ctx.liveLog.wake();
  clearCookie(ctx);
}

const tooManyRefreshes = (retryAfterSeconds: number) =>
  new AppError(
    'too_many_requests',
    `This session was refreshed too often. Try again in ${retryAfterSeconds} seconds, and use each access token until it expires.`,
    { retryAfterSeconds },
  );

function cookieToken({ refreshTokenCookie }: AuthContext): string {
  if (!refreshTokenCookie) throw invalidInput([{ path: 'refreshToken', message: 'is required' }]);
  const token = refreshTokenCookie.read();
  if (token === null) throw new AppError('not_signed_in', 'Sign in first.');
  return token;
}
