import type { AuditCaller } from '../audit-log/audit-caller.ts';
import type { Database } from '../connection/open-database.ts';
import { prepareStatement } from '../connection/statement.ts';
import { sql } from '../drizzle.ts';

export type UpdatePasswordByLinkArgs = AuditCaller & {
  /** SHA-256 of the link's token. */
  hash: Buffer;
  passwordHash: string;
};

const statement = prepareStatement<UpdatePasswordByLinkArgs, string | null>(
  (p) =>
    sql`select paydeck_use_password_link(${p('hash', 'bytea')}, ${p('passwordHash', 'text')}, ${p('callerAddress', 'text')}, ${p('callerUserAgent', 'text')})`,
  ([userId]) => (userId === null ? null : String(userId)),
  'control',
);

/**
 * Sets the password of the user whose link it is, ends the link, and revokes all the user's sessions. Returns the user's id;
 * null, having written nothing, when the link is unknown, was used or has expired. If two calls use it at once, one gets null.
 */
export async function updatePasswordByLink(
  db: Database,
  args: UpdatePasswordByLinkArgs,
): Promise<string | null> {
  const [userId = null] = await db.execute(statement, args);
  return userId;
}
