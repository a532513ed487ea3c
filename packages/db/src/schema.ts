/**
 * The tables. Amounts are integers in minor units. Times are `timestamptz` in whole milliseconds, so a JavaScript `Date`
 * holds them exactly, and a cursor made from one never skips or repeats a row.
 */

import { paymentMethods, paymentStatuses } from '@paydeck/contract/payments';
import { bytea, instant } from './column-types.ts';
import {
  bigint,
  boolean,
  check,
  date,
  foreignKey,
  index,
  integer,
  jsonb,
  pgEnum,
  pgSequence,
  pgTable,
  primaryKey,
  smallint,
  sql,
  text,
  timestamp,
  unique,
  uniqueIndex,
  uuid,
} from './drizzle.ts';
import { passwordLinks, userRole, users } from './users/tables.ts';

export { recoveryCodes, secondFactorChallenges, totpFactors } from './second-factor/tables.ts';
export { passwordLinks, userRole, users };

export const paymentMethod = pgEnum('payment_method', paymentMethods);
export const paymentStatus = pgEnum('payment_status', paymentStatuses);

/**
 * The number of decimals with which the amounts of each currency are stored. A migration that changes it also converts the amounts
 * with `paydeck_change_exponent`. A server that expects other decimals does not start.
 */
export const currencies = pgTable('currencies', {
  code: text('code').primaryKey(),
  exponent: smallint('exponent').notNull(),
});

/** One sign-in on one device. Its refresh tokens are rotated. None of them is valid once the session is revoked. */
export const sessions = pgTable(
  'sessions',
  {
    id: uuid('id').primaryKey(),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    createdAt: instant('created_at').notNull().defaultNow(),
    expiresAt: instant('expires_at').notNull(),
    revokedAt: instant('revoked_at'),
    revokedReason: text('revoked_reason'),
    // The last refresh. Null until the first one.
    lastUsedAt: instant('last_used_at'),
    // Where the sign-in or the last refresh came from.
    address: text('address'),
    userAgent: text('user_agent'),
    // When the user last entered the password after the sign-in.
    passwordConfirmedAt: instant('password_confirmed_at'),
    // The SHA-256 of the token that the last refresh issued; null before the first one.
    newestTokenHash: bytea('newest_token_hash'),
    // The idempotency key of the last refresh. A retry has the same one.
    refreshAttempt: text('refresh_attempt'),
    // Whether the last refresh was asked for once more by a call that was not a retry.
    isRefreshRepeated: boolean('is_refresh_repeated').notNull().default(false),
    // How many refreshes in a row before the last one were.
    repeatedRefreshes: smallint('repeated_refreshes').notNull().default(0),
    // Each refresh moves this two seconds on. The further it is in the future, the more refreshes there were lately.
    refreshesCountedTo: instant('refreshes_counted_to'),
  },
  (t) => [index('sessions_user_id_idx').on(t.userId), index('sessions_expires_at_idx').on(t.expiresAt)],
);

/** The SHA-256 of every refresh token of a session. A replaced token that is used again counts as stolen. */
export const refreshTokens = pgTable(
  'refresh_tokens',
  {
    hash: bytea('hash').primaryKey(),
    sessionId: uuid('session_id')
      .notNull()
      .references(() => sessions.id, { onDelete: 'cascade' }),
    issuedAt: instant('issued_at').notNull().defaultNow(),
    replacedAt: instant('replaced_at'),
  },
  (t) => [
    index('refresh_tokens_session_id_idx').on(t.sessionId),
    // Old tokens are found by it, to be deleted.
    index('refresh_tokens_replaced_at_idx').on(t.replacedAt),
  ],
);

/**
 * Counts guesses at passwords and codes. Each guess moves `empty_at` into the future by the time that it takes to be forgotten.
 * `key` is the SHA-256 of what the guesses have in common, because it can contain a password that was typed as a user name.
 */
