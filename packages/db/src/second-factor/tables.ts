import { bytea, instant } from '../column-types.ts';
import { bigint, check, index, pgTable, primaryKey, smallint, sql, text, uuid } from '../drizzle.ts';
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

/** The passkeys of users (WebAuthn). */
export const passkeys = pgTable(
  'passkeys',
  {
    // The credential id, which the authenticator chose.
    id: bytea('id').primaryKey(),
    userId: ofUser().notNull(),
    name: text('name').notNull(),
    // A COSE key (RFC 9052).
    publicKey: bytea('public_key').notNull(),
    // How often the authenticator has signed, by its own count; 0 for one that does not count.
    counter: bigint('counter', { mode: 'number' }).notNull(),
    transports: text('transports').array().notNull(),
    createdAt: instant('created_at').notNull(),
    lastUsedAt: instant('last_used_at'),
  },
  (t) => [
    index('passkeys_user_id_idx').on(t.userId),
    check('passkeys_name_length', sql`char_length(${t.name}) between 1 and 50`),
  ],
);

/** The SHA-256 of every challenge that waits for a second factor, or for a new passkey. Each challenge works once. */
export const secondFactorChallenges = pgTable(
  'second_factor_challenges',
  {
    hash: bytea('hash').primaryKey(),
    userId: ofUser().notNull(),
    // The hash that the password of the sign-in was checked against. Null for a challenge that adds a passkey.
    passwordHash: text('password_hash'),
    attempts: smallint('attempts').notNull().default(0),
    expiresAt: instant('expires_at').notNull(),
  },
  (t) => [index('second_factor_challenges_user_id_idx').on(t.userId)],
);
