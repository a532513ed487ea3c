import type { Queries } from '../connection/drizzle-queries.ts';
import { sql } from '../drizzle.ts';

/** Deletes events older than the retention, except the newest, whose position is still needed. Uses `events_at_idx`. */
export async function pruneEvents(orm: Queries, { retentionDays }: { retentionDays: number }): Promise<void> {
  await orm.execute(sql`
    delete from events
    where at < now() - make_interval(days => ${retentionDays}::int) and position < (select max(position) from events)`);
}
