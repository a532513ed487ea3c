import {
  failureCodePattern,
  maxPaymentsPerCall,
  settledStatuses,
  textLimits,
} from '@paydeck/contract/payments';
import type { Payment } from '@paydeck/db/payments';
import { z } from 'zod';
import { paymentFilter } from '../filter/schema.ts';
import { lastEventId } from '../live/schema.ts';
import { amountMinor, currency, instant, paymentMethod, paymentStatus, text } from '../shapes.ts';

const failureCode = z.string().regex(failureCodePattern, {
  error: 'takes 1 to 64 letters, digits, dots, dashes and underscores',
});

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
    method: paymentMethod,
    status: paymentStatus.default('pending'),
    receiver: text(textLimits.receiver),
    description: text(textLimits.description).nullish(),
    failureCode: failureCode.nullish(),
    failureMessage: text(textLimits.failureMessage).nullish(),
  })
  .refine((p) => p.status === 'failed' || (p.failureCode == null && p.failureMessage == null), {
    path: ['failureCode'],
    error: 'failureCode and failureMessage belong to a failed payment',
  });

export const createPaymentInput = paymentFields.safeExtend({ idempotencyKey });
export const importPaymentInput = paymentFields.safeExtend({ createdAt: pastInstant.optional() });

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
    status: z.enum(settledStatuses, { error: 'can become success or failed' }).optional(),
    failureCode: failureCode.nullish(),
    failureMessage: text(textLimits.failureMessage).nullish(),
    description: text(textLimits.description).nullable().optional(),
  })
  .refine((p) => p.status !== undefined || p.description !== undefined, {
    error: 'Give a status, a description, or both',
  })
  .refine((p) => p.status === 'failed' || (p.failureCode == null && p.failureMessage == null), {
    path: ['failureCode'],
    error: 'failureCode and failureMessage go with status failed',
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

export const onChangeInput = z.strictObject({ filter: paymentFilter.default({}), lastEventId });

export const paymentId = z.strictObject({ id: z.uuid() });

export const payment = z.object({
  id: z.uuid(),
  amountMinor: z.int(),
  currency: z.string(),
  method: paymentMethod,
  status: paymentStatus,
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
      status: change(paymentStatus),
      failureCode: change(nullableText),
      failureMessage: change(nullableText),
      description: change(nullableText),
    }),
  }),
);
