import { createHash } from 'node:crypto';

/**
 * How many guesses are free: `burst` at once, and one more each `everySeconds`. This is a leaky bucket, as GCRA describes it (ITU-T
 * I.371): one time per key is enough to count, and there is no window at whose edge twice as many guesses are free.
 */
export type GuessRule = {
  /** What the guesses have in common. Any text: only its SHA-256 is stored. */
  key: string;
  burst: number;
  everySeconds: number;
};

/** The rules as the statements take them: a list for each field. */
export function ruleLists(rules: readonly GuessRule[]): { keys: string[]; bursts: string[]; every: string[] } {
  return {
    keys: rules.map(({ key }) => storedKey(key)),
    bursts: rules.map(({ burst }) => String(burst)),
    every: rules.map(({ everySeconds }) => String(everySeconds)),
  };
}

export const storedKey = (key: string): string => createHash('sha256').update(key).digest('base64url');
