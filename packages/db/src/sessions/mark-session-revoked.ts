import type { AuditCaller } from '../audit-log/audit-caller.ts';
import { callerColumns, insertAuditRows } from '../audit-log/insert-audit-rows.ts';
import type { Database } from '../connection/open-database.ts';
import { prepareStatement } from '../connection/statement.ts';
import { sql } from '../drizzle.ts';
import { lockAndClock } from '../events/commit-order.ts';
import { accessChanged, userActivity } from '../events/event-payloads.ts';
import { insertEvents } from '../events/insert-events.ts';

export type MarkSessionRevokedArgs = AuditCaller & {
  sessionId: string;
  /**
   * `signed_in_again`: another sign-in in the same browser replaced the session. `refresh_token_reused` and
   * `refresh_token_shared`: two parties have tokens of the session. The server revokes for these reasons, so the audit row
   * has no actor, and there is no `user_activity` event.
   */
  reason: 'logout' | 'signed_in_again' | 'refresh_token_reused' | 'refresh_token_shared';
};

const statement = prepareStatement<MarkSessionRevokedArgs, boolean>(
  (p) => sql`
with ${lockAndClock},
revoked as (
  update sessions s
  set revoked_at = clock.at, revoked_reason = ${p('reason', 'text')}
  from clock, users u
  where s.id = ${p('sessionId', 'uuid')} and s.revoked_at is null and u.id = s.user_id
  returning s.id, s.user_id, u.username, s.revoked_reason, clock.at
),
logged_access as (
  ${insertEvents({
    type: 'access_changed',
    payload: accessChanged('user_id', 'id'),
    at: sql`at`,
    from: sql`revoked`,
  })}
),
logged_activity as (
  ${insertEvents({
    type: 'user_activity',
    payload: userActivity('logout'),
    at: sql`at`,
    from: sql`revoked where revoked_reason = 'logout'`,
  })}
),
audited as (
  ${insertAuditRows({
    at: sql`at`,
    actorId: sql`case when revoked_reason = 'logout' then user_id end`,
    action: sql`case when revoked_reason = 'logout' then 'user.logout' else 'session.' || revoked_reason end`,
    subjectId: sql`user_id`,
    details: sql`jsonb_build_object('sessionId', id)`,
    caller: callerColumns(p),
    from: sql`revoked`,
  })}
)
select true from revoked`,
  () => true,
  'control',
);

/** Revokes a session. Writes session, events and audit row in one statement. Returns false when it was revoked before. */
export async function markSessionRevoked(db: Database, args: MarkSessionRevokedArgs): Promise<boolean> {
  const [isRevoked = false] = await db.execute(statement, args);
  return isRevoked;
}
