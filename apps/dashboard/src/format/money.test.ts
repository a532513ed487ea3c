import { expect, test } from 'vitest';
import { formatMoney, formatTyped, parseMoney } from './money.ts';

test.each([
  ['1250', 'USD', 'en-US', 125_000],
  ['1,250.50', 'USD', 'en-US', 125_050],
  ['1,250,000.5', 'USD', 'en-US', 125_000_050],
  [' 0.07 ', 'USD', 'en-US', 7],
  ['1.250,50', 'EUR', 'de-DE', 125_050],
  ['1 250,50', 'EUR', 'fr-FR', 125_050],
  ['12,34,567.50', 'INR', 'en-IN', 123_456_750],
  ['500', 'JPY', 'en-US', 500],
  ['1.234', 'KWD', 'en-US', 1_234],
])('%s %s in %s is %d', (text, currency, locale, minor) => {
  expect(parseMoney(text, currency, locale)).toBe(minor);
});

test.each([
  ['12,50', 'USD', 'en-US'],
  ['12.50', 'EUR', 'de-DE'],
  ['1,2,3', 'USD', 'en-US'],
  ['1.2.3', 'USD', 'en-US'],
  ['12,34,567', 'USD', 'en-US'],
  ['1,234,567', 'INR', 'en-IN'],
  ['1.005', 'USD', 'en-US'],
  ['0.5', 'JPY', 'en-US'],
  ['-5', 'USD', 'en-US'],
  ['1e3', 'USD', 'en-US'],
  ['', 'USD', 'en-US'],
])('"%s" is not an amount of %s in %s', (text, currency, locale) => {
  expect(parseMoney(text, currency, locale)).toBeNull();
});

test('amounts have the decimals of their currency', () => {
  expect([formatMoney(125_050, 'USD'), formatMoney(500, 'JPY')]).toEqual(['$1,250.50', '¥500']);
});

test.each([
  ['USD', 'en-US', '1250.50'],
  ['EUR', 'de-DE', '1250,50'],
  ['JPY', 'ja-JP', '125050'],
  ['EGP', 'ar-EG', '1250.50'],
])('amounts of %s in %s are typed as %s, and parsed from that', (currency, locale, text) => {
  expect(formatTyped(125_050, currency, locale)).toBe(text);
  expect(parseMoney(text, currency, locale)).toBe(125_050);
});
