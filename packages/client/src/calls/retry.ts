import { isRetryable } from '../errors.ts';
import { type Backoff, backoffMs, pause } from './backoff.ts';

/** With the waits between them some 7 seconds: longer than a server takes to restart. */
const maxTries = 5;
const betweenTries: Backoff = { firstMs: 500, maxMs: 5_000 };

/** Runs what may safely run twice, up to five times while it fails with what `isRetryable` names. */
export async function withRetries<T>(run: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let failures = 1; ; failures++) {
    try {
      return await run();
    } catch (error) {
      if (failures === maxTries || !isRetryable(error)) throw error;
      await pause(backoffMs(failures, betweenTries), signal);
    }
  }
}
