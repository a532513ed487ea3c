import { paymentMethods, paymentStatuses, textLimits } from '@paydeck/contract/payments';
import { z } from 'zod';
import { amountMinor, currency, instant, paymentMethod, paymentStatus, text } from '../shapes.ts';

const amountBound = amountMinor.nonnegative({ error: 'must not be negative' }).optional();

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
    /** A literal part of the receiver or the description, case-insensitive. */
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
