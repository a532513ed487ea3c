import { roles } from '@paydeck/contract/users';
import { instant } from '../column-types.ts';
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
