import { selectCredentials, updateOwnPassword } from '@paydeck/db/users';
import type { z } from 'zod';
import { auditCaller } from '../auth/caller.ts';
import { AppError } from '../errors.ts';
import { announceAccessChange, type UsersContext } from './access-change.ts';
import type { changePasswordInput } from './schema.ts';

/**
 * Changes the caller's own password and ends the caller's other sessions.
 * Reasons: `invalid_credentials` for a wrong current password, `too_many_requests`.
 */
export async function changePassword(
  ctx: UsersContext,
  { currentPassword, newPassword }: z.output<typeof changePasswordInput>,
): Promise<void> {
  const { userId: id, username, sessionId } = ctx.actor;
  const credentials = await selectCredentials(ctx.db.orm, { username });
  const currentHash = credentials?.passwordHash ?? null;
  const matches = await ctx.passwords.guess({ username, password: currentPassword, hash: currentHash });
  if (currentHash === null || !matches) throw wrongPassword();
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
