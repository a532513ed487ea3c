import { isRetryable } from '../errors.ts';
import { type Backoff, backoffMs, pause } from './backoff.ts';

export type RetryOptions = {
  /** Whether the same call may succeed later. */
  isTransient(error: unknown): boolean;
  backoff: Backoff;
  /** Ends the retrying: the promise rejects with the signal's reason. */
  signal: AbortSignal;
  /** Default: no limit. */
  maxTries?: number;
  /** How long after the first try the last one may start. Default: no limit. */
  patienceMs?: number;
  /** Called before each wait. */
  onWait?(error: unknown, waitMs: number): void;
};

/**
 * Repeats a call with exponential back-off while it fails with a transient error; rejects with the last error. The call
 * must be safe to repeat: a read, or a write that sends the same idempotency key each time.
 */
export async function retry<T>(
  call: () => Promise<T>,
  {
    isTransient,
    backoff,
    signal,
    maxTries = Number.POSITIVE_INFINITY,
    patienceMs = Number.POSITIVE_INFINITY,
    onWait,
  }: RetryOptions,
): Promise<T> {
  const giveUpAtMs = performance.now() + patienceMs;
  for (let failures = 1; ; failures++) {
    try {
      return await call();
    } catch (error) {
      signal.throwIfAborted();
      const waitMs = backoffMs(failures, backoff);
      const isLastTry = failures >= maxTries || performance.now() + waitMs > giveUpAtMs;
      if (isLastTry || !isTransient(error)) throw error;
      onWait?.(error, waitMs);
      await pause(waitMs, signal);
    }
  }
}

/** The four waits add up to 4 to 7.5 seconds: longer than a server takes to restart. */
const restartPolicy = { isTransient: isRetryable, backoff: { firstMs: 500, maxMs: 5_000 }, maxTries: 5 };

/** Retries long enough to outlast a restart of the server. */
export const retryThroughRestart = <T>(call: () => Promise<T>, signal: AbortSignal): Promise<T> =>
  retry(call, { ...restartPolicy, signal });
