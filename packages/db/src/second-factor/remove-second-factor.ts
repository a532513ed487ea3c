import type { AuditCaller } from '../audit-log/audit-caller.ts';
import { callerColumns, insertAuditRows } from '../audit-log/insert-audit-rows.ts';
import type { Database } from '../connection/open-database.ts';
import { prepareStatement } from '../connection/statement.ts';
import { sql } from '../drizzle.ts';

type RemoveTotpArgs = AuditCaller & { userId: string };

const removeStatement = prepareStatement<RemoveTotpArgs, boolean>(
  (p) => sql`
with removed as materialized (
  select paydeck_remove_totp(${p('userId', 'uuid')}) as is_removed
),
audited as (
  ${insertAuditRows({
    at: sql`date_trunc('milliseconds', clock_timestamp())`,
    actorId: p('userId', 'uuid'),
    action: 'second_factor.remove',
    subjectId: p('userId', 'uuid'),
    details: sql`jsonb_build_object('kind', 'totp')`,
    caller: callerColumns(p),
    from: sql`removed where is_removed`,
  })}
)
select is_removed from removed`,
  ([isRemoved]) => isRemoved === true,
  'control',
);

/** Removes the user's own authenticator, and the recovery codes. Returns false when there is none. */
export async function deleteTotp(db: Database, args: RemoveTotpArgs): Promise<boolean> {
  const [isRemoved = false] = await db.execute(removeStatement, args);
  return isRemoved;
}

type ResetSecondFactorArgs = AuditCaller & {
  id: string;
  /** Null for the operator of the server. */
  actorId: string | null;
};

const resetStatement = prepareStatement<ResetSecondFactorArgs, boolean | null>(
  (p) => sql`
with reset as materialized (select paydeck_reset_second_factor(${p('id', 'uuid')}) as is_reset),
audited as (
  ${insertAuditRows({
    at: sql`date_trunc('milliseconds', clock_timestamp())`,
    actorId: p('actorId', 'uuid'),
    action: 'user.remove_second_factor',
    subjectId: p('id', 'uuid'),
    caller: callerColumns(p),
    from: sql`reset where is_reset`,
  })}
)
select is_reset from reset`,
  ([isReset]) => (isReset === null ? null : isReset === true),
  'control',
);

/**
 * Removes every second factor of a user, and ends all their sessions. Returns null when there is no such user, and false,
 * having written nothing, when the user has no second factor.
 */
export async function resetSecondFactor(db: Database, args: ResetSecondFactorArgs): Promise<boolean | null> {
  const [isReset = null] = await db.execute(resetStatement, args);
  return isReset;
}
