import { paymentMethods, paymentStatuses } from '@paydeck/contract/payments';
import { z } from 'zod';
import { isCurrency } from './payments/money.ts';

export const paymentMethod = z.enum(paymentMethods);
export const paymentStatus = z.enum(paymentStatuses);

export const currency = z
  .string()
  .toUpperCase()
  .refine(isCurrency, { error: 'is not an ISO 4217 currency code, such as USD' })
  .meta({ minLength: 3, maxLength: 3 });

export const amountMinor = z.int({ error: 'is an integer of minor units, such as cents' });

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for.
const controlCharacters = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

/** Text that PostgreSQL stores as it came. Lengths count characters (code points), as its `char_length` does. */
export const text = ({ min, max }: { min: number; max: number }) =>
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

/** An ISO 8601 date and time with offset, or a date. */
export const instantText = z.union([z.iso.datetime({ offset: true }), z.iso.date()], {
  error: 'is an ISO 8601 date and time with offset, such as 2026-01-31T09:30:00Z, or a date',
});

/** A bare date is its midnight in UTC. An offset may move an instant out of the years that have four digits. */
export const instant = instantText
  .transform((value) => new Date(value))
  .refine((value) => value.getUTCFullYear() >= 1, { error: 'lies before the year 1' })
  .refine((value) => value.getUTCFullYear() <= 9999, { error: 'lies after the year 9999' });
