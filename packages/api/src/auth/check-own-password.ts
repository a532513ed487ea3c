import type { Database } from '@paydeck/db/connection';
import type { GuessRule } from '@paydeck/db/guess-limits';
import { selectCredentials } from '@paydeck/db/users';
import type { Actor } from './actor.ts';
import { countGuess, refuseWithoutGuess } from './guess-limit.ts';
import type { Passwords } from './passwords.ts';

export const ownPasswordRule = (sessionId: string): GuessRule => ({
  key: `password of session ${sessionId}`,
  burst: 10,
  everySeconds: 90,
});

/**
 * Checks the password of the signed-in caller. Wrong ones are counted by session: 10 are free, then one in 90 seconds. Guesses
 * of others at the same user name don't count. Returns the hash that matches, or null for a wrong password.
 * Reason: `too_many_requests`.
 */
export async function checkOwnPassword(
  ctx: { actor: Actor; db: Database; passwords: Passwords },
  password: string,
): Promise<string | null> {
  const { userId, username, sessionId } = ctx.actor;
  const limit = {
    rules: [ownPasswordRule(sessionId)],
    subject: 'wrong passwords',
  } as const;
  await refuseWithoutGuess(ctx.db, limit);
  const credentials = await selectCredentials(ctx.db.orm, { username });
  const hash = credentials?.passwordHash ?? null;
  let succeed = async () => {};
  const matches = await ctx.passwords.guess({
    password,
    hash,
    line: { isKnown: true, name: userId },
    count: async () => {
      ({ succeed } = await countGuess(ctx.db, limit));
    },
  });
  if (!matches) return null;
  await succeed();
  return hash;
}
