import type { Role } from '@paydeck/contract/users';
import type { AuditCaller } from '../audit-log/audit-caller.ts';
import { callerColumns, insertAuditRows } from '../audit-log/insert-audit-rows.ts';
import type { Database } from '../connection/open-database.ts';
import { prepareStatement } from '../connection/statement.ts';
import { sql } from '../drizzle.ts';
import { lockAndClock } from '../events/commit-order.ts';
import type { User } from './user.ts';
import { userFromJson, userJson } from './user-sql.ts';

export type InsertUserArgs = AuditCaller & {
  /** A UUIDv7 that the caller made. */
  id: string;
  username: string;
  passwordHash: string;
  role: Role;
  /** Null for the first admin, who is created by the server. */
  actorId: string | null;
};

const statement = prepareStatement<InsertUserArgs, User>(
  (p) => sql`
with ${lockAndClock},
created as (
  insert into users (id, username, password_hash, role, created_at, updated_at)
  select ${p('id', 'uuid')}, ${p('username', 'text')},
         ${p('passwordHash', 'text')}, ${p('role', 'user_role')}, clock.at, clock.at
  from clock
  on conflict do nothing
  returning *
),
audited as (
  ${insertAuditRows({
    at: sql`created_at`,
    actorId: p('actorId', 'uuid'),
    action: 'user.create',
    subjectId: sql`id`,
    details: sql`jsonb_build_object('username', username, 'role', role)`,
    caller: callerColumns(p),
    from: sql`created`,
  })}
)
select ${userJson('created')} from created`,
  ([user]) => userFromJson(user),
  'control',
);

/** Adds a user. Returns null, having written nothing, when the id or the username (case-insensitive) is taken. */
export async function insertUser(db: Database, args: InsertUserArgs): Promise<User | null> {
  const [user] = await db.execute(statement, args);
  return user ?? null;
}
