import type { Database } from '../connection/open-database.ts';
import { prepareStatement } from '../connection/statement.ts';
import { sql } from '../drizzle.ts';
import { type GuessRule, rulesFrom, rulesText } from './guess-rule.ts';

export type ReturnGuessArgs = {
  /** The rules whose last guess is given back. */
  returned: readonly GuessRule[];
  /** The rules whose guesses are all forgotten. */
  cleared: readonly GuessRule[];
};

type Input = { returned: string; cleared: string };

// All rows are locked in the order of their keys before one is changed, as take-guess.ts does, so that no two statements wait for
// each other.
const statement = prepareStatement<Input, null>(
  (p) => sql`
with returned as materialized (select key, every_seconds from ${rulesFrom(p('returned', 'json'))}),
cleared as materialized (select key from ${rulesFrom(p('cleared', 'json'))}),
locked as materialized (
  select key from guess_limits
  where key in (select key from returned) or key in (select key from cleared)
  order by key
  for update
),
forgotten as (
  delete from guess_limits
  where key = any(array(select key from locked)) and key in (select key from cleared)
)
update guess_limits
set empty_at = empty_at - returned.every_seconds * interval '1 second'
from returned
where guess_limits.key = returned.key and guess_limits.key = any(array(select key from locked))`,
  () => null,
  'control',
);

/** Gives a guess back that was right, or that was not checked after all. */
export async function returnGuess(db: Database, { returned, cleared }: ReturnGuessArgs): Promise<void> {
  await db.execute(statement, { returned: rulesText(returned), cleared: rulesText(cleared) });
}
