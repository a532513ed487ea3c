import type { z } from 'zod';
import { askForSecondFactor } from '../second-factor/ask-for-second-factor.ts';
import { checkSignIn } from './check-sign-in.ts';
import { networkOf } from './network-of.ts';
import { openSession } from './open-session.ts';
import type { loginInput } from './schema.ts';
import type { AuthContext, SignedIn } from './signed-in-answer.ts';

/**
 * Opens a session. User names are case-insensitive. An unknown user, a wrong password and an inactive user get the same
 * answer after the same time. Reasons: `invalid_credentials`, `too_many_requests`, `second_factor_required`.
 */
export async function login(ctx: AuthContext, input: z.output<typeof loginInput>): Promise<SignedIn> {
  const network = networkOf(ctx.caller.address);
  const credentials = await ctx.signInCrowd.join(network, () => checkSignIn(ctx, { ...input, network }));
  await askForSecondFactor(ctx, credentials);
  return openSession(ctx, { ...credentials, hasPassedSecondFactor: false });
}
