export type Backoff = { firstMs: number; maxMs: number };

/** For retries without a limit, so that a client is back within seconds after its server is. */
export const reconnectBackoff: Backoff = { firstMs: 250, maxMs: 5_000 };

/**
 * How long to wait after the given number of failures (1, 2, …). The wait doubles with each failure. Up to half of it is
 * random, so that clients that lost the same server do not all come back at once.
 */
export function backoffMs(failures: number, { firstMs, maxMs }: Backoff, random = Math.random): number {
  const ceilingMs = Math.min(maxMs, firstMs * 2 ** (failures - 1));
  return ceilingMs * (0.5 + random() / 2);
}

/** Rejects with the signal's reason as soon as it is aborted. */
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
