import type { Database } from '../connection/open-database.ts';
import { prepareStatement } from '../connection/statement.ts';
import { sql } from '../drizzle.ts';

export type UpdatePasswordArgs = { id: string; actorId: string; passwordHash: string };

const resetStatement = prepareStatement<UpdatePasswordArgs, boolean>(
  (p) =>
    sql`select paydeck_reset_password(${p('id', 'uuid')}, ${p('actorId', 'uuid')}, ${p('passwordHash', 'text')})`,
  ([isUpdated]) => isUpdated === true,
);

/** Gives a user a new password and revokes all the user's sessions. False when there is no such user. */
export async function updatePassword(db: Database, args: UpdatePasswordArgs): Promise<boolean> {
  const [isUpdated = false] = await db.execute(resetStatement, args);
  return isUpdated;
}

export type UpdateOwnPasswordArgs = {
  id: string;
  /** The session that makes the change. It is not revoked. */
  sessionId: string;
  /** The hash that the current password was checked against. */
  currentHash: string;
  passwordHash: string;
};

const changeStatement = prepareStatement<UpdateOwnPasswordArgs, boolean>(
  (p) => sql`
select paydeck_change_own_password(${p('id', 'uuid')}, ${p('sessionId', 'uuid')}, ${p('currentHash', 'text')}, ${p('passwordHash', 'text')})`,
  ([isUpdated]) => isUpdated === true,
);

/**
 * Gives users their own new password and revokes their other sessions. False, and nothing written, when the current
 * password is no longer the one that was checked, or there is no such user.
 */
export async function updateOwnPassword(db: Database, args: UpdateOwnPasswordArgs): Promise<boolean> {
  const [isUpdated = false] = await db.execute(changeStatement, args);
  return isUpdated;
}
