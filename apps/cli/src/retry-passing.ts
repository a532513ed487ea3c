import { isPassing } from './errors/explain-error.ts';
import { pause } from './pause.ts';

const longestWaitMs = 5_000;

export type RetryOptions = {
  /** How long passing failures are borne. */
  patienceMs: number;
  signal: AbortSignal;
  /** Called before each wait, to tell the user. */
  onWait(error: unknown, waitMs: number): void;
};

/**
 * Repeats a call while it fails for reasons that pass (server away, busy or restarting), longer and longer apart.
 * The call must be safe to repeat: a read, or a write with one idempotency key.
 */
export async function retryPassing<T>(
  call: () => Promise<T>,
  { patienceMs, signal, onWait }: RetryOptions,
): Promise<T> {
  const giveUpAt = performance.now() + patienceMs;
  for (let waitMs = 250; ; waitMs = Math.min(waitMs * 2, longestWaitMs)) {
    try {
      return await call();
    } catch (error) {
      if (signal.aborted || !isPassing(error) || performance.now() + waitMs > giveUpAt) throw error;
      onWait(error, waitMs);
      await pause(waitMs, signal);
      if (signal.aborted) throw error;
    }
  }
}
