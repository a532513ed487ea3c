import type { Services } from '@paydeck/api/context';
import { pruneEvents } from '@paydeck/db/events';
import { pruneGuessLimits } from '@paydeck/db/guess-limits';
import { pruneIdempotencyKeys } from '@paydeck/db/payments';
import { pruneSessions } from '@paydeck/db/sessions';

const pruneIntervalMs = 10 * 60_000;

/**
 * Deletes old events, remembered answers and ended sessions: now, and then every ten minutes. Several processes may do so at
 * the same time. If one kind fails, the others are deleted nevertheless.
 */
export function pruneRegularly(
  { db }: Pick<Services, 'db'>,
  { eventRetentionDays, onError }: { eventRetentionDays: number; onError(error: unknown): void },
): { stop(): void } {
  let isStopped = false;
  let isRunning = false;
  const steps = [
    () => pruneEvents(db.orm, { retentionDays: eventRetentionDays }),
    () => pruneIdempotencyKeys(db.orm),
    () => pruneSessions(db.orm),
    () => pruneGuessLimits(db.orm),
  ];
  const run = async () => {
    if (isRunning) return;
    isRunning = true;
    for (const step of steps) {
      if (isStopped) break;
      await step().catch((error: unknown) => {
        // The database was closed during a batch. The next start deletes the others.
        if (!isStopped) onError(error);
      });
    }
    isRunning = false;
  };
  const timer = setInterval(() => void run(), pruneIntervalMs);
  timer.unref();
  void run();
  return {
    stop: () => {
      isStopped = true;
      clearInterval(timer);
    },
  };
}
