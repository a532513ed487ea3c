import { paymentMethods, paymentStatuses } from '@paydeck/contract/payments';
import * as fc from 'fast-check';
import type { z } from 'zod';
import type { paymentFilter } from '../src/filter/schema.ts';
import type { importPaymentInput } from '../src/payments/schema.ts';

export type PaymentInput = z.input<typeof importPaymentInput>;
export type FilterInput = z.input<typeof paymentFilter>;

const currencies = ['USD', 'EUR', 'JPY'] as const;
/** Texts that test case, accents, wildcards and quotes. */
const words = [
  'Müller',
  'MÜLLER',
  'İstanbul',
  'istanbul',
  'ISTANBUL',
  'Straße',
  'STRASSE',
  'ΟΔΟΣ',
  'οδος',
  '100%',
  'a_b',
  "O'Neill",
  'C:\\x',
  '日本語',
  'ß',
  '🦊',
  '""',
];

const text = fc
  .array(fc.constantFrom(...words, 'order', 'Ltd'), { minLength: 1, maxLength: 4 })
  .map((w) => `${w.join(' ')}..`);

/** Instants in a range, many of them exactly on, or one millisecond beside, a quarter hour, an hour or a UTC midnight. */
export const instantsBetween = (from: Date, to: Date) => {
  const units = [1, 900_000, 3_600_000, 86_400_000];
  return fc
    .tuple(
      fc.integer({ min: from.getTime(), max: to.getTime() - 1 }),
      fc.constantFrom(...units),
      fc.constantFrom(-1, 0, 0, 1),
    )
    .map(([at, unit, beside]) => Math.floor(at / unit) * unit + beside)
    .map((at) => new Date(Math.min(Math.max(at, from.getTime()), to.getTime() - 1)));
};

export const arbitraryPayment = (createdAt: fc.Arbitrary<Date>): fc.Arbitrary<PaymentInput> =>
  fc
    .record({
      amountMinor: fc.integer({ min: 1, max: 1_000_000 }),
      currency: fc.constantFrom('USD', 'USD', ...currencies),
      method: fc.constantFrom(...paymentMethods),
      status: fc.constantFrom('success', ...paymentStatuses),
      receiver: text,
      description: fc.option(text),
      failureCode: fc.option(fc.constantFrom('card_declined', 'insufficient_funds', 'expired_card')),
      createdAt: createdAt.map((at) => at.toISOString()),
    })
    .map(({ failureCode, ...payment }) =>
      payment.status === 'failed' ? { ...payment, failureCode } : payment,
    );

export const arbitraryFilter = (instants: fc.Arbitrary<Date>): fc.Arbitrary<FilterInput> => {
  const optional = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: undefined });
  return fc
    .record({
      status: optional(fc.subarray([...paymentStatuses])),
      method: optional(fc.subarray([...paymentMethods])),
      currency: optional(fc.constantFrom(...currencies)),
      between: optional(
        fc.uniqueArray(
          instants.map((at) => at.getTime()),
          { minLength: 2, maxLength: 2 },
        ),
      ),
      amounts: optional(fc.tuple(fc.integer({ min: 0, max: 900_000 }), fc.integer({ min: 0, max: 900_000 }))),
      failureCode: optional(
        fc.subarray(['card_declined', 'insufficient_funds', 'null', ':none'], { minLength: 0 }),
      ),
      search: optional(fc.constantFrom(...words, 'müll', 'σ', 'Σ', '%', '_', 'ORDER ltd', 'nowhere')),
    })
    .map(({ between, amounts, ...filter }) => {
      const [from, to] = between?.toSorted((a, b) => a - b).map((at) => new Date(at).toISOString()) ?? [];
      const [minAmountMinor, maxAmountMinor] = amounts?.toSorted((a, b) => a - b) ?? [];
      return { ...filter, from, to, minAmountMinor, maxAmountMinor };
    });
};
