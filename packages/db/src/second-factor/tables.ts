import { bytea, instant } from '../column-types.ts';
import { bigint, index, pgTable, primaryKey, smallint, text, uuid } from '../drizzle.ts';
import { users } from '../users/tables.ts';

const ofUser = () => uuid('user_id').references(() => users.id, { onDelete: 'cascade' });

/**
 * The authenticator app of a user (RFC 6238). `secret` is null until a code of the first one was confirmed. `pendingSecret`
 * waits for that code. Both are encrypted with a key that only the servers have.
 */
export const totpFactors = pgTable('totp_factors', {
  userId: ofUser().primaryKey(),
  secret: bytea('secret'),
  pendingSecret: bytea('pending_secret'),
  addedAt: instant('added_at'),
  // The time step of the last accepted code. Codes of this step and of earlier ones are refused.
  lastStep: bigint('last_step', { mode: 'number' }).notNull().default(0),
});

/** The SHA-256 of every recovery code. Each code works once. */
export const recoveryCodes = pgTable(
  'recovery_codes',
  {
    userId: ofUser().notNull(),
    hash: bytea('hash').notNull(),
    usedAt: instant('used_at'),
  },
  (t) => [primaryKey({ columns: [t.userId, t.hash] })],
);

/** The SHA-256 of every challenge that waits for a second factor. Each challenge works once. */
export const secondFactorChallenges = pgTable(
  'second_factor_challenges',
  {
    hash: bytea('hash').primaryKey(),
    userId: ofUser().notNull(),
    // The hash that the password of the sign-in was checked against.
    passwordHash: text('password_hash').notNull(),
    attempts: smallint('attempts').notNull().default(0),
    expiresAt: instant('expires_at').notNull(),
  },
  (t) => [index('second_factor_challenges_user_id_idx').on(t.userId)],
);
