import type { AuditCaller } from '../audit-log/audit-caller.ts';
import { callerColumns, insertAuditRows } from '../audit-log/insert-audit-rows.ts';
import type { Database } from '../connection/open-database.ts';
import { prepareStatement } from '../connection/statement.ts';
import { sql } from '../drizzle.ts';
import { lockAndClock } from '../events/commit-order.ts';

export type MarkPasswordConfirmedArgs = AuditCaller & {
  sessionId: string;
  /** The hash that the password was checked against. */
  passwordHash: string;
};

const statement = prepareStatement<MarkPasswordConfirmedArgs, true>(
  (p) => sql`
with ${lockAndClock},
confirmed as (
  update sessions s
  set password_confirmed_at = clock.at
  from clock, users u
  where s.id = ${p('sessionId', 'uuid')} and s.revoked_at is null
    and u.id = s.user_id and u.active and u.password_hash = ${p('passwordHash', 'text')}
  returning s.id, s.user_id, s.password_confirmed_at
),
audited as (
  ${insertAuditRows({
    at: sql`password_confirmed_at`,
    actorId: sql`user_id`,
    action: 'session.confirm_password',
    subjectId: sql`user_id`,
    details: sql`jsonb_build_object('sessionId', id)`,
    caller: callerColumns(p),
    from: sql`confirmed`,
  })}
)
select true from confirmed`,
  () => true,
  'control',
);

/**
 * Records that the user of a session entered the password. Returns false, having written nothing, when the session has
 * ended, or the password was changed after it was checked.
 */
export async function markPasswordConfirmed(db: Database, args: MarkPasswordConfirmedArgs): Promise<boolean> {
  const [isConfirmed = false] = await db.execute(statement, args);
  return isConfirmed;
}
