import type { Role } from '@paydeck/contract/users';
import type { Database } from '../connection/open-database.ts';
import { prepareStatement } from '../connection/statement.ts';
import { sql } from '../drizzle.ts';
import { accessChanged } from '../events/event-payloads.ts';
import { endUserApiKeys, endUserSessions } from './end-user-sessions.ts';
import { lockUser, untilFresh } from './lock-user.ts';
import type { User } from './user.ts';
import { userFromJson, userJson } from './user-sql.ts';

export type UpdateUserRowArgs = {
  id: string;
  actorId: string;
  /** Null leaves it as it is. */
  role: Role | null;
  /** Null leaves it as it is. False ends all the user's sessions and API keys. */
  active: boolean | null;
};

type Row = { outcome: 'stale' } | { outcome: 'last-admin' } | { outcome: 'updated'; user: User };

const statement = prepareStatement<UpdateUserRowArgs, Row>(
  (p) => sql`
with ${lockUser(p)},
change as materialized (
  select f.id, f.role as role_before, f.active as active_before,
         coalesce(${p('role', 'user_role')}, f.role) as role_after,
         coalesce(${p('active', 'boolean')}, f.active) as active_after
  from fresh f
),
allowed as materialized (
  select c.* from change c
  where not (c.role_before = 'admin' and c.active_before)
     or (c.role_after = 'admin' and c.active_after)
     or exists (select 1 from other_admins)
),
updated as (
  update users u
  set role = a.role_after, active = a.active_after, updated_at = clock.at
  from allowed a, clock
  where u.id = a.id and (a.role_before, a.active_before) <> (a.role_after, a.active_after)
  returning u.*
),
deactivated as (
  select updated.id from updated where not updated.active
),
ended as (${endUserSessions('deactivated', { reason: 'user_deactivated' })}),
ended_keys as (${endUserApiKeys('deactivated')}),
logged as (
  insert into events (position, type, payload, at)
  select nextval('events_position'), 'access_changed', ${accessChanged('updated.id')}, updated.updated_at
  from updated
),
audited as (
  insert into audit_log (at, actor_id, action, subject_id, details)
  select updated.updated_at, ${p('actorId', 'uuid')}, 'user.update', updated.id,
         jsonb_build_object(
           'from', jsonb_build_object('role', a.role_before, 'active', a.active_before),
           'to', jsonb_build_object('role', a.role_after, 'active', a.active_after)
         )
  from updated, allowed a
)
select case when not exists (select 1 from fresh) then 'stale'
            when not exists (select 1 from allowed) then 'last-admin'
            else 'updated' end,
       coalesce((select ${userJson('updated')} from updated), ${userJson('t')})
from target t`,
  ([outcome, user]) =>
    outcome === 'stale' || outcome === 'last-admin'
      ? { outcome }
      : { outcome: 'updated', user: userFromJson(user) },
);

/**
 * Changes a user's role or activity: user, ended sessions and API keys, event and audit row in one statement; none of them when
 * nothing differs. Gives null when there is no such user. The last active admin stays one, whatever runs at once.
 */
export function updateUserRow(
  db: Database,
  args: UpdateUserRowArgs,
): Promise<{ outcome: 'updated'; user: User } | { outcome: 'last-admin' } | null> {
  return untilFresh(() => db.execute(statement, args));
}
