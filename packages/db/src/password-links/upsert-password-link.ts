import type { AuditCaller } from '../audit-log/audit-caller.ts';
import type { Database } from '../connection/open-database.ts';
import { prepareStatement } from '../connection/statement.ts';
import { sql } from '../drizzle.ts';

export type UpsertPasswordLinkArgs = AuditCaller & {
  userId: string;
  actorId: string;
  /** SHA-256 of the link's token. */
  hash: Buffer;
  lifetimeSeconds: number;
};

const statement = prepareStatement<UpsertPasswordLinkArgs, Date | null>(
  (p) => sql`
select extract(epoch from paydeck_create_password_link(
  ${p('userId', 'uuid')}, ${p('actorId', 'uuid')}, ${p('hash', 'bytea')}, ${p('lifetimeSeconds', 'int')},
  ${p('callerAddress', 'text')}, ${p('callerUserAgent', 'text')})) * 1000`,
  ([expiresAtMs]) => (expiresAtMs === null ? null : new Date(Number(expiresAtMs))),
  'control',
);

/**
 * Gives a user a link to set a password, in place of an earlier one. Returns when it expires; null, having written nothing,
 * when there is no such user or the user is deactivated.
 */
export async function upsertPasswordLink(db: Database, args: UpsertPasswordLinkArgs): Promise<Date | null> {
  const [expiresAt = null] = await db.execute(statement, args);
  return expiresAt;
}
