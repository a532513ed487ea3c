import type { Database } from '../connection/open-database.ts';
import { prepareStatement } from '../connection/statement.ts';
import { sql } from '../drizzle.ts';
import { accessChanged } from '../events/event-payloads.ts';
import { endUserSessions } from './end-user-sessions.ts';
import { lockUser, untilFresh } from './lock-user.ts';

type Row = { outcome: 'stale' } | { outcome: 'password-differs' | 'set' };

const decode = ([outcome]: readonly unknown[]): Row => ({
  outcome: outcome === 'stale' || outcome === 'password-differs' ? outcome : 'set',
});

export type UpdatePasswordArgs = { id: string; actorId: string; passwordHash: string };

const resetStatement = prepareStatement<UpdatePasswordArgs, Row>(
  (p) => sql`
with ${lockUser(p)},
updated as (
  update users u
  set password_hash = ${p('passwordHash', 'text')}, updated_at = clock.at
  from fresh, clock where u.id = fresh.id
  returning u.id, u.updated_at
),
ended as (${endUserSessions('updated', { reason: 'password_reset' })}),
logged as (
  insert into events (position, type, payload, at)
  select nextval('events_position'), 'access_changed', ${accessChanged('updated.id')}, updated.updated_at
  from updated
),
audited as (
  insert into audit_log (at, actor_id, action, subject_id)
  select updated.updated_at, ${p('actorId', 'uuid')}, 'user.reset_password', updated.id from updated
)
select case when exists (select 1 from fresh) then 'set' else 'stale' end from target`,
  decode,
);

/** Gives a user a new password and ends all the user's sessions. False when there is no such user. */
export async function updatePassword(db: Database, args: UpdatePasswordArgs): Promise<boolean> {
  return (await untilFresh(() => db.execute(resetStatement, args))) !== null;
}

export type UpdateOwnPasswordArgs = {
  id: string;
  /** The session that makes the change, which goes on. */
  sessionId: string;
  /** The hash that the current password was checked against. */
  currentHash: string;
  passwordHash: string;
};

const changeStatement = prepareStatement<UpdateOwnPasswordArgs, Row>(
  (p) => sql`
with ${lockUser(p)},
updated as (
  update users u
  set password_hash = ${p('passwordHash', 'text')}, updated_at = clock.at
  from fresh, clock
  where u.id = fresh.id and fresh.password_hash = ${p('currentHash', 'text')}
  returning u.id, u.updated_at
),
ended as (${endUserSessions('updated', {
    reason: 'password_changed',
    except: p('sessionId', 'uuid'),
  })}),
logged as (
  insert into events (position, type, payload, at)
  select nextval('events_position'), 'access_changed', ${accessChanged('ended.user_id', 'ended.id')}, clock.at
  from ended, clock
),
audited as (
  insert into audit_log (at, actor_id, action, subject_id)
  select updated.updated_at, updated.id, 'user.change_password', updated.id from updated
)
select case when not exists (select 1 from fresh) then 'stale'
            when not exists (select 1 from updated) then 'password-differs'
            else 'set' end
from target`,
  decode,
);

/**
 * Gives users their own new password and ends their other sessions. False, and nothing written, when the current
 * password is no longer the one that was checked, or the user is gone.
 */
export async function updateOwnPassword(db: Database, args: UpdateOwnPasswordArgs): Promise<boolean> {
  return (await untilFresh(() => db.execute(changeStatement, args)))?.outcome === 'set';
}
