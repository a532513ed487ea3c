import type { Services } from '@paydeck/api/context';
import { pruneEvents } from '@paydeck/db/events';
import { pruneGuessLimits } from '@paydeck/db/guess-limits';
import { pruneIdempotencyKeys } from '@paydeck/db/payments';
import { pruneSessions } from '@paydeck/db/sessions';

const pruneIntervalMs = 10 * 60_000;

/**
 * Deletes old events, remembered answers and ended sessions every ten minutes. Several processes may do so at the same
 * time.
 */
export function pruneRegularly(
  { db }: Pick<Services, 'db'>,
  { eventRetentionDays, onError }: { eventRetentionDays: number; onError(error: unknown): void },
): { stop(): void } {
  const run = async () => {
    await pruneEvents(db.orm, { retentionDays: eventRetentionDays });
    await pruneIdempotencyKeys(db.orm);
    await pruneSessions(db.orm);
    await pruneGuessLimits(db.orm);
  };
  const timer = setInterval(() => void run().catch(onError), pruneIntervalMs);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
