import type { Database } from '../connection/open-database.ts';
import { prepareStatement } from '../connection/statement.ts';
import { sql } from '../drizzle.ts';
import { lockAndClock } from '../events/commit-order.ts';
import { accessChanged } from '../users/end-user-sessions.ts';

const statement = prepareStatement<{ id: string; actorId: string }, { userId: string }>(
  sql`
with ${lockAndClock},
revoked as (
  update api_keys k set revoked_at = clock.at
  from clock
  where k.id = ${sql.placeholder('id')}::uuid and k.revoked_at is null
  returning k.id, k.name, k.created_by, k.revoked_at
),
logged as (
  insert into events (position, type, payload, at)
  select nextval('events_position'), 'access_changed', ${accessChanged('created_by', 'id')}, revoked_at
  from revoked
),
audited as (
  insert into audit_log (at, actor_id, action, subject_id, details)
  select revoked_at, ${sql.placeholder('actorId')}::uuid, 'api_key.revoke', id, jsonb_build_object('name', name)
  from revoked
)
select created_by from api_keys where id = ${sql.placeholder('id')}::uuid`,
  ([userId]) => ({ userId: String(userId) }),
);

/**
 * Ends an API key: key, event and audit row in one statement; nothing is written for one that was revoked before.
 * Gives whose it is, or null when there is no such key.
 */
export async function markApiKeyRevoked(
  db: Database,
  args: { id: string; actorId: string },
): Promise<{ userId: string } | null> {
  const [owner] = await db.execute(statement, args);
  return owner ?? null;
}
