import { setTimeout as delay } from 'node:timers/promises';
import type { WorkerProcess } from '../../worker-process.ts';
import type { ReceiversAnswer, ReceiversRequest } from './receivers.ts';

const pollMs = 100;
const quietMs = 3_000;

/**
 * Waits until the expected number of events has arrived, or none for 3 seconds. Resolves to the counts, and to when the last
 * event was seen, by `performance.now()`.
 */
export async function untilQuiet(
  receivers: WorkerProcess<ReceiversRequest, ReceiversAnswer>,
  { expected, signal }: { expected: number; signal: AbortSignal },
): Promise<ReceiversAnswer & { lastAt: number }> {
  let last = await receivers.ask({ do: 'count' });
  let lastAt = performance.now();
  while (last.received < expected && performance.now() - lastAt < quietMs) {
    await delay(pollMs, undefined, { signal });
    const now = await receivers.ask({ do: 'count' });
    if (now.received > last.received) lastAt = performance.now();
    last = now;
  }
  return { ...last, lastAt };
}
