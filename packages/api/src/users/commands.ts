import { randomBytes } from 'node:crypto';
import {
  deleteOrDeactivateUser,
  insertUser,
  selectUser,
  selectUserByName,
  type User,
  updatePassword,
  updateUserRow,
} from '@paydeck/db/users';
import { v7 as uuidv7 } from 'uuid';
import type { z } from 'zod';
import { auditCaller } from '../auth/caller.ts';
import { AppError, invalidInput } from '../errors.ts';
import { announceAccessChange, type UsersContext } from './access-change.ts';
import { refuseGuessable } from './refuse-guessable.ts';
import type { createUserInput, deletedUser, resetPasswordInput, updateUserInput } from './schema.ts';

/**
 * Creates a user, who can sign in at once. A user without a password must first set one with a link. Reasons:
 * `invalid_input` for a guessable password, `username_taken`, `too_many_requests`.
 */
export async function createUser(
  ctx: UsersContext,
  { username, password, role }: z.output<typeof createUserInput>,
): Promise<User> {
  if (password !== undefined) refuseGuessable('password', password, username);
  const passwordHash = await ctx.passwords.hash(password ?? passwordThatNobodyKnows());
  const user = await insertUser(ctx.db, {
    id: uuidv7(),
    username,
    passwordHash,
    role,
    actorId: ctx.actor.userId,
    ...auditCaller(ctx),
  });
  if (user === null) throw await usernameTaken(ctx, username);
  ctx.liveLog.wake();
  return user;
}

/** A sign-in as a user without a password is refused like one with a wrong password, and takes as long. */
const passwordThatNobodyKnows = (): string => randomBytes(32).toString('base64url');

/**
 * Changes the role or the active state of a user, with immediate effect. Deactivating a user ends their sessions and API
 * keys. Reasons: `user_not_found`, `last_admin`.
 */
export async function updateUser(
  ctx: UsersContext,
  { id, role, active }: z.output<typeof updateUserInput>,
): Promise<User> {
  const written = await updateUserRow(ctx.db, {
    id,
    role: role ?? null,
    active: active ?? null,
    actorId: ctx.actor.userId,
    ...auditCaller(ctx),
  });
  if (written === null) throw userNotFound();
  if (written.outcome === 'last-admin') throw lastAdmin();
  announceAccessChange(ctx, id);
  return written.user;
}

/**
 * Sets the password of another user and ends all their sessions. One's own password takes the current one, with
 * `changePassword`. Reasons: `invalid_input` for the caller's own id or a guessable password, `user_not_found`, `too_many_requests`.
 */
export async function resetPassword(
  ctx: UsersContext,
  { id, password }: z.output<typeof resetPasswordInput>,
): Promise<void> {
  // A UUID may be written in capitals.
  if (id.toLowerCase() === ctx.actor.userId) {
    throw invalidInput([
      { path: 'id', message: 'must not be your own: change your own password with users.changePassword' },
    ]);
  }
  const user = await selectUser(ctx.db.orm, { id });
  if (user === null) throw userNotFound();
  refuseGuessable('password', password, user.username);
  const passwordHash = await ctx.passwords.hash(password);
  const isSet = await updatePassword(ctx.db, {
    id,
    passwordHash,
    actorId: ctx.actor.userId,
    ...auditCaller(ctx),
  });
  if (!isSet) throw userNotFound();
  announceAccessChange(ctx, id);
}

/**
 * Deletes a user. One who has signed in or created a payment is deactivated instead, so that the records keep their
 * author. Reasons: `user_not_found`, `last_admin`.
 */
export async function deleteUser(
  ctx: UsersContext,
  { id }: { id: string },
): Promise<z.output<typeof deletedUser>> {
  const outcome = await deleteOrDeactivateUser(ctx.db, {
    id,
    actorId: ctx.actor.userId,
    ...auditCaller(ctx),
  });
  if (outcome === null) throw userNotFound();
  if (outcome === 'last-admin') throw lastAdmin();
  announceAccessChange(ctx, id);
  return { outcome };
}

/** Says whose name it is if that user is deactivated, because only lists of users show them. */
async function usernameTaken({ db }: UsersContext, username: string): Promise<AppError> {
  const owner = await selectUserByName(db.orm, { username });
  return owner?.active === false
    ? new AppError(
        'username_taken',
        `The user name ${owner.username} belongs to a deactivated user. Activate that user again, or choose another name.`,
      )
    : new AppError('username_taken', `The user name ${username} is taken. Choose another.`);
}

export const userNotFound = () => new AppError('user_not_found', 'There is no user with this id.');

const lastAdmin = () =>
  new AppError('last_admin', 'This is the last active admin. Make another user an admin first.');
