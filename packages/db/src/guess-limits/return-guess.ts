import type { Database } from '../connection/open-database.ts';
import { prepareStatement } from '../connection/statement.ts';
import { sql } from '../drizzle.ts';
import { type GuessRule, ruleLists, storedKey } from './guess-rule.ts';

export type ReturnGuessArgs = {
  /** The rules whose last guess is given back. */
  returned: readonly GuessRule[];
  /** The rules whose guesses are all forgotten. */
  cleared: readonly GuessRule[];
};

type Input = { keys: string[]; bursts: string[]; every: string[]; cleared: string[] };

// All rows are locked in the order of their keys before one is changed, as take-guess.ts does, so that no two statements wait for
// each other.
const statement = prepareStatement<Input, null>(
  (p) => sql`
with locked as materialized (
  select key from guess_limits
  where key = any(${p('keys', 'text[]')}) or key = any(${p('cleared', 'text[]')})
  order by key
  for update
),
forgotten as (
  delete from guess_limits
  where key = any(array(select key from locked)) and key = any(${p('cleared', 'text[]')})
)
update guess_limits
set empty_at = empty_at - rule.every_seconds * interval '1 second'
from unnest(${p('keys', 'text[]')}, ${p('every', 'text[]')}::int[]) as rule (key, every_seconds)
where guess_limits.key = rule.key and guess_limits.key = any(array(select key from locked))`,
  () => null,
  'control',
);

/** Gives a guess back that was right, or that was not checked after all. */
export async function returnGuess(db: Database, { returned, cleared }: ReturnGuessArgs): Promise<void> {
  const { keys, bursts, every } = ruleLists(returned);
  await db.execute(statement, { keys, bursts, every, cleared: cleared.map(({ key }) => storedKey(key)) });
}
