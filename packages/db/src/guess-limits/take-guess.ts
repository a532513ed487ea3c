import type { Database } from '../connection/open-database.ts';
import { type Parameter, prepareStatement } from '../connection/statement.ts';
import { type SQL, sql } from '../drizzle.ts';
import { type GuessRule, rulesFrom, rulesText } from './guess-rule.ts';

type Input = { rules: string };

const seconds = (count: SQL): SQL => sql`${count} * interval '1 second'`;

/** The rules with the seconds until each has a free guess: 0 or less when it has one. */
const judgedRules = (p: Parameter<Input>, counts: SQL): SQL => sql`
clock as materialized (select clock_timestamp() as at),
judged as materialized (
  select rule.n, rule.key, clock.at + ${seconds(sql`rule.every_seconds`)} as empty_at_after,
         extract(epoch from coalesce(counted.empty_at, clock.at) - clock.at) - (rule.burst - 1) * rule.every_seconds as wait
  from clock, ${rulesFrom(p('rules', 'json'))}
       left join ${counts} counted on counted.key = rule.key
),
waits as (select coalesce(array_agg(ceil(greatest(wait, 0))::int order by n), '{}') as seconds from judged)`;

const peekStatement = prepareStatement<Input, number[]>(
  (p) => sql`with ${judgedRules(p, sql`guess_limits`)} select to_jsonb(seconds) from waits`,
  ([waits]) => asNumbers(waits),
  'control',
);

const takeStatement = prepareStatement<Input, number[]>(
  (p) => sql`
with locked as materialized (
  select key, empty_at from guess_limits where key in (select key from ${rulesFrom(p('rules', 'json'))}) order by key for update
),
${judgedRules(p, sql`locked`)},
taken as (
  insert into guess_limits (key, empty_at)
  select key, empty_at_after from judged
  where not exists (select from judged where wait > 0)
  order by key
  on conflict (key) do update
  set empty_at = greatest(guess_limits.empty_at, clock_timestamp()) + (excluded.empty_at - (select at from clock))
)
select to_jsonb(seconds) from waits`,
  ([waits]) => asNumbers(waits),
  'control',
);

/** For each rule, the seconds until it has a free guess: 0 when it has one now. Takes none. */
export async function peekGuess(db: Database, { rules }: { rules: readonly GuessRule[] }): Promise<number[]> {
  const [waits = []] = await db.execute(peekStatement, { rules: rulesText(rules) });
  return waits;
}

/**
 * Takes a guess of every rule, or of none if one has no free guess. Returns for each rule the seconds until it has a free
 * guess: all are 0 when the guess was taken. Processes that take at the same time don't take more than there are.
 */
export async function takeGuess(db: Database, { rules }: { rules: readonly GuessRule[] }): Promise<number[]> {
  const [waits = []] = await db.execute(takeStatement, { rules: rulesText(rules) });
  return waits;
}

/** `waits.seconds` is an array of int4. */
function asNumbers(value: unknown): number[] {
  return value as number[];
}
