import type { Role } from '@paydeck/contract/users';
import type { AuditCaller } from '../audit-log/audit-caller.ts';
import type { Database } from '../connection/open-database.ts';
import { prepareStatement } from '../connection/statement.ts';
import { sql } from '../drizzle.ts';
import type { User } from './user.ts';
import { userFromJson, userJson } from './user-sql.ts';

export type UpdateUserRowArgs = AuditCaller & {
  id: string;
  actorId: string;
  /** Null leaves it as it is. */
  role: Role | null;
  /** Null leaves it as it is. False revokes all the user's sessions and API keys. */
  active: boolean | null;
};

type Outcome = { outcome: 'updated'; user: User } | { outcome: 'last-admin' };

const statement = prepareStatement<UpdateUserRowArgs, Outcome | null>(
  (p) => sql`
select outcome, ${userJson('(updated.account)')}
from paydeck_update_user(${p('id', 'uuid')}, ${p('actorId', 'uuid')}, ${p('role', 'user_role')}, ${p('active', 'boolean')},
  ${p('callerAddress', 'text')}, ${p('callerUserAgent', 'text')}) updated`,
  ([outcome, user]) => {
    if (outcome === 'updated') return { outcome, user: userFromJson(user) };
    return outcome === 'last-admin' ? { outcome } : null;
  },
  'control',
);

/**
 * Changes a user's role, or whether the user is active. Writes user, revoked sessions and API keys, event and audit row
 * together, or nothing when nothing changes. Returns null when there is no such user, and `last-admin`, having written
 * nothing, when no active admin would be left. That also holds when several admins are changed at the same time.
 */
export async function updateUserRow(db: Database, args: UpdateUserRowArgs): Promise<Outcome | null> {
  const [outcome = null] = await db.execute(statement, args);
  return outcome;
}
