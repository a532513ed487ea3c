import type { AuditCaller } from '../audit-log/audit-caller.ts';
import type { Database } from '../connection/open-database.ts';
import { prepareStatement } from '../connection/statement.ts';
import { sql } from '../drizzle.ts';

export type DeletePasswordLinkArgs = AuditCaller & { userId: string; actorId: string };

const statement = prepareStatement<DeletePasswordLinkArgs, boolean>(
  (p) =>
    sql`select paydeck_revoke_password_link(${p('userId', 'uuid')}, ${p('actorId', 'uuid')}, ${p('callerAddress', 'text')}, ${p('callerUserAgent', 'text')})`,
  ([isRevoked]) => isRevoked === true,
  'control',
);

/** Ends the link of a user. Returns false, having written nothing, when the user has no link that could still be used. */
export async function deletePasswordLink(db: Database, args: DeletePasswordLinkArgs): Promise<boolean> {
  const [isRevoked = false] = await db.execute(statement, args);
  return isRevoked;
}
