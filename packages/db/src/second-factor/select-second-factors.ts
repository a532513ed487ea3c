import type { Queries } from '../connection/drizzle-queries.ts';
import { and, eq, isNull } from '../drizzle.ts';
import { recoveryCodes, totpFactors } from '../schema.ts';

export type SecondFactors = {
  /** When the authenticator was added; null without one. */
  totpAddedAt: Date | null;
  /** Unused ones. */
  recoveryCodes: number;
};

/** The second factors of a user. An authenticator that waits for its first code is left out. */
export async function selectSecondFactors(
  orm: Queries,
  { userId }: { userId: string },
): Promise<SecondFactors> {
  const [[totp], codes] = await Promise.all([
    orm.select({ addedAt: totpFactors.addedAt }).from(totpFactors).where(eq(totpFactors.userId, userId)),
    orm
      .select({ hash: recoveryCodes.hash })
      .from(recoveryCodes)
      .where(and(eq(recoveryCodes.userId, userId), isNull(recoveryCodes.usedAt))),
  ]);
  return { totpAddedAt: totp?.addedAt ?? null, recoveryCodes: codes.length };
}
