import { BoundedMap } from '../bounded-map.ts';
import { AppError } from '../errors.ts';

export type GuessLimit = {
  /** Throws `too_many_requests` while the user name is blocked. The message says when to try again. */
  check(username: string): void;
  fail(username: string): void;
  succeed(username: string): void;
};

const maxFailures = 10;
const windowMs = 15 * 60_000;
const maxNames = 10_000;

/**
 * Counts wrong passwords in a row by user name (case-insensitive), whether or not the user exists. After 10 within 15
 * minutes the name is blocked for 15 minutes (ASVS 5.0, 6.3.1). Each process counts by itself.
 */
export function createGuessLimit(): GuessLimit {
  const failuresByName = new BoundedMap<string, { count: number; expiresAt: number }>(maxNames);

  const currentFailures = (name: string) => {
    const failures = failuresByName.get(name);
    if (failures === undefined || failures.expiresAt > Date.now()) return failures;
    failuresByName.delete(name);
    return undefined;
  };

  return {
    check: (username) => {
      const failures = currentFailures(username.toLowerCase());
      if (failures === undefined || failures.count < maxFailures) return;
      const minutes = Math.ceil((failures.expiresAt - Date.now()) / 60_000);
      throw new AppError(
        'too_many_requests',
        `Too many wrong passwords for this user name. Try again in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}.`,
      );
    },
    fail: (username) => {
      const name = username.toLowerCase();
      const failures = currentFailures(name);
      const expiresAt = Date.now() + windowMs;
      if (failures === undefined) {
        failuresByName.set(name, { count: 1, expiresAt });
        return;
      }
      failures.count += 1;
      if (failures.count === maxFailures) failures.expiresAt = expiresAt;
    },
    succeed: (username) => {
      failuresByName.delete(username.toLowerCase());
    },
  };
}
