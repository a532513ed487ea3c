import type { Queries } from '../connection/drizzle-queries.ts';
import { deleteInBatches } from '../delete-in-batches.ts';
import { sql } from '../drizzle.ts';

/** Deletes the answers to writes with idempotency keys after 48 hours. Clients may rely on 24. */
export async function pruneIdempotencyKeys(orm: Queries): Promise<void> {
  await deleteInBatches(
    orm,
    (limit) => sql`
      delete from idempotency_keys
      where ctid = any (array(
        select ctid from idempotency_keys
        where created_at < now() - interval '48 hours'
        order by created_at
        limit ${limit}::int))`,
  );
}
