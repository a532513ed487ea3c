import type { Queries } from '../connection/drizzle-queries.ts';
import { sql } from '../drizzle.ts';

/** Deletes the answers to writes with idempotency keys after 48 hours. Clients may rely on 24. */
export async function pruneIdempotencyKeys(orm: Queries): Promise<void> {
  await orm.execute(sql`delete from idempotency_keys where created_at < now() - interval '48 hours'`);
}
