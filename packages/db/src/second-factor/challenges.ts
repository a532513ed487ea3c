import type { Database } from '../connection/open-database.ts';
import { prepareStatement } from '../connection/statement.ts';
import { sql } from '../drizzle.ts';

type InsertChallengeArgs = {
  /** SHA-256 of the challenge. */
  hash: Buffer;
  userId: string;
  /** The hash that the password was checked against. */
  passwordHash: string;
  lifetimeSeconds: number;
};

const insertStatement = prepareStatement<InsertChallengeArgs, Date>(
  (p) => sql`
with expired as (
  delete from second_factor_challenges where user_id = ${p('userId', 'uuid')} and expires_at < clock_timestamp()
)
insert into second_factor_challenges (hash, user_id, password_hash, expires_at)
values (${p('hash', 'bytea')}, ${p('userId', 'uuid')}, ${p('passwordHash', 'text')},
        clock_timestamp() + ${p('lifetimeSeconds', 'int')} * interval '1 second')
returning extract(epoch from expires_at) * 1000`,
  ([expiresAtMs]) => new Date(Number(expiresAtMs)),
  'control',
);

/** Adds a challenge, and deletes the user's expired ones. Returns when it expires. */
export async function insertChallenge(db: Database, args: InsertChallengeArgs): Promise<Date> {
  const [expiresAt] = await db.execute(insertStatement, args);
  if (expiresAt === undefined) throw new Error('The challenge must have been inserted.');
  return expiresAt;
}

type Challenge = { userId: string; passwordHash: string };

const toChallenge = ([userId, passwordHash]: readonly unknown[]): Challenge => ({
  userId: String(userId),
  passwordHash: String(passwordHash),
});

const takeStatement = prepareStatement<{ hash: Buffer; maxAttempts: number }, Challenge>(
  (p) => sql`
update second_factor_challenges set attempts = attempts + 1
where hash = ${p('hash', 'bytea')} and expires_at > clock_timestamp() and attempts < ${p('maxAttempts', 'int')}
returning user_id, password_hash`,
  toChallenge,
  'control',
);

/** Counts an attempt to answer a challenge. Returns null when it is unknown, was used, has expired, or was tried too often. */
export async function takeChallenge(
  db: Database,
  args: { hash: Buffer; maxAttempts: number },
): Promise<Challenge | null> {
  const [challenge] = await db.execute(takeStatement, args);
  return challenge ?? null;
}
