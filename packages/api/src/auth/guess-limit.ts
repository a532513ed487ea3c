import type { Database } from '@paydeck/db/connection';
import { type GuessRule, peekGuess, returnGuess, takeGuess } from '@paydeck/db/guess-limits';
import { AppError } from '../errors.ts';

/** The guesses that were wrong too often, for the message: "wrong passwords", "wrong codes", "wrong links". */
export type GuessSubject = 'wrong passwords' | 'wrong codes' | 'wrong links';

/**
 * Limits guesses at a secret: call it before each check, with the same rules, and call `succeed` after a right guess. The
 * guesses are counted in the database, before they are checked, so many at once through several servers are not more than
 * the limit. Reason: `too_many_requests`, with the time until the next guess is free.
 */
export async function countGuess(
  db: Database,
  { rules, subject }: { rules: readonly GuessRule[]; subject: GuessSubject },
): Promise<{ succeed(): Promise<void> }> {
  const wait = Math.max(0, ...(await takeGuess(db, { rules })));
  if (wait > 0) throw tooManyGuesses(subject, wait);
  return { succeed: () => returnGuess(db, { returned: [], cleared: rules }) };
}

/** Rejects as `countGuess` does while no guess is free, and counts nothing. */
export async function refuseWithoutGuess(
  db: Database,
  { rules, subject }: { rules: readonly GuessRule[]; subject: GuessSubject },
): Promise<void> {
  const wait = Math.max(0, ...(await peekGuess(db, { rules })));
  if (wait > 0) throw tooManyGuesses(subject, wait);
}

export const tooManyGuesses = (subject: GuessSubject, retryAfterSeconds: number): AppError =>
  new AppError('too_many_requests', `Too many ${subject}. Try again in ${duration(retryAfterSeconds)}.`, {
    retryAfterSeconds,
  });

/** `40 seconds` up to two minutes, then `3 minutes`, rounded up. */
function duration(seconds: number): string {
  const [count, unit] = seconds <= 120 ? [seconds, 'second'] : [Math.ceil(seconds / 60), 'minute'];
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
