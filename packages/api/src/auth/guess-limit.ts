import { AppError } from '../errors.ts';

export type GuessLimit = {
  /** Throws `too_many_requests` when too many guesses for the name failed; says when to try again. */
  check(username: string): void;
  fail(username: string): void;
  succeed(username: string): void;
};

const maxFailures = 10;
const windowMs = 15 * 60_000;
const maxNames = 10_000;

/**
 * Counts wrong passwords in a row, by name in lower case, whether there is such a user or not: after 10 within 15
 * minutes the name is closed for 15 minutes (ASVS 5.0, 6.3.1). It counts in this process only.
 */
export function createGuessLimit(): GuessLimit {
  /** In the order of first failures, so that the oldest are the first to go. */
  const names = new Map<string, { failures: number; until: number }>();

  const current = (name: string) => {
    const entry = names.get(name);
    if (entry === undefined || entry.until > Date.now()) return entry;
    names.delete(name);
    return undefined;
  };

  return {
    check: (username) => {
      const entry = current(username.toLowerCase());
      if (entry === undefined || entry.failures < maxFailures) return;
      const minutes = Math.ceil((entry.until - Date.now()) / 60_000);
      throw new AppError(
        'too_many_requests',
        `Too many wrong passwords for this user name. Try again in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}.`,
      );
    },
    fail: (username) => {
      const name = username.toLowerCase();
      const entry = current(name);
      const until = Date.now() + windowMs;
      if (entry === undefined) {
        const [oldest] = names.keys();
        if (oldest !== undefined && names.size >= maxNames) names.delete(oldest);
        names.set(name, { failures: 1, until });
        return;
      }
      entry.failures += 1;
      if (entry.failures === maxFailures) entry.until = until;
    },
    succeed: (username) => {
      names.delete(username.toLowerCase());
    },
  };
}
