import { selectCredentials } from '@paydeck/db/users';
import type { z } from 'zod';
import { askForSecondFactor } from '../second-factor/ask-for-second-factor.ts';
import { invalidCredentials, openSession } from './open-session.ts';
import type { loginInput } from './schema.ts';
import type { AuthContext, SignedIn } from './signed-in-answer.ts';

/**
 * Opens a session. User names are case-insensitive. An unknown user, a wrong password and an inactive user get the same
 * answer after the same time. Reasons: `invalid_credentials`, `too_many_requests`, `second_factor_required`.
 */
export async function login(
  ctx: AuthContext,
  { username, password }: z.output<typeof loginInput>,
): Promise<SignedIn> {
  const credentials = await selectCredentials(ctx.db.orm, { username });
  const hash = credentials?.active ? credentials.passwordHash : null;
  const matches = await ctx.passwords.guess({ username, password, hash });
  if (credentials === null || !matches) throw invalidCredentials();
  await askForSecondFactor(ctx, credentials);
  const { userId, passwordHash } = credentials;
  return openSession(ctx, { userId, passwordHash, hasPassedSecondFactor: false });
}
