import type { AuditCaller } from '../audit-log/audit-caller.ts';
import { callerColumns, insertAuditRows } from '../audit-log/insert-audit-rows.ts';
import type { Database } from '../connection/open-database.ts';
import { prepareStatement } from '../connection/statement.ts';
import { sql } from '../drizzle.ts';
import { lockAndClock } from '../events/commit-order.ts';

type UseRecoveryCodeArgs = AuditCaller & { userId: string; codeHash: Buffer; challengeHash: Buffer };

const useStatement = prepareStatement<UseRecoveryCodeArgs, boolean>(
  (p) => sql`
with ${lockAndClock},
used as (
  update recovery_codes set used_at = clock.at
  from clock
  where user_id = ${p('userId', 'uuid')} and hash = ${p('codeHash', 'bytea')} and used_at is null
  returning user_id, used_at
),
answered as (
  delete from second_factor_challenges where hash = ${p('challengeHash', 'bytea')} and exists (select from used)
),
audited as (
  ${insertAuditRows({
    at: sql`used_at`,
    actorId: sql`user_id`,
    action: 'second_factor.use_recovery_code',
    subjectId: sql`user_id`,
    caller: callerColumns(p),
    from: sql`used`,
  })}
)
select true from used`,
  () => true,
  'control',
);

/** Uses up a recovery code, and the challenge that it answers. Returns false when the code is wrong or was used before. */
export async function useRecoveryCode(db: Database, args: UseRecoveryCodeArgs): Promise<boolean> {
  const [isUsed = false] = await db.execute(useStatement, args);
  return isUsed;
}

/** `codeHashes`: SHA-256 in hexadecimal. */
type ReplaceRecoveryCodesArgs = AuditCaller & { userId: string; codeHashes: readonly string[] };

const replaceStatement = prepareStatement<
  Omit<ReplaceRecoveryCodesArgs, 'codeHashes'> & { codeHashes: string },
  boolean
>(
  (p) => sql`
with ${lockAndClock},
replaced as materialized (
  select clock.at, paydeck_replace_recovery_codes(${p('userId', 'uuid')}, string_to_array(${p('codeHashes', 'text')}, ','))
  from clock
  where paydeck_has_second_factor(${p('userId', 'uuid')})
),
audited as (
  ${insertAuditRows({
    at: sql`at`,
    actorId: p('userId', 'uuid'),
    action: 'second_factor.renew_recovery_codes',
    subjectId: p('userId', 'uuid'),
    caller: callerColumns(p),
    from: sql`replaced`,
  })}
)
select true from replaced`,
  () => true,
  'control',
);

/** Replaces all recovery codes. Returns false, having written nothing, when the user has no second factor. */
export async function replaceRecoveryCodes(db: Database, args: ReplaceRecoveryCodesArgs): Promise<boolean> {
  const [isReplaced = false] = await db.execute(replaceStatement, {
    ...args,
    codeHashes: args.codeHashes.join(),
  });
  return isReplaced;
}
