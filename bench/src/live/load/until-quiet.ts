import { setTimeout as delay } from 'node:timers/promises';
import type { WorkerProcess } from '../../worker-process.ts';
import type { ReceiversAnswer, ReceiversRequest } from './receivers.ts';

const lookEveryMs = 100;
const standstillMs = 3_000;

/**
 * Waits until so many events have arrived, or none for a while. Gives what there is then, and when (by
 * `performance.now()`) the last of it was seen to have come.
 */
export async function untilQuiet(
  receivers: WorkerProcess<ReceiversRequest, ReceiversAnswer>,
  { expected, signal }: { expected: number; signal: AbortSignal },
): Promise<ReceiversAnswer & { lastAt: number }> {
  let last = await receivers.ask({ do: 'count' });
  let lastAt = performance.now();
  while (last.received < expected && performance.now() - lastAt < standstillMs) {
    await delay(lookEveryMs, undefined, { signal });
    const now = await receivers.ask({ do: 'count' });
    if (now.received > last.received) lastAt = performance.now();
    last = now;
  }
  return { ...last, lastAt };
}