export const guessLimits = pgTable('guess_limits', {
  key: text('key').primaryKey(),
  emptyAt: timestamp('empty_at', { withTimezone: true }).notNull(),
});

/** The networks that a user has signed in from. Guesses of others, from elsewhere, don't keep the user out there. */
export const signInPlaces = pgTable(
  'sign_in_places',
  {
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    network: text('network').notNull(),
    lastUsedAt: instant('last_used_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.userId, t.network] })],
);

/** The SHA-256 of every API key, with which scripts sign in. Deactivating the user who created a key revokes it. */
export const apiKeys = pgTable(
  'api_keys',
  {
    id: uuid('id').primaryKey(),
    name: text('name').notNull(),
    hash: bytea('hash').notNull(),
    // The key's last characters, by which its user recognizes it.
    ending: text('ending').notNull(),
    role: userRole('role').notNull(),
    createdBy: uuid('created_by')
      .notNull()
      .references(() => users.id),
    createdAt: instant('created_at').notNull(),
    expiresAt: instant('expires_at'),
    lastUsedAt: instant('last_used_at'),
    revokedAt: instant('revoked_at'),
  },
  (t) => [
    uniqueIndex('api_keys_hash_key').on(t.hash),
    index('api_keys_created_by_idx').on(t.createdBy),
    check('api_keys_name_length', sql`char_length(${t.name}) between 1 and 50`),
  ],
);

export const payments = pgTable(
  'payments',
  {
    id: uuid('id').primaryKey(),
    amountMinor: bigint('amount_minor', { mode: 'number' }).notNull(),
    currency: text('currency').notNull(),
    method: paymentMethod('method').notNull(),
    status: paymentStatus('status').notNull(),
    receiver: text('receiver').notNull(),
    description: text('description'),
    failureCode: text('failure_code'),
    failureMessage: text('failure_message'),
    createdBy: uuid('created_by'),
    // The API key that `createdBy` used.
    apiKeyId: uuid('api_key_id').references(() => apiKeys.id),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
    // The text that `search` is compared with. fold-search-text.ts folds the searched text in the same way.
    searchText: text('search_text')
      .notNull()
      .generatedAlwaysAs(sql`paydeck_fold(receiver || chr(1) || coalesce(description, ''))`),
  },
  (t) => [
    index('payments_created_at_id_idx').on(t.createdAt, t.id),
    index('payments_status_created_at_id_idx').on(t.status, t.createdAt, t.id),
    index('payments_currency_created_at_id_idx').on(t.currency, t.createdAt, t.id),
    index('payments_amount_minor_idx').on(t.amountMinor),
    // Has every column that sum-failures.ts reads, so that it reads the index only.
    index('payments_failures_idx')
      .on(t.createdAt, t.currency, t.method, t.failureCode, t.amountMinor)
      .where(sql`status = 'failed'`),
    // Finds failed payments by their code. `isByFailureCodeOnly` counts them from the index only.
    index('payments_failure_code_idx').on(t.failureCode, t.createdAt, t.id).where(sql`status = 'failed'`),
    // Read when a user is deleted.
    index('payments_created_by_idx').on(t.createdBy),
    index('payments_search_text_idx').using('gin', sql`${t.searchText} gin_trgm_ops`),
    foreignKey({ name: 'payments_created_by_fkey', columns: [t.createdBy], foreignColumns: [users.id] }),
    check('payments_amount_positive', sql`${t.amountMinor} > 0`),
    check('payments_currency_code', sql`${t.currency} ~ '^[A-Z]{3}$'`),
    check('payments_receiver_length', sql`char_length(${t.receiver}) between 2 and 100`),
    check('payments_description_length', sql`char_length(${t.description}) <= 500`),
    check(
      'payments_failure_only_when_failed',
      sql`${t.status} = 'failed' or (${t.failureCode} is null and ${t.failureMessage} is null)`,
    ),
  ],
);

/** Only read under the log's lock, so that a higher position never becomes visible before a lower one. */
export const eventsPosition = pgSequence('events_position');

export const events = pgTable('events', {
  position: bigint('position', { mode: 'number' }).primaryKey(),
  type: text('type').notNull(),
  payload: jsonb('payload').notNull(),
  at: instant('at').notNull(),
});

/** The lives of the log, between which it lost its newest events (migrations/0011_log_timelines.sql). */
export const logTimelines = pgTable('log_timelines', {
  id: integer('id').primaryKey().generatedAlwaysAsIdentity(),
  place: text('place').notNull(),
  keptUntil: bigint('kept_until', { mode: 'number' }).notNull(),
  resumesAfter: bigint('resumes_after', { mode: 'number' }).notNull(),
  beganAt: instant('began_at').notNull().defaultNow(),
});

const rollupColumns = {
  currency: text('currency').notNull(),
  method: paymentMethod('method').notNull(),
  status: paymentStatus('status').notNull(),
  count: bigint('count', { mode: 'number' }).notNull(),
  amountMinor: bigint('amount_minor', { mode: 'number' }).notNull(),
};

export const rollupQuarterHours = pgTable(
  'rollup_quarter_hours',
  { startsAt: instant('starts_at').notNull(), ...rollupColumns },
  (t) => [primaryKey({ columns: [t.startsAt, t.currency, t.method, t.status] })],
);

export const rollupDays = pgTable('rollup_days', { day: date('day').notNull(), ...rollupColumns }, (t) => [
  primaryKey({ columns: [t.day, t.currency, t.method, t.status] }),
]);

/** The answer to each write with an idempotency key. A repetition of the write gets the same answer. */
export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    // Each of a user's API keys has its own idempotency keys. There is no foreign key, as checking it would slow down every
    // create, and API keys are never deleted.
    apiKeyId: uuid('api_key_id'),
    procedure: text('procedure').notNull(),
    key: text('key').notNull(),
    requestHash: bytea('request_hash').notNull(),
    response: jsonb('response').notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [
    unique('idempotency_keys_scope_key').on(t.userId, t.procedure, t.key, t.apiKeyId).nullsNotDistinct(),
    index('idempotency_keys_created_at_idx').on(t.createdAt),
  ],
);

/**
 * The actor, action and subject of each command, written in the same statement as the command's change; and refusals, exports
 * and starts. Never pruned: triggers refuse every change but an insert (migrations/0010_audit.sql).
 */
export const auditLog = pgTable(
  'audit_log',
  {
    // The trigger that chains the rows sets it: one more than in the row before.
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    at: instant('at').notNull().defaultNow(),
    actorId: uuid('actor_id').references(() => users.id),
    // The API key that the actor used.
    apiKeyId: uuid('api_key_id').references(() => apiKeys.id),
    action: text('action').notNull(),
    subjectId: uuid('subject_id'),
    details: jsonb('details').notNull().default({}),
    // Where the call came from. Null for the server's own actions, and in rows from before migration 0010.
    address: text('address'),
    userAgent: text('user_agent'),
    // SHA-256 of the hash before and of this row. Null in rows from before migration 0010, which the first chained row covers.
    hash: bytea('hash'),
  },
  (t) => [
    index('audit_log_at_idx').on(t.at),
    index('audit_log_actor_id_at_idx').on(t.actorId, t.at),
    index('audit_log_subject_id_at_idx').on(t.subjectId, t.at),
    // Nearly all rows are about payments. Without them the index is small, and costs their updates nothing.
    index('audit_log_action_at_idx').on(t.action, t.at).where(sql`action <> 'payment.update'`),
  ],
);

/** The id and the hash of the newest row of `audit_log`, in one row. Only the trigger of `audit_log` may change it. */
export const auditHead = pgTable(
  'audit_head',
  {
    onlyRow: boolean('only_row').primaryKey().default(true),
    id: bigint('id', { mode: 'number' }).notNull(),
    hash: bytea('hash').notNull(),
  },
  (t) => [check('audit_head_only_row', sql`${t.onlyRow}`)],
);
