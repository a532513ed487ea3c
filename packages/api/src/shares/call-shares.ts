import { AppError } from '../errors.ts';

export type CallShares = {
  /**
   * Counts a call of a user until the returned function is called. Throws `too_many_requests` when the user has too many
   * calls running.
   */
  enter(userId: string): () => void;
  /** Whether a call began in the last second, so that another one is likely to come. */
  hasRecentCalls(): boolean;
};

/**
 * How many calls of one user a server runs at the same time, over all of the user's connections and API keys. It is far above
 * what a page or a script needs, so only a program that limits nothing reaches it.
 */
export const callsAtOncePerUser = 500;

const recentMs = 1_000;

export function createCallShares(maxPerUser: number = callsAtOncePerUser): CallShares {
  const running = new Map<string, number>();
  let lastEnteredAt = Number.NEGATIVE_INFINITY;
  return {
    hasRecentCalls: () => performance.now() - lastEnteredAt < recentMs,
    enter: (userId) => {
      const count = (running.get(userId) ?? 0) + 1;
      if (count > maxPerUser) {
        throw new AppError(
          'too_many_requests',
          `A user may have at most ${maxPerUser} calls running. Wait for an answer first.`,
        );
      }
      running.set(userId, count);
      lastEnteredAt = performance.now();
      return () => {
        const left = (running.get(userId) ?? 0) - 1;
        if (left > 0) running.set(userId, left);
        else running.delete(userId);
      };
    },
  };
}
