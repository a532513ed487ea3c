import { expect, test } from 'vitest';
import { formatMajor, Tally } from './tally.ts';

test('sums are exact beyond 2^53', () => {
  expect(formatMajor(9_007_199_254_740_993n, 'USD')).toBe('90,071,992,547,409.93');
});

test('each currency has its own decimals', () => {
  expect(formatMajor(5n, 'USD')).toBe('0.05');
  expect(formatMajor(1_234n, 'JPY')).toBe('1,234');
  expect(formatMajor(1_234_567n, 'KWD')).toBe('1,234.567');
});

test('counts and sums by status and currency, never across currencies', () => {
  const tally = new Tally();
  tally.add([
    { status: 'failed', currency: 'USD', amountMinor: 100 },
    { status: 'success', currency: 'USD', amountMinor: 250_000 },
  ]);
  tally.add([
    { status: 'success', currency: 'EUR', amountMinor: 50 },
    { status: 'success', currency: 'USD', amountMinor: 1 },
  ]);
  expect(tally.count).toBe(4);
  expect(String(tally).split('\n')).toEqual([
    '  success  1  EUR     0.50',
    '  success  2  USD 2,500.01',
    '  failed   1  USD     1.00',
  ]);
});
