import { roles } from '@paydeck/contract/users';
import { bytea, instant } from '../column-types.ts';
import { boolean, check, pgEnum, pgTable, sql, text, uniqueIndex, uuid } from '../drizzle.ts';

export const userRole = pgEnum('user_role', roles);

export const users = pgTable(
  'users',
  {
    id: uuid('id').primaryKey(),
    username: text('username').notNull(),
    passwordHash: text('password_hash').notNull(),
    role: userRole('role').notNull().default('viewer'),
    active: boolean('active').notNull().default(true),
    createdAt: instant('created_at').notNull().defaultNow(),
    updatedAt: instant('updated_at').notNull().defaultNow(),
  },
  (t) => [
    uniqueIndex('users_username_key').on(sql`lower(${t.username})`),
    check('users_username_length', sql`char_length(${t.username}) between 3 and 50`),
  ],
);

/**
 * The SHA-256 of the link with which a user sets a password. A user has at most one. A trigger deletes it when the password
 * changes or the user is deactivated (migrations/0013_password_links.sql).
 */
export const passwordLinks = pgTable(
  'password_links',
  {
    userId: uuid('user_id')
      .primaryKey()
      .references(() => users.id, { onDelete: 'cascade' }),
    hash: bytea('hash').notNull(),
    createdBy: uuid('created_by')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    createdAt: instant('created_at').notNull(),
    expiresAt: instant('expires_at').notNull(),
  },
  (t) => [uniqueIndex('password_links_hash_key').on(t.hash)],
);
