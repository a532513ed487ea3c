import { selectCredentials } from '@paydeck/db/users';
import type { SignedInContext } from '../context.ts';
import { AppError } from '../errors.ts';

/**
 * Checks the password of the signed-in caller before a change of the second factor (ASVS 5.0, 7.5.1). Reasons:
 * `invalid_credentials`, `too_many_requests`.
 */
export async function checkOwnPassword(ctx: SignedInContext, password: string): Promise<void> {
  const { username } = ctx.actor;
  const credentials = await selectCredentials(ctx.db.orm, { username });
  const hash = credentials?.active ? credentials.passwordHash : null;
  const matches = await ctx.passwords.guess({ username, password, hash });
  if (!matches) throw new AppError('invalid_credentials', 'The password is wrong.');
}
