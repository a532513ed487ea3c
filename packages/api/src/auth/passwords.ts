import { randomBytes } from 'node:crypto';
import { hash as bcryptHash, verify as bcryptVerify } from '@node-rs/bcrypt';
import { isPasswordTooLong, maxPasswordBytes } from '@paydeck/contract/users';
import { AppError } from '../errors.ts';
import { createGuessLimit } from './guess-limit.ts';

export type Passwords = {
  /** Rejects with `invalid_input` for a password over 72 bytes, with `too_many_requests` when the queue is full. */
  hash(password: string): Promise<string>;
  /**
   * Whether the password belongs to the hash. A null hash (no such user) and a password over 72 bytes cost the same
   * and are false. Rejects with `too_many_requests` when the queue is full.
   */
  verify(password: string, hash: string | null): Promise<boolean>;
  /** `verify` for a name: after 10 wrong ones in a row within 15 minutes it rejects with `too_many_requests`. */
  guess(guess: { username: string; password: string; hash: string | null }): Promise<boolean>;
};

const cost = 12;

/**
 * bcrypt, at most `concurrency` at a time, since it shares libuv's four threads with WebCrypto: unbounded, forty
 * sign-ins at once would make every token check wait for seconds.
 */
export function createPasswords({ concurrency = 2, maxQueue = 50 } = {}): Passwords {
  const queue = createQueue(concurrency, maxQueue);
  const guesses = createGuessLimit();
  // Of a password that nobody knows: what the password of an unknown user is checked against.
  const dummyHash = bcryptHash(randomBytes(32).toString('base64url'), { cost });

  const compare = async (password: string, hash: string | null) => {
    const isCheckable = hash !== null && !isPasswordTooLong(password);
    const matches = await bcryptVerify(password, isCheckable ? hash : await dummyHash);
    return matches && isCheckable;
  };

  return {
    hash: async (password) => {
      if (isPasswordTooLong(password)) {
        throw new AppError('invalid_input', `The password is too long: at most ${maxPasswordBytes} bytes.`);
      }
      return queue(() => bcryptHash(password, { cost, rejectLongPasswords: true }));
    },
    verify: (password, hash) => queue(() => compare(password, hash)),
    guess: async ({ username, password, hash }) => {
      guesses.check(username);
      return queue(async () => {
        // Again: guesses that waited in the queue with this one may have failed.
        guesses.check(username);
        const matches = await compare(password, hash);
        if (matches) guesses.succeed(username);
        else guesses.fail(username);
        return matches;
      });
    },
  };
}

/** Runs tasks in their order, `concurrency` at a time. */
function createQueue(concurrency: number, maxWaiting: number) {
  let running = 0;
  const waiting: (() => void)[] = [];

  return async <T>(task: () => Promise<T>): Promise<T> => {
    if (running >= concurrency) {
      if (waiting.length >= maxWaiting) {
        throw new AppError(
          'too_many_requests',
          'Too many people sign in at once. Try again in a few seconds.',
        );
      }
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else {
      running += 1;
    }
    try {
      return await task();
    } finally {
      // The place goes to the next in line, if there is one.
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
