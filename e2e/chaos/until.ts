import { setTimeout as delay } from 'node:timers/promises';
import { slowness } from '@paydeck/db/testing/slowness';

/** Waits until something is true. Rejects after `limitMs` of a quiet machine with what was awaited. */
export async function until(
  what: string,
  isTrue: () => Promise<boolean> | boolean,
  limitMs = 120_000,
): Promise<void> {
  const startedAt = performance.now();
  while (!(await isTrue())) {
    const waitedMs = performance.now() - startedAt;
    if (waitedMs > limitMs * slowness())
      throw new Error(`After ${Math.round(waitedMs / 1000)} s: not ${what}.`);
    await delay(50);
  }
}
