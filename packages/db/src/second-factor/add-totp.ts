import type { AuditCaller } from '../audit-log/audit-caller.ts';
import { callerColumns, insertAuditRows } from '../audit-log/insert-audit-rows.ts';
import type { Queries } from '../connection/drizzle-queries.ts';
import type { Database } from '../connection/open-database.ts';
import { prepareStatement } from '../connection/statement.ts';
import { eq, sql } from '../drizzle.ts';
import { totpFactors } from '../schema.ts';

/** Stores the secret of an authenticator that waits for its first code, in place of one that waited before. */
export async function insertPendingTotp(
  orm: Queries,
  { userId, sealedSecret }: { userId: string; sealedSecret: Buffer },
): Promise<void> {
  await orm
    .insert(totpFactors)
    .values({ userId, pendingSecret: sealedSecret })
    .onConflictDoUpdate({ target: totpFactors.userId, set: { pendingSecret: sealedSecret } });
}

/** The encrypted secret that waits for its first code; null when there is none. */
export async function selectPendingTotp(
  orm: Queries,
  { userId }: { userId: string },
): Promise<Buffer | null> {
  const [factor] = await orm
    .select({ secret: totpFactors.pendingSecret })
    .from(totpFactors)
    .where(eq(totpFactors.userId, userId));
  return factor?.secret ?? null;
}

export type AddTotpArgs = AuditCaller & {
  userId: string;
  /** The session that adds it, which stays open. */
  sessionId: string;
  /** The pending secret that the code was checked against. */
  sealedSecret: Buffer;
  /** The time step of that code. */
  step: number;
  /** SHA-256 of the new recovery codes, in hexadecimal. */
  codeHashes: readonly string[];
};

const addStatement = prepareStatement<Omit<AddTotpArgs, 'codeHashes'> & { codeHashes: string }, boolean>(
  (p) => sql`
with added as materialized (
  select paydeck_add_totp(${p('userId', 'uuid')}, ${p('sessionId', 'uuid')}, ${p('sealedSecret', 'bytea')},
                          ${p('step', 'bigint')}, string_to_array(${p('codeHashes', 'text')}, ',')) as is_added
),
audited as (
  ${insertAuditRows({
    at: sql`date_trunc('milliseconds', clock_timestamp())`,
    actorId: p('userId', 'uuid'),
    action: 'second_factor.add',
    subjectId: p('userId', 'uuid'),
    details: sql`jsonb_build_object('kind', 'totp')`,
    caller: callerColumns(p),
    from: sql`added where is_added`,
  })}
)
select is_added from added`,
  ([isAdded]) => isAdded === true,
  'control',
);

/**
 * Makes the pending authenticator the user's, and replaces the recovery codes. If the user had no second factor, the user's
 * other sessions end. Returns false, having written nothing, when another authenticator is pending by now.
 */
export async function addTotp(db: Database, args: AddTotpArgs): Promise<boolean> {
  const [isAdded = false] = await db.execute(addStatement, { ...args, codeHashes: args.codeHashes.join() });
  return isAdded;
}
