import type { Database } from '@paydeck/db/connection';
import { isPasswordConfirmed, markPasswordConfirmed } from '@paydeck/db/sessions';
import type { z } from 'zod';
import { AppError } from '../errors.ts';
import type { Actor } from './actor.ts';
import { auditCaller, type Caller } from './caller.ts';
import { checkOwnPassword } from './check-own-password.ts';
import type { Passwords } from './passwords.ts';
import type { confirmPasswordInput } from './schema.ts';

/** A sign-in or a confirmed password counts for so long. */
const confirmationSeconds = 5 * 60;

/**
 * Throws `confirm_password` unless the caller signed in or confirmed the password within the last 5 minutes. Commands that
 * give or take access need it, so that a stolen access token does not become an account (ASVS 5.0, 7.5.1). The database is
 * read each time, because another process may have confirmed the password.
 */
export async function requireConfirmedPassword({
  db,
  actor: { sessionId },
}: {
  db: Database;
  actor: Actor;
}): Promise<void> {
  if (await isPasswordConfirmed(db.access, { sessionId, withinSeconds: confirmationSeconds })) return;
  throw new AppError(
    'confirm_password',
    'This needs a sign-in or a confirmed password from the last 5 minutes. Call auth.confirmPassword with your password, then repeat the call.',
  );
}

/**
 * Confirms the caller's password, for the commands that need it during the next 5 minutes.
 * Reasons: `invalid_credentials` for a wrong password, `too_many_requests`.
 */
export async function confirmPassword(
  ctx: { db: Database; actor: Actor; caller: Caller; passwords: Passwords },
  { password }: z.output<typeof confirmPasswordInput>,
): Promise<void> {
  const { sessionId } = ctx.actor;
  const passwordHash = await checkOwnPassword(ctx, password);
  if (passwordHash === null) throw wrongPassword();
  if (!(await markPasswordConfirmed(ctx.db, { sessionId, passwordHash, ...auditCaller(ctx) })))
    throw wrongPassword();
}

const wrongPassword = () => new AppError('invalid_credentials', 'The password is wrong.');
