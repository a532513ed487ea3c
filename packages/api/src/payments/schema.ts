import type { Payment } from '@paydeck/db/payments';
import { z } from 'zod';
import { isCurrency } from './money.ts';

export const method = z.enum(['credit_card', 'bank_transfer', 'digital_wallet']);
const status = z.enum(['pending', 'success', 'failed']);
export const currency = z
  .string()
  .toUpperCase()
  .refine(isCurrency, { error: 'is not an ISO 4217 currency code, such as USD' })
  .meta({ minLength: 3, maxLength: 3 });

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for.
const controlCharacters = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

/** Text that PostgreSQL stores as it came. Lengths count characters (code points), as its `char_length` does. */
export const text = (min: number, max: number) =>
  z
    .string()
    .trim()
    .refine((value) => value.isWellFormed() && !controlCharacters.test(value), {
      error: 'holds control characters or broken Unicode',
    })
    .refine((value) => [...value].length >= min, { error: `is too short: at least ${min} characters` })
    .refine((value) => [...value].length <= max, { error: `is too long: at most ${max} characters` })
    // What JSON Schema can say of it: there, too, lengths count code points.
    .meta({ minLength: min, maxLength: max });

const failureCode = z.string().regex(/^[A-Za-z0-9_.-]{1,64}$/, {
  error: 'takes 1 to 64 letters, digits, dots, dashes and underscores',
});

const amountMinor = z.int({ error: 'is an integer of minor units, such as cents' });

/** An ISO 8601 date and time with offset, or a date. */
export const instantText = z.union([z.iso.datetime({ offset: true }), z.iso.date()], {
  error: 'is an ISO 8601 date and time with offset, such as 2026-01-31T09:30:00Z, or a date',
});

/** A bare date is its midnight in UTC. An offset may move an instant out of the years that have four digits. */
export const instant = instantText
  .transform((value) => new Date(value))
  .refine((value) => value.getUTCFullYear() >= 1, { error: 'lies before the year 1' })
  .refine((value) => value.getUTCFullYear() <= 9999, { error: 'lies after the year 9999' });

const earliest = new Date('1980-01-01T00:00:00Z');
const clockSkewMs = 60_000;
const pastInstant = instant
  .refine((value) => value >= earliest, { error: 'lies before 1980' })
  .refine((value) => value.getTime() <= Date.now() + clockSkewMs, { error: 'lies in the future' });

/** For calls that can't set the header `idempotency-key`: in an HTTP batch, or over ws. Wins over the header. */
const idempotencyKey = z.string().max(300).optional();

const paymentFields = z
  .strictObject({
    amountMinor: amountMinor.positive({ error: 'must be greater than 0' }),
    currency: currency.optional(),
    method,
    status: status.default('pending'),
    receiver: text(2, 100),
    description: text(0, 500).nullish(),
    failureCode: failureCode.nullish(),
    failureMessage: text(0, 500).nullish(),
  })
  .refine((p) => p.status === 'failed' || (p.failureCode == null && p.failureMessage == null), {
    path: ['failureCode'],
    error: 'failureCode and failureMessage belong to a failed payment',
  });

export const createPaymentInput = paymentFields.safeExtend({ idempotencyKey });
export const importPaymentInput = paymentFields.safeExtend({ createdAt: pastInstant.optional() });

const maxPaymentsPerCall = 1_000;

const upToMany = <T extends z.ZodType>(row: T) =>
  z
    .array(row)
    .min(1)
    .max(maxPaymentsPerCall, { error: `takes at most ${maxPaymentsPerCall} payments in one call` });

export const createPaymentsInput = z.strictObject({ idempotencyKey, payments: upToMany(importPaymentInput) });

export const importPaymentsInput = z.strictObject({
  payments: upToMany(
    importPaymentInput.safeExtend({
      /** What makes it safe to repeat: a payment whose id is there already is skipped. */
      id: z.uuid(),
      updatedAt: pastInstant.optional(),
    }),
  ),
});

