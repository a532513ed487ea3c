import { sql } from '../drizzle.ts';

/** The advisory lock that orders the log. */
export const logLockId = 7_239_478_161;

/**
 * The first steps of every statement that writes to the log: take the log's lock, then read the clock.
 * Whatever follows draws from `clock`, so it runs under the lock, and the lock is held until the commit: positions
 * become visible in their order, across processes. It is also the first lock, so writers can't deadlock.
 * Held by commit-order.test.ts.
 */
export const lockAndClock = sql.raw(`
  locked as materialized (
    select pg_advisory_xact_lock(${logLockId})
  ),
  clock as materialized (
    select date_trunc('milliseconds', clock_timestamp()) as at from locked
  )`);
