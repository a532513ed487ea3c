import { updateOwnPassword } from '@paydeck/db/users';
import type { z } from 'zod';
import { auditCaller } from '../auth/caller.ts';
import { checkOwnPassword } from '../auth/check-own-password.ts';
import { AppError } from '../errors.ts';
import { announceAccessChange, type UsersContext } from './access-change.ts';
import { refuseGuessable } from './refuse-guessable.ts';
import type { changePasswordInput } from './schema.ts';

/**
 * Changes the caller's own password and ends the caller's other sessions.
 * Reasons: `invalid_credentials` for a wrong current password, `invalid_input` for a guessable
 * new one, `too_many_requests`.
 */
export async function changePassword(
  ctx: UsersContext,
  { currentPassword, newPassword }: z.output<typeof changePasswordInput>,
): Promise<void> {
  const { userId: id, sessionId } = ctx.actor;
  const currentHash = await checkOwnPassword(ctx, currentPassword);
  if (currentHash === null) throw wrongPassword();
  refuseGuessable('newPassword', newPassword, ctx.actor.username);
  const passwordHash = await ctx.passwords.hash(newPassword);
  const isSet = await updateOwnPassword(ctx.db, {
    id,
    sessionId,
    currentHash,
    passwordHash,
    ...auditCaller(ctx),
  });
  if (!isSet) throw wrongPassword();
  announceAccessChange(ctx, id);
}

const wrongPassword = () => new AppError('invalid_credentials', 'The current password is wrong.');
