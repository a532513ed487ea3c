import type { Queries } from '../connection/drizzle-queries.ts';
import { deleteInBatches } from '../delete-in-batches.ts';
import { sql } from '../drizzle.ts';

/**
 * Deletes sessions that expired or were revoked more than 30 days ago, with their tokens, and tokens that were replaced more
 * than 30 days ago. Until then, a replaced token that is used again is recognized as stolen.
 */
export async function pruneSessions(orm: Queries): Promise<void> {
  // Tokens first: then few are left for the sessions' foreign key to delete.
  await deleteInBatches(
    orm,
    (limit) => sql`
    delete from refresh_tokens where ctid in (
      select ctid from refresh_tokens where replaced_at < now() - interval '30 days' limit ${limit}
    )`,
  );
  await deleteInBatches(
    orm,
    (limit) => sql`
    delete from refresh_tokens where ctid in (
      select t.ctid from refresh_tokens t join sessions s on s.id = t.session_id
      where s.expires_at < now() - interval '30 days' or s.revoked_at < now() - interval '30 days'
      limit ${limit}
    )`,
  );
  await deleteInBatches(
    orm,
    (limit) => sql`
    delete from sessions where ctid in (
      select ctid from sessions
      where expires_at < now() - interval '30 days' or revoked_at < now() - interval '30 days'
      limit ${limit}
    )`,
  );
}
