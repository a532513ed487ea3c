import type { Database } from '../connection/open-database.ts';
import { prepareStatement } from '../connection/statement.ts';
import { sql } from '../drizzle.ts';
import { lockAndClock } from '../events/commit-order.ts';
import { isoText } from '../iso-text.ts';
import { accessChanged } from '../users/end-user-sessions.ts';

export type MarkSessionRevokedArgs = {
  sessionId: string;
  /**
   * `signed_in_again`: somebody signed in over it in the same browser. It and `refresh_token_reused` are the server's
   * own acts: they have no actor, and are no activity of the user.
   */
  reason: 'logout' | 'signed_in_again' | 'refresh_token_reused';
};

const statement = prepareStatement<MarkSessionRevokedArgs, boolean>(
  sql`
with ${lockAndClock},
ended as (
  update sessions s
  set revoked_at = clock.at, revoked_reason = ${sql.placeholder('reason')}::text
  from clock, users u
  where s.id = ${sql.placeholder('sessionId')}::uuid and s.revoked_at is null and u.id = s.user_id
  returning s.id, s.user_id, u.username, s.revoked_reason, clock.at
),
logged as (
  insert into events (position, type, payload, at)
  select nextval('events_position'), type, payload, at
  from (
    select 1 as n, 'access_changed' as type, ${accessChanged('user_id', 'id')} as payload, at from ended
    union all
    select 2, 'user_activity',
           jsonb_build_object('username', username, 'action', 'logout', 'timestamp', ${isoText('at')}), at
    from ended where revoked_reason = 'logout'
    order by n
  ) in_order
),
audited as (
  insert into audit_log (at, actor_id, action, subject_id, details)
  select at, case when revoked_reason = 'logout' then user_id end,
         case when revoked_reason = 'logout' then 'user.logout' else 'session.' || revoked_reason end,
         user_id, jsonb_build_object('sessionId', id)
  from ended
)
select true from ended`,
  () => true,
);

/** Ends one session: session, events and audit row in one statement. False when it had ended before. */
export async function markSessionRevoked(db: Database, args: MarkSessionRevokedArgs): Promise<boolean> {
  const [ended] = await db.execute(statement, args);
  return ended ?? false;
}
