import type { Database } from '../connection/open-database.ts';
import { prepareStatement } from '../connection/statement.ts';
import { sql } from '../drizzle.ts';
import { accessChanged } from '../events/event-payloads.ts';
import { endUserApiKeys, endUserSessions } from './end-user-sessions.ts';
import { lockUser, untilFresh } from './lock-user.ts';

type Row = { outcome: 'stale' } | { outcome: 'last-admin' | 'erased' | 'deactivated' };

// `case` asks for payments only when the audit log names nobody: `payments.created_by` has no index, and
// whoever created a payment signed in for it, which the audit log knows.
const statement = prepareStatement<{ id: string; actorId: string }, Row>(
  (p) => sql`
with ${lockUser(p)},
verdict as materialized (
  select f.id, f.username, f.active,
         case when exists (select 1 from audit_log a where a.actor_id = f.id) then true
              else exists (select 1 from payments p where p.created_by = f.id) end as has_history
  from fresh f
  where not (f.role = 'admin' and f.active) or exists (select 1 from other_admins)
),
erased as (
  delete from users u using verdict v where u.id = v.id and not v.has_history
  returning u.id
),
deactivated as (
  update users u set active = false, updated_at = clock.at
  from verdict v, clock where u.id = v.id and v.has_history and v.active
  returning u.id
),
ended as (${endUserSessions('deactivated', { reason: 'user_deactivated' })}),
ended_keys as (${endUserApiKeys('deactivated')}),
changed as (
  select id, 'erased' as outcome from erased
  union all
  select id, 'deactivated' from deactivated
),
logged as (
  insert into events (position, type, payload, at)
  select nextval('events_position'), 'access_changed', ${accessChanged('changed.id')}, clock.at
  from changed, clock
),
audited as (
  insert into audit_log (at, actor_id, action, subject_id, details)
  select clock.at, ${p('actorId', 'uuid')}, 'user.delete', v.id,
         jsonb_build_object('username', v.username, 'outcome', changed.outcome)
  from changed, verdict v, clock
)
select case when not exists (select 1 from fresh) then 'stale'
            when v.id is null then 'last-admin'
            when v.has_history then 'deactivated'
            else 'erased' end
from target t left join verdict v on true`,
  ([outcome]) => ({
    outcome:
      outcome === 'stale' || outcome === 'last-admin' || outcome === 'deactivated' ? outcome : 'erased',
  }),
);

/**
 * Erases a user without history (nothing in the audit log as actor, no payment created); deactivates one with it,
 * and ends sessions and API keys. Gives null when there is no such user. The last active admin stays.
 */
export async function deleteOrDeactivateUser(
  db: Database,
  args: { id: string; actorId: string },
): Promise<'erased' | 'deactivated' | 'last-admin' | null> {
  const row = await untilFresh(() => db.execute(statement, args));
  return row === null ? null : row.outcome;
}
