import { currencyExponent, maxAmountMinor } from '@paydeck/api/money';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inMajorUnits, toMajorUnits, toMinorUnits } from './major-units.ts';

const currency = fc.constantFrom(...Intl.supportedValuesOf('currency'));
const amount = currency.chain((code) =>
  fc.record({ code: fc.constant(code), minor: fc.integer({ min: 1, max: maxAmountMinor(code) }) }),
);

/** The decimal text of an amount, by integer arithmetic only. */
function decimalOf(minor: number, exponent: number): string {
  const unit = 10n ** BigInt(exponent);
  const decimals = (BigInt(minor) % unit).toString().padStart(exponent, '0');
  return exponent === 0 ? String(minor) : `${BigInt(minor) / unit}.${decimals}`;
}

test('every amount goes to major units and back without a change, as the decimal that it is', () => {
  fc.assert(
    fc.property(amount, ({ code, minor }) => {
      const major = toMajorUnits(minor, code);
      expect(toMinorUnits(major, code)).toBe(minor);
      expect(toMinorUnits(JSON.parse(JSON.stringify(major)), code)).toBe(minor);
      const decimal = decimalOf(minor, currencyExponent(code));
      expect(JSON.stringify(major)).toBe(
        decimal.replace(/\.?0+$/, (end) => (decimal.includes('.') ? '' : end)),
      );
      expect(toMinorUnits(JSON.parse(decimal), code)).toBe(minor);
    }),
  );
});

test('a number with more decimals than its currency is refused, never rounded', () => {
  fc.assert(
    fc.property(amount, fc.integer({ min: 1, max: 9 }), ({ code, minor }, digit) => {
      const decimal = decimalOf(minor, currencyExponent(code));
      const longer = `${decimal}${decimal.includes('.') ? '' : '.'}${digit}`;
      expect(toMinorUnits(JSON.parse(longer), code)).toBeNull();
    }),
  );
});

test('every number is either refused or the exact decimal that it is written as', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true }), currency, (major, code) => {
      const minor = toMinorUnits(major, code);
      if (minor !== null) expect(toMajorUnits(minor, code)).toBe(major === 0 ? 0 : major);
    }),
  );
});

test.each([
  [19.99, 'USD', 1999],
  [1250.0, 'USD', 125_000],
  [1.005, 'USD', null],
  [1.005, 'KWD', 1005],
  [0.1 + 0.2, 'USD', null],
  [0.07, 'USD', 7],
  [8.2, 'USD', 820],
  [1e-7, 'USD', null],
  [1e21, 'USD', null],
  [-0.5, 'USD', -50],
  [0, 'USD', 0],
  [100, 'JPY', 100],
  [100.5, 'JPY', null],
  [Number.NaN, 'USD', null],
  [Number.POSITIVE_INFINITY, 'USD', null],
  [90_071_992_547_409.92, 'USD', null],
])('%d %s is %j', (major, code, minor) => {
  expect(toMinorUnits(major, code)).toBe(minor);
});

test('sums of many payments keep their cents', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 46 * 100 }), (minor) => {
      expect(toMinorUnits(toMajorUnits(minor, 'USD'), 'USD')).toBe(minor);
    }),
  );
});

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
    others: [{ currency: 'JPY', amount: 50, createdAt, failureCode: null }],
  });
  expect(() => inMajorUnits({ amountMinor: 1 })).toThrow('amountMinor has no currency.');
});
