import { isTransient } from '@paydeck/client';
import { retry } from '@paydeck/client/retry';

export type OutageOptions = {
  /** How long the server may stay away. */
  patienceMs: number;
  signal: AbortSignal;
  /** Called before each wait, to inform the user. */
  onWait(error: unknown, waitMs: number): void;
};

const backoff = { firstMs: 250, maxMs: 5_000 };

/**
 * Repeats a call while the server is away, busy or restarting. The call must be safe to repeat: a read, or a write that
 * sends the same idempotency key each time.
 */
export const retryThroughOutage = <T>(call: () => Promise<T>, options: OutageOptions): Promise<T> =>
  retry(call, { ...options, isTransient, backoff });
