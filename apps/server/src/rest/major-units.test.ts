import { expect, test } from 'vitest';
import { inMajorUnits } from './major-units.ts';

test('an amount is converted by the nearest currency around it', () => {
  const createdAt = new Date();
  expect(
    inMajorUnits({
      currency: 'USD',
      totalRevenueMinor: 1999,
      points: [{ amountMinor: 50, count: 1 }],
      others: [{ currency: 'JPY', amountMinor: 50, createdAt, failureCode: null }],
    }),
  ).toEqual({
    currency: 'USD',
    totalRevenue: 19.99,
    points: [{ amount: 0.5, count: 1 }],
    others: [{ currency: 'JPY', amount: 50, createdAt: createdAt.toISOString(), failureCode: null }],
  });
  expect(() => inMajorUnits({ amountMinor: 1 })).toThrow('amountMinor has no currency.');
});
