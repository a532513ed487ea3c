import { performance } from 'node:perf_hooks';
import { CallerLeftError, createFairQueue } from '@paydeck/db/connection';

export type FairLimit = {
  /**
   * Runs a piece of work in its owner's turn: owners share the time, however many pieces each has. Rejects like the work, and
   * with `CallerLeftError` if the signal is aborted before it begins.
   */
  run<T>(owner: string, work: () => Promise<T>, signal: AbortSignal): Promise<T>;
};

/**
 * Runs at most `concurrency` pieces of work at the same time. After each piece, its place rests for `restRatio` times as long as
 * the work took, which leaves the machine to others.
 */
export function createFairLimit({
  concurrency,
  restRatio,
}: {
  concurrency: number;
  restRatio: number;
}): FairLimit {
  const waiting = createFairQueue<() => Promise<unknown>>();
  let used = 0;

  const startWaiting = () => {
    while (used < concurrency) {
      const start = waiting.take();
      if (start === undefined) return;
      used += 1;
      const startedAt = performance.now();
      void start().then(() => {
        const restMs = restRatio * (performance.now() - startedAt);
        // Not `unref`: work may wait for this place.
        setTimeout(() => {
          used -= 1;
          startWaiting();
        }, restMs);
      });
    }
  };

  return {
    run: (owner, work, signal) =>
      new Promise((resolve, reject) => {
        const leave = () => {
          if (waiting.remove(owner, start))
            reject(new CallerLeftError('Nobody waits for the result any more.'));
        };
        const start = async () => {
          signal.removeEventListener('abort', leave);
          const startedAt = performance.now();
          await work().then(resolve, reject);
          waiting.charge(owner, performance.now() - startedAt);
        };
        waiting.add(owner, start);
        signal.addEventListener('abort', leave);
        if (signal.aborted) leave();
        startWaiting();
      }),
  };
}
