import type { AuditCaller } from '../audit-log/audit-caller.ts';
import type { Database } from '../connection/open-database.ts';
import { prepareStatement } from '../connection/statement.ts';
import { sql } from '../drizzle.ts';

type Outcome = 'erased' | 'deactivated' | 'last-admin';

export type DeleteUserArgs = AuditCaller & { id: string; actorId: string };

const statement = prepareStatement<DeleteUserArgs, Outcome | null>(
  (p) =>
    sql`select paydeck_delete_or_deactivate_user(${p('id', 'uuid')}, ${p('actorId', 'uuid')}, ${p('callerAddress', 'text')}, ${p('callerUserAgent', 'text')})`,
  ([outcome]) =>
    outcome === 'erased' || outcome === 'deactivated' || outcome === 'last-admin' ? outcome : null,
  'control',
);

/**
 * Erases a user without history: one who is not the actor of an audit row and created no payment. Deactivates any other
 * user, and revokes the user's sessions and API keys. Returns null when there is no such user, and `last-admin`, having
 * written nothing, when no active admin would be left.
 */
export async function deleteOrDeactivateUser(db: Database, args: DeleteUserArgs): Promise<Outcome | null> {
  const [outcome = null] = await db.execute(statement, args);
  return outcome;
}
