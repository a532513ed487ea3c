import { expect, test } from 'vitest';
import { formatAmount, parseAmount } from './amounts.ts';

test.each([
  ['12.34', 'USD', 1234],
  ['0.01', 'USD', 1],
  ['1250', 'USD', 125_000],
  ['1250.5', 'USD', 125_050],
  ['1.10', 'USD', 110],
  ['1.1000', 'USD', 110],
  ['500', 'JPY', 500],
  ['500.00', 'JPY', 500],
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
])('"%s" is no amount of USD', (text) => {
  expect(parseAmount(text, 'USD')).toBeNull();
});

test('amounts are written with the decimals of their currency', () => {
  expect(formatAmount(1234, 'USD')).toBe('12.34');
  expect(formatAmount(5, 'USD')).toBe('0.05');
  expect(formatAmount(0, 'USD')).toBe('0.00');
  expect(formatAmount(500, 'JPY')).toBe('500');
  expect(formatAmount(5, 'KWD')).toBe('0.005');
  expect(formatAmount(123_456_789_012_345_678_901n, 'USD')).toBe('1234567890123456789.01');
});
