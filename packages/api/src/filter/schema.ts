import {
  failureCodePattern,
  failureCodeRule,
  maxFailureCodes,
  noFailureCode,
  paymentMethods,
  paymentStatuses,
  textLimits,
} from '@paydeck/contract/payments';
import { z } from 'zod';
import { amountMinor, currency, instant, paymentMethod, paymentStatus, text } from '../shapes.ts';

const amountBound = amountMinor.nonnegative({ error: 'must not be negative' }).optional();

const soughtFailureCode = z
  .string()
  .refine((code) => code === noFailureCode || failureCodePattern.test(code), {
    error: `${failureCodeRule}, or ${noFailureCode}`,
  });

/** The filter that the list, stats, the export and live updates share. A field that is left out matches every payment. */
export const paymentFilter = z
  .strictObject({
    status: z.array(paymentStatus).max(paymentStatuses.length).optional(),
    method: z.array(paymentMethod).max(paymentMethods.length).optional(),
    currency: currency.optional(),
    /** Inclusive. */
    from: instant.optional(),
    /** Exclusive. */
    to: instant.optional(),
    minAmountMinor: amountBound,
    maxAmountMinor: amountBound,
    /** Failed payments with one of these codes. `:none` stands for those without a code. */
    failureCode: z.array(soughtFailureCode).max(maxFailureCodes).optional(),
    /** A literal part of the receiver or the description, case-insensitive, or at least the first 8 digits of the id. */
    search: text(textLimits.search)
      .transform((value) => (value === '' ? undefined : value))
      .optional(),
  })
  .refine((f) => f.from === undefined || f.to === undefined || f.from < f.to, {
    path: ['to'],
    error: 'must be after the start of the range',
  })
  .refine((f) => (f.minAmountMinor ?? 0) <= (f.maxAmountMinor ?? Number.MAX_SAFE_INTEGER), {
    path: ['maxAmountMinor'],
    error: 'must not be less than the smallest amount',
  });
