import type { Queries } from '../connection/drizzle-queries.ts';
import { deleteInBatches } from '../delete-in-batches.ts';
import { sql } from '../drizzle.ts';

/**
 * Deletes events older than the retention, oldest first, except the newest one, whose position is still needed. Uses the
 * primary key: both bounds are given, so that PostgreSQL expects few rows and never reads the whole table.
 */
export async function pruneEvents(orm: Queries, { retentionDays }: { retentionDays: number }): Promise<void> {
  await deleteInBatches(
    orm,
    (limit) => sql`
      delete from events
      where position between (select min(position) from events) and (
          select max(position) from (select position, at from events order by position limit ${limit}::int) oldest
          where at < now() - make_interval(days => ${retentionDays}::int))
        and position < (select max(position) from events)`,
  );
}
