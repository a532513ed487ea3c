import type { Queries } from '../connection/drizzle-queries.ts';
import { deleteInBatches } from '../delete-in-batches.ts';
import { sql } from '../drizzle.ts';

/** Deletes counts of guesses that are all forgotten, and places that their user has not signed in from for 90 days. */
export async function pruneGuessLimits(orm: Queries): Promise<void> {
  await deleteInBatches(
    orm,
    (limit) => sql`
      delete from guess_limits
      where key in (
        select key from guess_limits where empty_at < now() order by key limit ${limit} for update skip locked
      )`,
  );
  await deleteInBatches(
    orm,
    (limit) => sql`
      delete from sign_in_places
      where ctid = any(array(
        select ctid from sign_in_places where last_used_at < now() - interval '90 days' limit ${limit}
      ))`,
  );
}
