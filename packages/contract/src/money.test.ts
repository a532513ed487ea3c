import fc from 'fast-check';
import { expect, test } from 'vitest';
import { currencies, historicCurrencies, nonPaymentCodes } from './currencies.ts';
import {
  currencyExponent,
  currencyIssue,
  formatAmount,
  isCurrency,
  isKnownCurrency,
  maxAmountMinor,
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
  const codes = Object.keys({ ...currencies, ...historicCurrencies, ...nonPaymentCodes });
  for (const currency of codes) {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: maxAmountMinor(currency) }), (amountMinor) => {
        expect(parseAmount(formatAmount(amountMinor, currency), currency)).toBe(amountMinor);
        expect(toMinorUnits(toMajorUnits(amountMinor, currency), currency)).toBe(amountMinor);
      }),
      { numRuns: 5, examples: [[0], [1], [maxAmountMinor(currency)]] },
    );
  }
});

test('an unknown code has no exponent', () => {
  expect(() => currencyExponent('ABC')).toThrow(RangeError);
  expect(() => currencyExponent('toString')).toThrow('The currency code toString is unknown.');
});

test('payments are made in current currencies; a withdrawn one is for payments of its time', () => {
  const now = new Date('2026-11-26T12:00:00Z');
  expect(currencyIssue('USD', now)).toBeNull();
  expect(currencyIssue('HRK', now)).toBe('must be a current currency: HRK was legal tender until 2023-01-14');
  expect(currencyIssue('HRK', new Date('2023-01-14T23:59:59Z'))).toBeNull();
  expect(currencyIssue('HRK', new Date('2023-01-15T00:00:00Z'))).not.toBeNull();
  for (const code of ['XAU', 'ABC', 'usd', 'constructor'])
    expect(currencyIssue(code, now)).toBe('must be an ISO 4217 currency code, such as USD');
});

test('old codes are known, and are not current', () => {
  expect(['USD', 'HRK', 'XAU'].map(isKnownCurrency)).toEqual([true, true, true]);
  expect(['USD', 'HRK', 'XAU'].map(isCurrency)).toEqual([true, false, false]);
  expect(['ABC', 'usd', 'constructor'].filter((code) => isKnownCurrency(code) || isCurrency(code))).toEqual(
    [],
  );
});
