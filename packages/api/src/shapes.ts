import { currencyRule, isKnownCurrency } from '@paydeck/contract/money';
import {
  failureCodePattern,
  failureCodeRule,
  paymentMethods,
  paymentStatuses,
  textIssue,
} from '@paydeck/contract/payments';
import { z } from 'zod';

export const paymentMethod = z.enum(paymentMethods);
export const paymentStatus = z.enum(paymentStatuses);

export const currency = z
  .string()
  .toUpperCase()
  .refine(isKnownCurrency, { error: currencyRule })
  .meta({ minLength: 3, maxLength: 3 });

export const failureCode = z.string().regex(failureCodePattern, { error: failureCodeRule });

export const amountMinor = z.int({ error: 'must be a whole number of minor units, such as cents' });

/** Text that PostgreSQL can store unchanged. `min` and `max` count code points, like the lengths of JSON Schema. */
export const text = ({ min, max }: { min: number; max: number }) =>
  z
    .string()
    .trim()
    .superRefine((value, issues) => {
      const issue = textIssue(value, { min, max });
      if (issue !== null) issues.addIssue(issue);
    })
    .meta({ minLength: min, maxLength: max });

/** An ISO 8601 date, or date and time with offset, as text. */
export const instantText = z.union([z.iso.datetime({ offset: true }), z.iso.date()], {
  error: 'must be an ISO 8601 date, or a date and time with offset, such as 2026-01-31T09:30:00Z',
});

/** The instant that `instantText` stands for: a date stands for its midnight in UTC. */
export const instant = instantText
  .transform((value) => new Date(value))
  // The text has a year of four digits, but an offset may move the instant out of them.
  .refine((value) => value.getUTCFullYear() >= 1, { error: 'must not be before the year 1' })
  .refine((value) => value.getUTCFullYear() <= 9999, { error: 'must not be after the year 9999' });
