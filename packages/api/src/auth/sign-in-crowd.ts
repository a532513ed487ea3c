import { AppError } from '../errors.ts';

/** The sign-ins that this process works on, by network. */
export type SignInCrowd = {
  /** Rejects with `too_many_requests` when 200 sign-ins from this network are under way. */
  join<T>(network: string, signIn: () => Promise<T>): Promise<T>;
  /** Runs a guess of a stranger. */
  guess<T>(network: string, check: () => Promise<T>): Promise<T>;
  /** How many guesses of strangers from this network are being checked, or wait for it. */
  guesses(network: string): number;
};

/**
 * Bounds the sign-ins from one network that wait at the same time, before they cost a query. There is room for an office that
 * signs in at nine o'clock.
 */
export function createSignInCrowd({ maxPerNetwork = 200 } = {}): SignInCrowd {
  const signIns = createCounts();
  const guesses = createCounts();
  return {
    join: async (network, signIn) => {
      if (signIns.of(network) < maxPerNetwork) return signIns.during(network, signIn);
      throw new AppError('too_many_requests', 'Too many sign-ins at once. Try again in a few seconds.');
    },
    guess: guesses.during,
    guesses: guesses.of,
  };
}

function createCounts() {
  const counts = new Map<string, number>();
  const of = (key: string) => counts.get(key) ?? 0;
  return {
    of,
    during: async <T>(key: string, run: () => Promise<T>): Promise<T> => {
      counts.set(key, of(key) + 1);
      try {
        return await run();
      } finally {
        if (of(key) > 1) counts.set(key, of(key) - 1);
        else counts.delete(key);
      }
    },
  };
}