export const updatePaymentInput = z
  .strictObject({
    idempotencyKey,
    id: z.uuid(),
    status: z.enum(['success', 'failed'], { error: 'can become success or failed' }).optional(),
    failureCode: failureCode.nullish(),
    failureMessage: text(0, 500).nullish(),
    description: text(0, 500).nullable().optional(),
  })
  .refine((p) => p.status !== undefined || p.description !== undefined, {
    error: 'Give a status, a description, or both',
  })
  .refine((p) => p.status === 'failed' || (p.failureCode == null && p.failureMessage == null), {
    path: ['failureCode'],
    error: 'failureCode and failureMessage go with status failed',
  });

export const paymentFilter = z
  .strictObject({
    status: z.array(status).max(3).optional(),
    method: z.array(method).max(3).optional(),
    currency: currency.optional(),
    /** Inclusive. */
    from: instant.optional(),
    /** Exclusive. */
    to: instant.optional(),
    minAmountMinor: amountMinor.nonnegative({ error: 'must not be negative' }).optional(),
    maxAmountMinor: amountMinor.nonnegative({ error: 'must not be negative' }).optional(),
    /** A literal part of receiver or description, in any case. */
    search: text(0, 100)
      .transform((value) => (value === '' ? undefined : value))
      .optional(),
  })
  .refine((f) => f.from === undefined || f.to === undefined || f.from < f.to, {
    path: ['to'],
    error: 'must lie after the start of the range',
  })
  .refine((f) => (f.minAmountMinor ?? 0) <= (f.maxAmountMinor ?? Number.MAX_SAFE_INTEGER), {
    path: ['maxAmountMinor'],
    error: 'must not be less than the smallest amount',
  });

export const listPaymentsInput = z
  .strictObject({
    filter: paymentFilter.default({}),
    page: z.int().min(1).max(1_000_000_000).optional(),
    cursor: z.string().max(200).optional(),
    limit: z.int().min(1).max(100).default(10),
  })
  .refine((input) => input.page === undefined || input.cursor === undefined, {
    error: 'Give a page or a cursor, not both',
  });

/** Where a subscription goes on: the id of the last event received, or the `asOf` of what was read. */
export const lastEventId = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((value) => value ?? null);

export const onChangeInput = z.strictObject({ filter: paymentFilter.default({}), lastEventId });

export const paymentId = z.strictObject({ id: z.uuid() });

export const payment = z.object({
  id: z.uuid(),
  amountMinor: z.int(),
  currency: z.string(),
  method,
  status,
  receiver: z.string(),
  description: z.string().nullable(),
  failureCode: z.string().nullable(),
  failureMessage: z.string().nullable(),
  createdAt: z.date(),
  updatedAt: z.date(),
} satisfies Record<keyof Payment, z.ZodType>);

export const paymentPage = z.object({
  items: z.array(payment),
  total: z.int(),
  /** False when `total` is only a lower bound: many matches of a filter that the rollups can't count. */
  totalIsExact: z.boolean(),
  /** Null when the page was read by a cursor. */
  page: z.int().nullable(),
  totalPages: z.int(),
  nextCursor: z.string().nullable(),
  prevCursor: z.string().nullable(),
  /** The log position that the page is true as of: give it to `onChange` as `lastEventId`. */
  asOf: z.int(),
});

export const createdPayments = z.object({ count: z.int(), payments: z.array(payment) });

export const importedPayments = z.object({
  created: z.int(),
  /** The ids of those that were there already, and of repetitions within the call. */
  skipped: z.array(z.uuid()),
});

const change = <T extends z.ZodType>(value: T) => z.object({ from: value, to: value }).optional();
const nullableText = z.string().nullable();

/** Oldest first; the first one is how the payment was recorded. */
export const paymentHistory = z.array(
  z.object({
    type: z.enum(['created', 'updated']),
    at: z.date(),
    /** The user, and the name of the API key if it was a script; null when that is not known. */
    by: z.object({ username: z.string(), apiKeyName: z.string().nullable() }).nullable(),
    /** What is different since, field by field. */
    changes: z.object({
      status: change(status),
      failureCode: change(nullableText),
      failureMessage: change(nullableText),
      description: change(nullableText),
    }),
  }),
);
