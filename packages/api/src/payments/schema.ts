import { maxPaymentsPerCall, settledStatuses, textLimits } from '@paydeck/contract/payments';
import type { Payment } from '@paydeck/db/payments';
import { z } from 'zod';
import { paymentFilter } from '../filter/schema.ts';
import { lastEventId } from '../live/schema.ts';
import {
  amountMinor,
  currency,
  failureCode,
  instant,
  paymentMethod,
  paymentStatus,
  text,
} from '../shapes.ts';

const earliest = new Date('1980-01-01T00:00:00Z');
const clockSkewMs = 60_000;
const pastInstant = instant
  .refine((value) => value >= earliest, { error: 'must not be before 1980' })
  .refine((value) => value.getTime() <= Date.now() + clockSkewMs, { error: 'must not be in the future' });

/** For calls that can't set the header `idempotency-key`: in an HTTP batch or over ws. It overrides the header. */
const idempotencyKey = z.string().max(300).optional();

type FailureDetails = {
  status?: string | undefined;
  failureCode?: string | null | undefined;
  failureMessage?: string | null | undefined;
};

/** Only a payment that failed can say why. */
function refuseFailureDetails(payment: FailureDetails, issues: z.RefinementCtx): void {
  if (payment.status === 'failed') return;
  for (const field of ['failureCode', 'failureMessage'] as const) {
    if (payment[field] == null) continue;
    issues.addIssue({
      code: 'custom',
      path: [field],
      message: 'must be left out unless the status is failed',
    });
  }
}

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
  .superRefine(refuseFailureDetails);

export const createPaymentInput = paymentFields.safeExtend({ idempotencyKey });
export const importPaymentInput = paymentFields.safeExtend({ createdAt: pastInstant.optional() });

const paymentRows = <T extends z.ZodType>(row: T) =>
  z
    .array(row)
    .min(1)
    .max(maxPaymentsPerCall, { error: `must have at most ${maxPaymentsPerCall} payments in one call` });

export const createPaymentsInput = z.strictObject({
  idempotencyKey,
  payments: paymentRows(importPaymentInput),
});

export const importPaymentsInput = z.strictObject({
  payments: paymentRows(
    importPaymentInput.safeExtend({
      /** Makes the import repeatable: a payment whose id exists already is skipped. */
      id: z.uuid(),
      updatedAt: pastInstant.optional(),
    }),
  ),
});

export const updatePaymentInput = z
  .strictObject({
    idempotencyKey,
    id: z.uuid(),
    status: z.enum(settledStatuses).optional(),
    failureCode: failureCode.nullish(),
    failureMessage: text(textLimits.failureMessage).nullish(),
    receiver: text(textLimits.receiver).optional(),
    description: text(textLimits.description).nullable().optional(),
  })
  .refine((p) => p.status !== undefined || p.receiver !== undefined || p.description !== undefined, {
    error: 'must have a status, a receiver or a description',
  })
  .superRefine(refuseFailureDetails);

export const listPaymentsInput = z
  .strictObject({
    filter: paymentFilter.default({}),
    page: z.int().min(1).max(1_000_000_000).optional(),
    cursor: z.string().max(200).optional(),
    limit: z.int().min(1).max(100).default(10),
  })
  .refine((input) => input.page === undefined || input.cursor === undefined, {
    error: 'must not have both a page and a cursor',
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

/** ISO 4217 codes. */
export const currenciesInUse = z.object({
  /** The currency of amounts without a currency. */
  default: z.string(),
  /** The currencies of all payments. The most frequent ones of the last 90 days come first. */
  inUse: z.array(z.string()),
});

export const paymentPage = z.object({
  items: z.array(payment),
  total: z.int(),
  /** False when `total` is a lower bound: the rollups can't count the filter, and it has too many matches to count. */
  totalIsExact: z.boolean(),
  /**
   * Only present when the search stopped before the page was full and before it had looked at every payment: the creation time
   * of the last payment it looked at. `nextCursor`, or `prevCursor` when paging towards newer payments, continues from there.
   */
  searchedTo: z.date().optional(),
  /** Null for a page that was requested by cursor. */
  page: z.int().nullable(),
  totalPages: z.int(),
  nextCursor: z.string().nullable(),
  prevCursor: z.string().nullable(),
  /** The log position at which the page was read. Pass it to `onChange` as `lastEventId` to receive every later change. */
  asOf: z.int(),
});

export const createdPayments = z.object({ count: z.int(), payments: z.array(payment) });

export const importedPayments = z.object({
  created: z.int(),
  /** The ids of payments that existed already, and of repetitions within the call. */
  skipped: z.array(z.uuid()),
});

const change = <T extends z.ZodType>(value: T) => z.object({ from: value, to: value }).optional();
const nullableText = z.string().nullable();

/** Oldest first. The first entry is the creation. */
export const paymentHistory = z.array(
  z.object({
    type: z.enum(['created', 'updated']),
    at: z.date(),
    /** The author, with the name of the API key when a script made the change; null when unknown. */
    by: z.object({ username: z.string(), apiKeyName: z.string().nullable() }).nullable(),
    /** The fields that changed. */
    changes: z.object({
      status: change(paymentStatus),
      failureCode: change(nullableText),
      failureMessage: change(nullableText),
      receiver: change(z.string()),
      description: change(nullableText),
    }),
  }),
);
