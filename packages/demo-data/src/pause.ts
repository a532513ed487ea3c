import { setTimeout as delay } from 'node:timers/promises';

/** Waits; an aborted signal cuts it short, without an error. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(Math.max(0, ms), undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
