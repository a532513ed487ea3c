import fc from 'fast-check';
import { expect, test } from 'vitest';
import { maxAmountMinor } from './amount-limits.ts';
import {
  currencyExponent,
  currencyExponents,
  currencyIssue,
  currencyRule,
  formatAmount,
  isCurrency,
  isKnownCurrency,
  parseAmount,
  toMajorUnits,
  toMinorUnits,
} from './money.ts';

test.each([
  ['12.34', 'USD', 1234],
  ['0.01', 'USD', 1],
  ['1250', 'USD', 125_000],
  ['1250.5', 'USD', 125_050],
  ['1.10', 'USD', 110],
  ['1.1000', 'USD', 110],
  ['500', 'JPY', 500],
  ['500.00', 'JPY', 500],
  ['1250.50', 'HUF', 125_050],
  ['1.234', 'KWD', 1234],
  ['9007199254740.991', 'KWD', 9_007_199_254_740_991],
])('%s %s is %d', (text, currency, minor) => {
  expect(parseAmount(text, currency)).toBe(minor);
});

test.each([
  '',
  '.',
  '1.',
  '.5',
  '-1',
  '+1',
  '1,000',
  '1 000',
  '1e3',
  '0x10',
  '12.345',
  '99999999999999.99',
  '١',
])('"%s" is not an amount of USD', (text) => {
  expect(parseAmount(text, 'USD')).toBeNull();
});

test('amounts are written with the decimals of their currency', () => {
  expect(formatAmount(1234, 'USD')).toBe('12.34');
  expect(formatAmount(5, 'USD')).toBe('0.05');
  expect(formatAmount(0, 'USD')).toBe('0.00');
  expect(formatAmount(500, 'JPY')).toBe('500');
  expect(formatAmount(125_050, 'HUF')).toBe('1250.50');
  expect(formatAmount(5, 'KWD')).toBe('0.005');
  expect(formatAmount(123_456_789_012_345_678_901n, 'USD')).toBe('1234567890123456789.01');
});

test('every amount of every known currency is read as it was written', () => {
  for (const currency of currencyExponents.keys()) {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: maxAmountMinor(currency) }), (amountMinor) => {
        expect(parseAmount(formatAmount(amountMinor, currency), currency)).toBe(amountMinor);
        expect(toMinorUnits(toMajorUnits(amountMinor, currency), currency)).toBe(amountMinor);
      }),
      { numRuns: 5, examples: [[0], [1], [maxAmountMinor(currency)]] },
    );
  }
});

const currency = fc.constantFrom(...currencyExponents.keys());
const amount = currency.chain((code) =>
  fc.record({ code: fc.constant(code), minor: fc.integer({ min: 1, max: maxAmountMinor(code) }) }),
);

/** The decimal text of an amount, by integer arithmetic alone. */
function decimalOf(minor: number, exponent: number): string {
  const unit = 10n ** BigInt(exponent);
  const decimals = (BigInt(minor) % unit).toString().padStart(exponent, '0');
  return exponent === 0 ? String(minor) : `${BigInt(minor) / unit}.${decimals}`;
}

test('every amount survives the conversion to major units and back, and is written as its exact decimal', () => {
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

test('every number is either refused or converted to the amount that it is nearest to, within 2^-50 of it', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true }), currency, (major, code) => {
      const minor = toMinorUnits(major, code);
      if (minor === null) return;
      const nearest = toMajorUnits(minor, code);
      expect(Math.abs(major - nearest)).toBeLessThanOrEqual(Math.abs(nearest) * 2 ** -50);
    }),
  );
});

/** The distance from a positive double to the next one. */
const unitInTheLastPlace = (value: number) => 2 ** (Math.floor(Math.log2(value)) - 52);

test('a number that is next to an amount is that amount, and one that is further away is refused', () => {
  fc.assert(
    fc.property(amount, fc.constantFrom(-1, 1), ({ code, minor }, sign) => {
      const major = toMajorUnits(minor, code);
      const next = major + sign * unitInTheLastPlace(major);
      expect(toMinorUnits(next, code)).toBe(minor);
      const further = major + sign * 9 * unitInTheLastPlace(major);
      expect(toMinorUnits(further, code)).toBeNull();
    }),
  );
});

test('a sum of up to six amounts is the amount of their sum', () => {
  const parts = fc.tuple(
    currency,
    fc.array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 2, maxLength: 6 }),
  );
  fc.assert(
    fc.property(parts, ([code, minors]) => {
      const sum = minors.map((minor) => toMajorUnits(minor, code)).reduce((total, major) => total + major);
      expect(toMinorUnits(sum, code)).toBe(minors.reduce((total, minor) => total + minor));
    }),
  );
});

test.each([
  [19.99, 'USD', 1999],
  [1250.0, 'USD', 125_000],
  [1.005, 'USD', null],
  [1.005, 'KWD', 1005],
  [0.1 + 0.2, 'USD', 30],
  [1 + 103 / 100, 'USD', 203],
  [2.031, 'USD', null],
  [2.03000000000001, 'USD', null],
  [1.1 * 3, 'KWD', 3300],
  [999_999.9999999999, 'USD', 100_000_000],
  [99.99999999999999, 'JPY', 100],
  [1_000_000_000.0000001, 'IQD', 1_000_000_000_000],
  [-2.0300000000000002, 'USD', -203],
  [5e-324, 'USD', null],
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

test('an unknown code has no exponent', () => {
  expect(() => currencyExponent('ABC')).toThrow(RangeError);
  expect(() => currencyExponent('toString')).toThrow('The currency code toString is unknown.');
});

test('a new payment needs a current currency; a withdrawn one is only accepted for payments of its time', () => {
  const now = new Date('2026-11-26T12:00:00Z');
  expect(currencyIssue('USD', now)).toBeNull();
  expect(currencyIssue('HRK', now)).toBe('must be a current currency: HRK was legal tender until 2023-01-14');
  expect(currencyIssue('HRK', new Date('2023-01-14T23:59:59Z'))).toBeNull();
  expect(currencyIssue('HRK', new Date('2023-01-15T00:00:00Z'))).not.toBeNull();
  expect(currencyIssue('XAU', now)).toBe(
    'must be a currency: XAU stands for a fund, a metal or a unit of account',
  );
  for (const code of ['ABC', 'usd', 'constructor']) expect(currencyIssue(code, now)).toBe(currencyRule);
});

test('old codes are known, and are not current', () => {
  expect(['USD', 'HRK', 'XAU'].map(isKnownCurrency)).toEqual([true, true, true]);
  expect(['USD', 'HRK', 'XAU'].map(isCurrency)).toEqual([true, false, false]);
  expect(['ABC', 'usd', 'constructor'].filter((code) => isKnownCurrency(code) || isCurrency(code))).toEqual(
    [],
  );
});
