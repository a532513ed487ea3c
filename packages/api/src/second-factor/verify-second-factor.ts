import { acceptTotpCode, selectTotp, takeChallenge, useRecoveryCode } from '@paydeck/db/second-factor';
import type { z } from 'zod';
import { auditCaller } from '../auth/caller.ts';
import { countGuess } from '../auth/guess-limit.ts';
import { openSession } from '../auth/open-session.ts';
import type { AuthContext, SignedIn } from '../auth/signed-in-answer.ts';
import { AppError } from '../errors.ts';
import { hashChallenge } from './ask-for-second-factor.ts';
import { hashRecoveryCode } from './recovery-codes.ts';
import type { verifySecondFactorInput } from './schema.ts';
import { findTotpStep } from './totp.ts';

/** More attempts need another sign-in. */
const attemptsPerChallenge = 10;

/**
 * A user may try ten wrong six-digit codes, and then one in 15 minutes. Each guess is one of three valid codes in a million.
 * The limit does not concern recovery codes, so an attacker who knows the password can't lock the user out.
 */
const secondsPerGuess = 15 * 60;

/**
 * Completes a sign-in that was answered with `second_factor_required`. The code is one of the authenticator app, each of which
 * works once, or a recovery code. Reasons: `second_factor_invalid`, `too_many_requests` after 10 wrong codes of six digits,
 * `challenge_expired`, `invalid_credentials` when the password was changed or the user was deactivated since.
 */
export async function verifySecondFactor(
  ctx: AuthContext,
  { challenge, code }: z.output<typeof verifySecondFactorInput>,
): Promise<SignedIn> {
  if (!ctx.secondFactorKeys.isOwnChallenge(challenge)) throw challengeExpired();
  const challengeHash = hashChallenge(challenge);
  const signIn = await takeChallenge(ctx.db, { hash: challengeHash, maxAttempts: attemptsPerChallenge });
  if (signIn === null) throw challengeExpired();
  const { userId, passwordHash } = signIn;
  try {
    const digits = code.replaceAll(/\s/g, '');
    if (/^\d{6}$/.test(digits)) await checkTotpCode(ctx, { userId, code: digits, challengeHash });
    else await checkRecoveryCode(ctx, { userId, code, challengeHash });
  } catch (error) {
    noteRefusal(ctx, userId, error);
    throw error;
  }
  return openSession(ctx, { userId, passwordHash, hasPassedSecondFactor: true });
}

/** Notes a wrong code in the audit log. The password was right, so an admin may want to know. */
function noteRefusal(ctx: AuthContext, userId: string, error: unknown): void {
  if (!(error instanceof AppError)) return;
  const action =
    error.reason === 'too_many_requests' ? 'user.second_factor_limited' : 'user.second_factor_failed';
  const nobody = { actorId: null, apiKeyId: null, subjectId: userId };
  ctx.auditTrail.noteRefusal({ ...auditCaller(ctx), ...nobody, action, details: {} }, 'anonymous');
}

type Attempt = { userId: string; code: string; challengeHash: Buffer };

async function checkTotpCode(ctx: AuthContext, { userId, code, challengeHash }: Attempt): Promise<void> {
  const factor = await selectTotp(ctx.db.orm, { userId });
  if (factor === null) throw invalidSecondFactor();
  const secret = ctx.secondFactorKeys.open(factor.sealedSecret, userId);
  if (secret === null) throw unreadableSecret();
  const { succeed } = await countGuess(ctx.db, {
    rules: [{ key: `code of user ${userId}`, burst: 10, everySeconds: secondsPerGuess }],
    subject: 'wrong codes',
  });
  const step = findTotpStep(secret, code);
  const isAccepted =
    step !== null &&
    step > factor.lastStep &&
    (await acceptTotpCode(ctx.db, { userId, step, challengeHash }));
  if (!isAccepted) throw invalidSecondFactor();
  await succeed();
}

async function checkRecoveryCode(ctx: AuthContext, { userId, code, challengeHash }: Attempt): Promise<void> {
  const isUsed = await useRecoveryCode(ctx.db, {
    userId,
    codeHash: hashRecoveryCode(code),
    challengeHash,
    ...auditCaller(ctx),
  });
  if (!isUsed) throw invalidSecondFactor();
}

const challengeExpired = () =>
  new AppError(
    'challenge_expired',
    'This sign-in took too long, or too many codes were wrong. Sign in again.',
  );

export const invalidSecondFactor = () =>
  new AppError('second_factor_invalid', 'The code is wrong, or was used before. Wait for the next one.');

/** After a change of `JWT_SECRET`. */
const unreadableSecret = () =>
  new AppError(
    'second_factor_invalid',
    'This server can’t read your authenticator’s secret, because its own secret was changed. Use a recovery code, or let an admin remove your second factor.',
  );
