import type { Database } from '../connection/open-database.ts';
import { prepareStatement } from '../connection/statement.ts';
import { sql } from '../drizzle.ts';

/** `secret` is null when too many codes were wrong; then `retryAfterSeconds` says when the next one may be tried. */
type TotpGuess = { secret: Buffer; lastStep: number } | { secret: null; retryAfterSeconds: number };

// After 10 wrong codes in a row the next 10 wait 15 minutes, then twice as long each time, up to a day. The wait does not
// concern recovery codes and passkeys, so an attacker who knows the password can't lock the user out.
const waitsUntil = sql.raw(
  `case when guesses > 0 and guesses % 10 = 0
     then guessed_at + least(interval '15 minutes' * power(2, least(guesses / 10 - 1, 10)), interval '1 day')
     else '-infinity'::timestamptz end`,
);

const guessStatement = prepareStatement<{ userId: string }, TotpGuess>(
  (p) => sql`
with guessed as (
  update totp_factors set guesses = guesses + 1, guessed_at = clock_timestamp()
  where user_id = ${p('userId', 'uuid')} and secret is not null and ${waitsUntil} <= clock_timestamp()
  returning encode(secret, 'hex') as secret, last_step
)
select guessed.secret, guessed.last_step, ceil(extract(epoch from ${waitsUntil} - clock_timestamp()))
from totp_factors factor left join guessed on true
where factor.user_id = ${p('userId', 'uuid')} and factor.secret is not null`,
  ([secret, lastStep, waitSeconds]) =>
    secret === null
      ? { secret, retryAfterSeconds: Math.max(1, Number(waitSeconds)) }
      : { secret: Buffer.from(String(secret), 'hex'), lastStep: Number(lastStep) },
  'control',
);

/** Counts a code before it is checked, so that guesses at the same time count too. Returns null for a user without authenticator. */
export async function takeTotpGuess(db: Database, args: { userId: string }): Promise<TotpGuess | null> {
  const [guess] = await db.execute(guessStatement, args);
  return guess ?? null;
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
  update totp_factors set last_step = ${p('step', 'bigint')}, guesses = 0
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
