import { sql } from '../drizzle.ts';

/** The advisory lock that orders the log. */
export const logLockId = 7_239_478_161;

/**
 * The first steps (CTEs) of every statement that writes to the log: take the log's lock, then read the clock. All later
 * steps read from `clock`, so they run under the lock, which PostgreSQL holds until the commit. Therefore positions become
 * visible in their order, across processes. No statement takes another lock before this one, so writers can't deadlock.
 * Tested by writers.test.ts.
 *
 * The statement's snapshot is older than its lock: a plain read misses what was committed while the statement waited.
 * `for update` returns the latest version of a row, but no new rows. `on conflict` finds new rows too, but only to skip or
 * update them. A command that must read new rows is a function in PL/pgSQL (migrations/0005_user_commands.sql).
 */
export const lockAndClock = sql.raw(`
  locked as materialized (
    select pg_advisory_xact_lock(${logLockId})
  ),
  clock as materialized (
    select date_trunc('milliseconds', clock_timestamp()) as at from locked
  )`);

/** The lock alone, for the first of several statements in one transaction: the later ones see all that was committed. */
export const takeLogLock = sql.raw(`select pg_advisory_xact_lock(${logLockId})`);
