import type { Queries } from '../connection/drizzle-queries.ts';
import type { Database } from '../connection/open-database.ts';
import { prepareStatement } from '../connection/statement.ts';
import { eq, sql } from '../drizzle.ts';
import { totpFactors } from '../schema.ts';

/** The encrypted secret of a user's authenticator, and the time step of its last accepted code; null without a confirmed one. */
export async function selectTotp(
  orm: Queries,
  { userId }: { userId: string },
): Promise<{ sealedSecret: Buffer; lastStep: number } | null> {
  const [factor] = await orm
    .select({ sealedSecret: totpFactors.secret, lastStep: totpFactors.lastStep })
    .from(totpFactors)
    .where(eq(totpFactors.userId, userId));
  if (factor === undefined || factor.sealedSecret === null) return null;
  return { sealedSecret: factor.sealedSecret, lastStep: factor.lastStep };
}

type AcceptTotpCodeArgs = {
  userId: string;
  /** The time step of the code. */
  step: number;
  challengeHash: Buffer;
};

const acceptStatement = prepareStatement<AcceptTotpCodeArgs, boolean>(
  (p) => sql`
with accepted as (
  update totp_factors set last_step = ${p('step', 'bigint')}
  where user_id = ${p('userId', 'uuid')} and secret is not null and last_step < ${p('step', 'bigint')}
  returning user_id
),
used as (
  delete from second_factor_challenges where hash = ${p('challengeHash', 'bytea')} and exists (select from accepted)
)
select true from accepted`,
  () => true,
  'control',
);

/** Uses up a code that was right, and the challenge that it answers. Returns false when this code or a later one was used before. */
export async function acceptTotpCode(db: Database, args: AcceptTotpCodeArgs): Promise<boolean> {
  const [isAccepted = false] = await db.execute(acceptStatement, args);
  return isAccepted;
}
