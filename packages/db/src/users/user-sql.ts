import type { Role } from '@paydeck/contract/users';
import { type SQL, sql } from '../drizzle.ts';
import { isoText } from '../iso-text.ts';
import { users } from '../schema.ts';
import type { User } from './user.ts';

/** Whether a user of the select has an authenticator. */
export const hasSecondFactor = sql<boolean>`paydeck_has_second_factor(${users.id})`;

/** The columns of a `User`, for a flat select. */
export const userColumns = {
  id: users.id,
  username: users.username,
  role: users.role,
  active: users.active,
  hasSecondFactor,
  createdAt: users.createdAt,
  updatedAt: users.updatedAt,
};

/** A user as JSON, made of the columns of the row `row`. */
export const userJson = (row: string): SQL => {
  const columns = ['id', 'username', 'role', 'active'].map((column) => `'${column}', ${row}.${column}`);
  const factor = sql.raw(`'hasSecondFactor', paydeck_has_second_factor(${row}.id)`);
  const times = sql`'createdAt', ${isoText(`${row}.created_at`)}, 'updatedAt', ${isoText(`${row}.updated_at`)}`;
  return sql`jsonb_build_object(${sql.raw(columns.join(', '))}, ${factor}, ${times})`;
};

/** Reads what `userJson` wrote. */
export function userFromJson(value: unknown): User {
  const json = asUserJson(value);
  return { ...json, createdAt: new Date(json.createdAt), updatedAt: new Date(json.updatedAt) };
}

type UserJson = Omit<User, 'createdAt' | 'updatedAt'> & { createdAt: string; updatedAt: string };

/** `userJson` wrote the value in this shape. */
function asUserJson(value: unknown): UserJson {
  return value as UserJson;
}

/** Reads a value of the type `user_role`. */
export function asUserRole(value: unknown): Role {
  return value === 'admin' ? 'admin' : 'viewer';
}
