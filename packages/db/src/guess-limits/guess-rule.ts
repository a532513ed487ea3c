import { createHash } from 'node:crypto';
import { type SQL, sql } from '../drizzle.ts';

/**
 * How many guesses are free: `burst` at once, and one more each `everySeconds`. This is a leaky bucket, as GCRA describes it (ITU-T
 * I.371): one time per key is enough to count, and there is no window at whose edge twice as many guesses are free.
 */
export type GuessRule = {
  /** A text that the guesses have in common: only its SHA-256 is stored. */
  key: string;
  burst: number;
  everySeconds: number;
};

/** The rules as a parameter of a statement, for `rulesFrom`. */
export function rulesText(rules: readonly GuessRule[]): string {
  return JSON.stringify(
    rules.map(({ key, burst, everySeconds }, n) => ({
      n,
      key: createHash('sha256').update(key).digest('base64url'),
      burst,
      every_seconds: everySeconds,
    })),
  );
}

/** A table of the rules in a parameter that `rulesText` wrote. */
export const rulesFrom = (parameter: SQL): SQL =>
  sql`json_to_recordset(${parameter}) as rule (n int, key text, burst int, every_seconds int)`;
