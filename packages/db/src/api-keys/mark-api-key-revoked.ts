import type { AuditCaller } from '../audit-log/audit-caller.ts';
import { callerColumns, insertAuditRows } from '../audit-log/insert-audit-rows.ts';
import type { Database } from '../connection/open-database.ts';
import { prepareStatement } from '../connection/statement.ts';
import { sql } from '../drizzle.ts';
import { lockAndClock } from '../events/commit-order.ts';
import { accessChanged } from '../events/event-payloads.ts';
import { insertEvents } from '../events/insert-events.ts';

export type MarkApiKeyRevokedArgs = AuditCaller & { id: string; actorId: string };

const statement = prepareStatement<MarkApiKeyRevokedArgs, { userId: string }>(
  (p) => sql`
with ${lockAndClock},
revoked as (
  update api_keys k set revoked_at = clock.at
  from clock
  where k.id = ${p('id', 'uuid')} and k.revoked_at is null
  returning k.id, k.name, k.created_by, k.revoked_at
),
logged as (
  ${insertEvents({
    type: 'access_changed',
    payload: accessChanged('created_by', 'id'),
    at: sql`revoked_at`,
    from: sql`revoked`,
  })}
),
audited as (
  ${insertAuditRows({
    at: sql`revoked_at`,
    actorId: p('actorId', 'uuid'),
    action: 'api_key.revoke',
    subjectId: sql`id`,
    details: sql`jsonb_build_object('name', name)`,
    caller: callerColumns(p),
    from: sql`revoked`,
  })}
)
select created_by from api_keys where id = ${p('id', 'uuid')}`,
  ([userId]) => ({ userId: String(userId) }),
  'control',
);

/**
 * Revokes an API key. Writes key, event and audit row in one statement, or nothing when it was revoked before. Returns the
 * key's user, or null when there is no such key.
 */
export async function markApiKeyRevoked(
  db: Database,
  args: MarkApiKeyRevokedArgs,
): Promise<{ userId: string } | null> {
  const [owner] = await db.execute(statement, args);
  return owner ?? null;
}
