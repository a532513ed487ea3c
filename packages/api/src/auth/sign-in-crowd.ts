import { AppError } from '../errors.ts';

/** The sign-ins that this process works on. */
export type SignInCrowd = {
  /** Rejects with `too_many_requests` when 200 sign-ins from this network are under way. */
  join<T>(network: string, signIn: () => Promise<T>): Promise<T>;
};

/**
 * Bounds the sign-ins from one network that wait at the same time, before they cost a query. There is room for an office that
 * signs in at nine o'clock.
 */
export function createSignInCrowd({ maxPerNetwork = 200 } = {}): SignInCrowd {
  const counts = new Map<string, number>();
  return {
    join: async (network, signIn) => {
      const count = counts.get(network) ?? 0;
      if (count >= maxPerNetwork) {
        throw new AppError('too_many_requests', 'Too many sign-ins at once. Try again in a few seconds.');
      }
      counts.set(network, count + 1);
      try {
        return await signIn();
      } finally {
        const left = (counts.get(network) ?? 1) - 1;
        if (left > 0) counts.set(network, left);
        else counts.delete(network);
      }
    },
  };
}
