import { createHash } from 'node:crypto';
import type { Database } from '@paydeck/db/connection';
import { insertChallenge, type SecondFactors, selectSecondFactors } from '@paydeck/db/second-factor';
import { AppError } from '../errors.ts';
import type { SecondFactorRequest } from './schema.ts';
import type { SecondFactorKeys } from './second-factor-keys.ts';

const challengeLifetimeSeconds = 5 * 60;

/** The database knows a challenge by its SHA-256. */
export const hashChallenge = (challenge: string): Buffer => createHash('sha256').update(challenge).digest();

/**
 * Ends a sign-in whose password was right, if the user has a second factor: rejects with `second_factor_required`, whose
 * `secondFactor` has the challenge for `auth.verifySecondFactor`. Resolves for a user without one.
 */
export async function askForSecondFactor(
  { db, secondFactorKeys }: { db: Database; secondFactorKeys: SecondFactorKeys },
  { userId, passwordHash }: { userId: string; passwordHash: string },
): Promise<void> {
  const methods = methodsOf(await selectSecondFactors(db.orm, { userId }));
  if (methods.length === 0) return;
  const challenge = secondFactorKeys.createChallenge();
  const expiresAt = await insertChallenge(db, {
    hash: hashChallenge(challenge),
    userId,
    passwordHash,
    lifetimeSeconds: challengeLifetimeSeconds,
  });
  throw new AppError(
    'second_factor_required',
    'The password is right. Send a code of your authenticator app, or a recovery code, with this challenge.',
    { secondFactor: { challenge, methods, expiresAt: expiresAt.toISOString() } },
  );
}

function methodsOf({ totpAddedAt, recoveryCodes }: SecondFactors): SecondFactorRequest['methods'] {
  if (totpAddedAt === null) return [];
  return recoveryCodes > 0 ? ['totp', 'recovery_code'] : ['totp'];
}
