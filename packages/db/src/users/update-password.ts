import type { AuditCaller } from '../audit-log/audit-caller.ts';
import type { Database } from '../connection/open-database.ts';
import { prepareStatement } from '../connection/statement.ts';
import { sql } from '../drizzle.ts';

export type UpdatePasswordArgs = AuditCaller & { id: string; actorId: string; passwordHash: string };

const passwordStatement = prepareStatement<UpdatePasswordArgs, boolean>(
  (p) =>
    sql`select paydeck_reset_password(${p('id', 'uuid')}, ${p('actorId', 'uuid')}, ${p('passwordHash', 'text')}, ${p('callerAddress', 'text')}, ${p('callerUserAgent', 'text')})`,
  ([isUpdated]) => isUpdated === true,
  'control',
);

/** Sets a user's password and revokes all the user's sessions. Returns false when there is no such user. */
export async function updatePassword(db: Database, args: UpdatePasswordArgs): Promise<boolean> {
  const [isUpdated = false] = await db.execute(passwordStatement, args);
  return isUpdated;
}

export type UpdateOwnPasswordArgs = AuditCaller & {
  id: string;
  /** The session that makes the change, which is not revoked. */
  sessionId: string;
  /** The hash that the current password was checked against. */
  currentHash: string;
  passwordHash: string;
};

const ownPasswordStatement = prepareStatement<UpdateOwnPasswordArgs, boolean>(
  (p) => sql`
select paydeck_change_own_password(${p('id', 'uuid')}, ${p('sessionId', 'uuid')}, ${p('currentHash', 'text')}, ${p('passwordHash', 'text')}, ${p('callerAddress', 'text')}, ${p('callerUserAgent', 'text')})`,
  ([isUpdated]) => isUpdated === true,
  'control',
);

/**
 * Sets the user's own password and revokes the user's other sessions. Returns false, having written nothing, when there is
 * no such user, or the password was changed after it was checked.
 */
export async function updateOwnPassword(db: Database, args: UpdateOwnPasswordArgs): Promise<boolean> {
  const [isUpdated = false] = await db.execute(ownPasswordStatement, args);
  return isUpdated;
}
