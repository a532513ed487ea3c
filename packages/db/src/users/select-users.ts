import type { Queries } from '../connection/drizzle-queries.ts';
import { asc, eq, sql } from '../drizzle.ts';
import { users } from '../schema.ts';
import type { User } from './user.ts';
import { userColumns } from './user-sql.ts';

/** All users, oldest first. */
export function selectUsers(orm: Queries): Promise<User[]> {
  return orm.select(userColumns).from(users).orderBy(asc(users.createdAt), asc(users.id));
}

export async function selectUser(orm: Queries, { id }: { id: string }): Promise<User | null> {
  const [user] = await orm.select(userColumns).from(users).where(eq(users.id, id));
  return user ?? null;
}

/** The user with this name (case-insensitive). Uses `users_username_key`. */
export async function selectUserByName(
  orm: Queries,
  { username }: { username: string },
): Promise<User | null> {
  const [user] = await orm.select(userColumns).from(users).where(hasName(username));
  return user ?? null;
}

/** The password hash of the user with this name (case-insensitive). Uses `users_username_key`. */
export async function selectCredentials(
  orm: Queries,
  { username }: { username: string },
): Promise<{ userId: string; passwordHash: string; active: boolean } | null> {
  const [credentials] = await orm
    .select({ userId: users.id, passwordHash: users.passwordHash, active: users.active })
    .from(users)
    .where(hasName(username));
  return credentials ?? null;
}

const hasName = (username: string) => eq(sql`lower(${users.username})`, sql`lower(${username}::text)`);

export async function hasUsers(orm: Queries): Promise<boolean> {
  const found = await orm.select({ id: users.id }).from(users).limit(1);
  return found.length > 0;
}
