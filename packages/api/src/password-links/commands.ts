import { deletePasswordLink, upsertPasswordLink } from '@paydeck/db/password-links';
import { selectUser } from '@paydeck/db/users';
import type { z } from 'zod';
import { auditCaller } from '../auth/caller.ts';
import { AppError, invalidInput } from '../errors.ts';
import type { UsersContext } from '../users/access-change.ts';
import { userNotFound } from '../users/commands.ts';
import { createLinkToken } from './link-tokens.ts';
import type { createdPasswordLink } from './schema.ts';

/** The admin hands the link over within the day. ASVS 5.0, 6.4.1: a secret that starts an account is short-lived. */
const lifetimeSeconds = 24 * 60 * 60;

/**
 * Makes a link with which a user sets a password, in place of an earlier one. Only this answer has its token. The password
 * and the sessions stay as they are until the link is used. Reasons: `invalid_input` for the caller's own id or a
 * deactivated user, `user_not_found`.
 */
export async function createPasswordLink(
  ctx: UsersContext,
  { userId }: { userId: string },
): Promise<z.output<typeof createdPasswordLink>> {
  // A UUID may be written in capitals.
  if (userId.toLowerCase() === ctx.actor.userId) {
    throw invalidInput([
      { path: 'userId', message: 'must not be your own: change your own password with users.changePassword' },
    ]);
  }
  const user = await selectUser(ctx.db.orm, { id: userId });
  if (user === null) throw userNotFound();
  if (!user.active) {
    throw invalidInput([
      { path: 'userId', message: 'must be that of an active user: activate the user first' },
    ]);
  }
  const { token, hash } = createLinkToken();
  const expiresAt = await upsertPasswordLink(ctx.db, {
    userId,
    actorId: ctx.actor.userId,
    hash,
    lifetimeSeconds,
    ...auditCaller(ctx),
  });
  if (expiresAt === null) throw userNotFound();
  ctx.liveLog.wake();
  return { userId: user.id, username: user.username, token, expiresAt };
}

/** Ends the link of a user at once. Reason: `password_link_not_found` when no link of the user can still be used. */
export async function revokePasswordLink(ctx: UsersContext, { userId }: { userId: string }): Promise<void> {
  const isRevoked = await deletePasswordLink(ctx.db, {
    userId,
    actorId: ctx.actor.userId,
    ...auditCaller(ctx),
  });
  if (!isRevoked) throw new AppError('password_link_not_found', 'This user has no valid password link.');
  ctx.liveLog.wake();
}
