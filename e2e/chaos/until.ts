import { setTimeout as delay } from 'node:timers/promises';

/** Waits until something is true. Rejects after `limitMs` with what was awaited. */
export async function until(
  what: string,
  isTrue: () => Promise<boolean> | boolean,
  limitMs = 120_000,
): Promise<void> {
  const startedAt = performance.now();
  while (!(await isTrue())) {
    if (performance.now() - startedAt > limitMs) throw new Error(`After ${limitMs / 1000} s: not ${what}.`);
    await delay(50);
  }
}
