export type Backoff = { firstMs: number; maxMs: number };

/**
 * How long to wait after the given number of failures (1, 2, …): doubling, with the upper half random, so that clients
 * that lost the same server do not come back in step.
 */
export function backoffMs(failures: number, { firstMs, maxMs }: Backoff, random = Math.random): number {
  const ceilingMs = Math.min(maxMs, firstMs * 2 ** (failures - 1));
  return ceilingMs * (0.5 + random() / 2);
}

/** Waits; rejects with the signal's reason, its timer cleared, as soon as the signal is aborted. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const abort = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', abort);
      resolve();
    }, ms);
    signal.addEventListener('abort', abort, { once: true });
  });
}
