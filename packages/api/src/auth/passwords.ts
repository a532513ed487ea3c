import { randomBytes } from 'node:crypto';
import { hash as bcryptHash, verify as bcryptVerify } from '@node-rs/bcrypt';
import { isPasswordTooLong, maxPasswordBytes } from '@paydeck/contract/users';
import pLimit from 'p-limit';
import { AppError } from '../errors.ts';
import { createGuessLimit } from './guess-limit.ts';

export type Passwords = {
  /** Rejects with `invalid_input` for a password over 72 bytes, and with `too_many_requests` when the queue is full. */
  hash(password: string): Promise<string>;
  /**
   * Whether the hash is that of the password. False, at the same cost, for a null hash (there is no such user) and for a
   * password over 72 bytes. Rejects with `too_many_requests` when the queue is full.
   */
  verify(password: string, hash: string | null): Promise<boolean>;
  /** `verify`, but rejects with `too_many_requests` after 10 wrong passwords in a row for a user name (guess-limit.ts). */
  guess(guess: { username: string; password: string; hash: string | null }): Promise<boolean>;
};

const cost = 12;

/**
 * bcrypt, at most `concurrency` calls at once and `maxQueue` more waiting. bcrypt shares the four threads of libuv with
 * WebCrypto: without a limit, 40 sign-ins at once make every check of an access token wait for seconds.
 */
export function createPasswords({ concurrency = 2, maxQueue = 50 } = {}): Passwords {
  const limit = pLimit(concurrency);
  const guessLimit = createGuessLimit();
  /** Checked in place of the hash of a user who does not exist. Nobody knows its password. */
  const dummyHash = bcryptHash(randomBytes(32).toString('base64url'), { cost });

  const runLimited = async <T>(task: () => Promise<T>): Promise<T> => {
    if (limit.activeCount >= concurrency && limit.pendingCount >= maxQueue) {
      throw new AppError('too_many_requests', 'Too many sign-ins at once. Try again in a few seconds.');
    }
    return limit(task);
  };

  const compare = async (password: string, hash: string | null) => {
    const isCheckable = hash !== null && !isPasswordTooLong(password);
    const matches = await bcryptVerify(password, isCheckable ? hash : await dummyHash);
    return matches && isCheckable;
  };

  return {
    hash: async (password) => {
      if (isPasswordTooLong(password)) {
        throw new AppError('invalid_input', `The password must have at most ${maxPasswordBytes} bytes.`);
      }
      return runLimited(() => bcryptHash(password, { cost, rejectLongPasswords: true }));
    },
    verify: (password, hash) => runLimited(() => compare(password, hash)),
    guess: async ({ username, password, hash }) => {
      guessLimit.check(username);
      return runLimited(async () => {
        // Checked again: while this guess waited, others for the same name may have failed.
        guessLimit.check(username);
        const matches = await compare(password, hash);
        if (matches) guessLimit.succeed(username);
        else guessLimit.fail(username);
        return matches;
      });
    },
  };
}
