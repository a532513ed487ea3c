import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { hash as bcryptHash, verify as bcryptVerify } from '@node-rs/bcrypt';
import { isPasswordTooLong, maxPasswordBytes } from '@paydeck/contract/users';
import { AppError } from '../errors.ts';
import { createHashingQueue, type Line } from './hashing-queue.ts';

export type PasswordGuess = {
  password: string;
  /** Null when there is no such user. */
  hash: string | null;
  line: Line;
  /** Runs right before the check, when it is this guess's turn. If it rejects, the password is not checked. */
  count(): Promise<void>;
};

export type Passwords = {
  /**
   * For a signed-in caller. Rejects with `invalid_input` for a password over 72 bytes, and with `too_many_requests` when the
   * queue is full.
   */
  hash(password: string): Promise<string>;
  /**
   * Whether the hash is that of the password. False, at the same cost, for a null hash and for a password over 72 bytes.
   * Rejects with `too_many_requests` when the queue is full.
   */
  guess(guess: PasswordGuess): Promise<boolean>;
  /** About how long guesses took lately, with their wait in the queue. */
  recentMs(): number;
};

const cost = 12;
/** Each hash keeps a core busy for a quarter of a second. One core is left for everyone else. */
const hashesAtOnce = Math.max(1, Math.min(2, availableParallelism() - 1));
const signedInLine: Line = { isKnown: true, name: 'new passwords' };

/**
 * bcrypt, at most `concurrency` calls at once and `maxQueue` more waiting of each kind (hashing-queue.ts). bcrypt shares the
 * four threads of libuv with WebCrypto: without a limit, 40 sign-ins at once make every check of an access token wait for
 * seconds.
 */
export function createPasswords({ concurrency = hashesAtOnce, maxQueue = 50 } = {}): Passwords {
  const queue = createHashingQueue({ concurrency, maxWaiting: maxQueue });
  /** Checked in place of the hash of a user who does not exist. Nobody knows its password. */
  const dummyHash = bcryptHash(randomBytes(32).toString('base64url'), { cost });

  let recentMs = 0;
  const timed = async (guess: () => Promise<boolean>) => {
    const startedAt = performance.now();
    const matches = await guess();
    recentMs += (performance.now() - startedAt - recentMs) / 8;
    return matches;
  };

  return {
    recentMs: () => recentMs,
    hash: async (password) => {
      if (isPasswordTooLong(password)) {
        throw new AppError('invalid_input', `The password must have at most ${maxPasswordBytes} bytes.`);
      }
      return queue.run(signedInLine, () => bcryptHash(password, { cost, rejectLongPasswords: true }));
    },
    guess: ({ password, hash, line, count }) =>
      timed(() =>
        queue.run(line, async () => {
          await count();
          const isCheckable = hash !== null && !isPasswordTooLong(password);
          const matches = await bcryptVerify(password, isCheckable ? hash : await dummyHash);
          return matches && isCheckable;
        }),
      ),
  };
}
