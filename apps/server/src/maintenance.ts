import type { Services } from '@paydeck/api/context';
import { pruneEvents } from '@paydeck/db/events';
import { pruneIdempotencyKeys } from '@paydeck/db/payments';
import { pruneSessions } from '@paydeck/db/sessions';

const everyMs = 10 * 60_000;

/** Drops what has had its time: old events, remembered answers, ended sessions. Several processes may do it at once. */
export function startMaintenance(
  { db }: Pick<Services, 'db'>,
  { eventRetentionDays, onError }: { eventRetentionDays: number; onError(error: unknown): void },
): { stop(): void } {
  const run = async () => {
    await pruneEvents(db.orm, { retentionDays: eventRetentionDays });
    await pruneIdempotencyKeys(db.orm);
    await pruneSessions(db.orm);
  };
  const timer = setInterval(() => void run().catch(onError), everyMs);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
