import {
  addTotp,
  deleteTotp,
  insertPendingTotp,
  replaceRecoveryCodes,
  resetSecondFactor,
  selectPendingTotp,
  selectSecondFactors,
} from '@paydeck/db/second-factor';
import type { z } from 'zod';
import { auditCaller } from '../auth/caller.ts';
import { checkOwnPassword } from '../auth/check-own-password.ts';
import type { SignedInContext } from '../context.ts';
import { AppError } from '../errors.ts';
import { announceAccessChange } from '../users/access-change.ts';
import { createRecoveryCodes } from './recovery-codes.ts';
import { requiresSecondFactor } from './require-second-factor.ts';
import type {
  confirmTotpInput,
  newRecoveryCodes,
  ownPassword,
  pendingTotp,
  secondFactorState,
} from './schema.ts';
import { createTotpSecret, describeTotpSecret, findTotpStep } from './totp.ts';
import { invalidSecondFactor } from './verify-second-factor.ts';

type OwnPassword = z.output<typeof ownPassword>;
type NewRecoveryCodes = z.output<typeof newRecoveryCodes>;

/** The caller's second factors, and whether the caller must have one. */
export async function getSecondFactor(ctx: SignedInContext): Promise<z.output<typeof secondFactorState>> {
  const { totpAddedAt, recoveryCodes } = await selectSecondFactors(ctx.db.orm, { userId: ctx.actor.userId });
  return {
    isRequired: requiresSecondFactor(ctx),
    totp: totpAddedAt === null ? null : { addedAt: totpAddedAt },
    recoveryCodes,
  };
}

/**
 * Creates an authenticator. It counts, and replaces an earlier one, once `confirmTotp` got a code of it. Reasons:
 * `invalid_credentials`, `too_many_requests`.
 */
export async function enrolTotp(
  ctx: SignedInContext,
  { password }: OwnPassword,
): Promise<z.output<typeof pendingTotp>> {
  await requireOwnPassword(ctx, password);
  const { userId, username } = ctx.actor;
  const secret = createTotpSecret();
  const sealedSecret = ctx.secondFactorKeys.seal(secret, userId);
  await insertPendingTotp(ctx.db.orm, { userId, sealedSecret });
  return describeTotpSecret(secret, username);
}

/**
 * Makes the new authenticator the caller's second factor, and replaces the recovery codes. If it is the caller's first one, the
 * caller's other sessions end. Reasons: `second_factor_invalid`; `second_factor_not_found` without `enrolTotp` before.
 */
export async function confirmTotp(
  ctx: SignedInContext,
  { code }: z.output<typeof confirmTotpInput>,
): Promise<NewRecoveryCodes> {
  const { userId, sessionId } = ctx.actor;
  const sealedSecret = await selectPendingTotp(ctx.db.orm, { userId });
  const secret = sealedSecret && ctx.secondFactorKeys.open(sealedSecret, userId);
  if (sealedSecret === null || secret === null) {
    throw new AppError('second_factor_not_found', 'No authenticator waits for a code. Add one first.');
  }
  const step = findTotpStep(secret, code.replaceAll(/\s/g, ''));
  if (step === null) throw invalidSecondFactor();
  const { codes, hashes } = createRecoveryCodes();
  const isAdded = await addTotp(ctx.db, {
    userId,
    sessionId,
    sealedSecret,
    step,
    codeHashes: hashes,
    ...auditCaller(ctx),
  });
  if (!isAdded) throw invalidSecondFactor();
  announceAccessChange(ctx, userId);
  return { recoveryCodes: codes };
}

/** Replaces the caller's recovery codes. Reasons: `invalid_credentials`, `too_many_requests`, `second_factor_not_found`. */
export async function renewRecoveryCodes(
  ctx: SignedInContext,
  { password }: OwnPassword,
): Promise<NewRecoveryCodes> {
  await requireOwnPassword(ctx, password);
  const { codes, hashes } = createRecoveryCodes();
  const isReplaced = await replaceRecoveryCodes(ctx.db, {
    userId: ctx.actor.userId,
    codeHashes: hashes,
    ...auditCaller(ctx),
  });
  if (!isReplaced) throw notFound();
  return { recoveryCodes: codes };
}

/** Removes the caller's authenticator. Reasons: `invalid_credentials`, `too_many_requests`, `second_factor_not_found`. */
export async function removeTotp(ctx: SignedInContext, { password }: OwnPassword): Promise<void> {
  await requireOwnPassword(ctx, password);
  const { userId } = ctx.actor;
  const isRemoved = await deleteTotp(ctx.db, { userId, ...auditCaller(ctx) });
  if (!isRemoved) throw notFound();
  announceAccessChange(ctx, userId);
}

/** Removes every second factor of a user, and ends all their sessions. Reasons: `user_not_found`, `second_factor_not_found`. */
export async function removeSecondFactorOf(ctx: SignedInContext, { id }: { id: string }): Promise<void> {
  const isReset = await resetSecondFactor(ctx.db, { id, actorId: ctx.actor.userId, ...auditCaller(ctx) });
  if (isReset === null) throw new AppError('user_not_found', 'There is no user with this id.');
  if (!isReset) throw notFound();
  announceAccessChange(ctx, id);
}

/** A change of the second factor needs the password (ASVS 5.0, 7.5.1). */
async function requireOwnPassword(ctx: SignedInContext, password: string): Promise<void> {
  const hash = await checkOwnPassword(ctx, password);
  if (hash === null) throw new AppError('invalid_credentials', 'The password is wrong.');
}

const notFound = () => new AppError('second_factor_not_found', 'There is no such second factor.');
