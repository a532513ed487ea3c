import type { Queries } from '../connection/drizzle-queries.ts';
import { and, asc, eq, isNull } from '../drizzle.ts';
import { passkeys, recoveryCodes, totpFactors } from '../schema.ts';

export type SecondFactors = {
  /** When the authenticator was added; null without one. */
  totpAddedAt: Date | null;
  passkeys: { id: Buffer; name: string; transports: string[]; createdAt: Date; lastUsedAt: Date | null }[];
  /** Unused ones. */
  recoveryCodes: number;
};

/** The second factors of a user. An authenticator that waits for its first code is left out. */
export async function selectSecondFactors(
  orm: Queries,
  { userId }: { userId: string },
): Promise<SecondFactors> {
  const [[totp], keys, codes] = await Promise.all([
    orm.select({ addedAt: totpFactors.addedAt }).from(totpFactors).where(eq(totpFactors.userId, userId)),
    orm
      .select({
        id: passkeys.id,
        name: passkeys.name,
        transports: passkeys.transports,
        createdAt: passkeys.createdAt,
        lastUsedAt: passkeys.lastUsedAt,
      })
      .from(passkeys)
      .where(eq(passkeys.userId, userId))
      .orderBy(asc(passkeys.createdAt), asc(passkeys.id)),
    orm
      .select({ hash: recoveryCodes.hash })
      .from(recoveryCodes)
      .where(and(eq(recoveryCodes.userId, userId), isNull(recoveryCodes.usedAt))),
  ]);
  return { totpAddedAt: totp?.addedAt ?? null, passkeys: keys, recoveryCodes: codes.length };
}
