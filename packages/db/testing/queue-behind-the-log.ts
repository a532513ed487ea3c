import { sql } from 'drizzle-orm';
import { expect } from 'vitest';
import type { Database } from '../src/connection/open-database.ts';
import { logLockId } from '../src/events/commit-order.ts';

/**
 * Holds the log's lock while the tasks start one after the other and wait for the lock, then releases it. The tasks run in
 * this order. The snapshot of each statement that waits is older than what the tasks before it write.
 */
export async function queueBehindTheLog<T>(db: Database, tasks: (() => Promise<T>)[]): Promise<T[]> {
  const holder = db.dedicatedClient();
  const waiting = async () => {
    const [row] = await db.orm.execute(
      sql`select count(*)::int as n from pg_locks where locktype = 'advisory' and not granted
          and database = (select oid from pg_database where datname = current_database())`,
    );
    return row?.n;
  };
  const running: Promise<T>[] = [];
  await holder.begin(async (transaction) => {
    await transaction`select pg_advisory_xact_lock(${logLockId})`;
    for (const task of tasks) {
      running.push(task());
      await expect.poll(waiting, { interval: 2, timeout: 10_000 }).toBe(running.length);
    }
  });
  const results = await Promise.all(running);
  await holder.end();
  return results;
}
