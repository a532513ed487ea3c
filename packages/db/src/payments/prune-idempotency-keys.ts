import type { Queries } from '../connection/drizzle-queries.ts';
import { sql } from '../drizzle.ts';

/** Deletes the answers that idempotency keys remember after 48 hours; clients are promised 24. */
export async function pruneIdempotencyKeys(orm: Queries): Promise<void> {
  await orm.execute(sql`delete from idempotency_keys where created_at < now() - interval '48 hours'`);
}
