import { expect, test } from 'vitest';
import { highestLimitMajor, maxAmountMajor, maxAmountMinor } from './amount-limits.ts';
import { currencyExponents } from './money.ts';

test('an amount has a limit in major units, which is higher where a unit is worth little', () => {
  expect(['USD', 'EUR', 'KWD'].map((code) => maxAmountMajor(code))).toEqual([
    1_000_000, 1_000_000, 1_000_000,
  ]);
  expect(['JPY', 'HUF', 'INR'].map((code) => maxAmountMajor(code))).toEqual([
    100_000_000, 100_000_000, 100_000_000,
  ]);
  expect(['VND', 'IDR', 'IQD'].map((code) => maxAmountMajor(code))).toEqual([
    1_000_000_000, 1_000_000_000, 1_000_000_000,
  ]);
  expect(['USD', 'JPY', 'KWD'].map((code) => maxAmountMinor(code))).toEqual([
    100_000_000, 100_000_000, 1_000_000_000,
  ]);
});

test('a limit that is set replaces the default of its currency only', () => {
  const limits = { VND: 100_000_000_000, USD: 500 };
  expect(maxAmountMajor('VND', limits)).toBe(100_000_000_000);
  expect(maxAmountMinor('USD', limits)).toBe(50_000);
  expect(maxAmountMinor('EUR', limits)).toBe(100_000_000);
});

test('no default exceeds the highest limit that can be set', () => {
  for (const code of currencyExponents.keys()) {
    expect(maxAmountMajor(code), code).toBeLessThanOrEqual(highestLimitMajor(code));
    expect(9_000 * maxAmountMinor(code), code).toBeLessThan(Number.MAX_SAFE_INTEGER);
  }
});
