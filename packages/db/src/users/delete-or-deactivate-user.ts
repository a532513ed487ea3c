import type { Database } from '../connection/open-database.ts';
import { prepareStatement } from '../connection/statement.ts';
import { sql } from '../drizzle.ts';

type Outcome = 'erased' | 'deactivated' | 'last-admin';

const statement = prepareStatement<{ id: string; actorId: string }, Outcome | null>(
  (p) => sql`select paydeck_delete_or_deactivate_user(${p('id', 'uuid')}, ${p('actorId', 'uuid')})`,
  ([outcome]) =>
    outcome === 'erased' || outcome === 'deactivated' || outcome === 'last-admin' ? outcome : null,
);

/**
 * Erases a user without history: nothing in the audit log as actor, no payment recorded. Deactivates a user with
 * history, and revokes the user's sessions and API keys. Gives null when there is no such user, and `last-admin`, having
 * written nothing, when no active admin would be left.
 */
export async function deleteOrDeactivateUser(
  db: Database,
  args: { id: string; actorId: string },
): Promise<Outcome | null> {
  const [outcome = null] = await db.execute(statement, args);
  return outcome;
}
