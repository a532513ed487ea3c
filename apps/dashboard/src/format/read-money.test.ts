import { expect, test } from 'vitest';
import { readMoney } from './read-money.ts';

test.each([
  ['$12.50', 'USD', 'en-US', 1_250],
  ['US$ 12.50', 'USD', 'en-US', 1_250],
  ['12.50 usd', 'USD', 'en-US', 1_250],
  ['USD 1,250.50', 'USD', 'en-US', 125_050],
  ['12,50\u00a0€', 'EUR', 'de-DE', 1_250],
  ['€12.50', 'EUR', 'en-US', 1_250],
  ['Ft 1 250', 'HUF', 'hu-HU', 125_000],
  ['.5', 'USD', 'en-US', 50],
  ['0', 'USD', 'en-US', 0],
  ['1 234', 'USD', 'en-US', 123_400],
  ["1'234.50", 'CHF', 'en-US', 123_450],
  ['1.234,56', 'EUR', 'en-US', 123_456],
  ['1,234.56', 'USD', 'de-DE', 123_456],
  ['1.234.567', 'EUR', 'en-US', 123_456_700],
  ['1 234,50', 'EUR', 'en-US', 123_450],
  ['1,234', 'USD', 'en-US', 123_400],
  ['٥٠٫٥', 'USD', 'ar-EG', 5_050],
  ['٥٠.٥', 'USD', 'en-US', 5_050],
  ['١٬٢٣٤٫٥٠', 'EGP', 'ar-EG', 123_450],
  ['\u200f١٢٫٥٠\u00a0US$', 'USD', 'ar-EG', 1_250],
  ['۱۲۳۴', 'IRR', 'fa-IR', 123_400],
  ['१२३.५०', 'INR', 'hi-IN', 12_350],
  ['１２．５', 'USD', 'en-US', null],
  ['１２.５', 'USD', 'en-US', 1_250],
])('%s %s in %s is %s', (text, currency, locale, minor) => {
  expect(readMoney(text, currency, locale).amountMinor).toBe(minor);
});

test.each([
  ['', 'USD', 'en-US', 'The amount is missing.'],
  ['$', 'USD', 'en-US', 'The amount is missing.'],
  ['-5', 'USD', 'en-US', 'The amount must not have a minus sign.'],
  ['−5', 'USD', 'en-US', 'The amount must not have a minus sign.'],
  ['abc', 'USD', 'en-US', '“abc” is not part of an amount.'],
  ['1e3', 'USD', 'en-US', '“e” is not part of an amount.'],
  ['12 EUR', 'USD', 'en-US', '“EUR” does not stand for USD. Choose the currency beside the amount.'],
  ['€12', 'USD', 'en-US', '“€” does not stand for USD. Choose the currency beside the amount.'],
  [
    '1,5',
    'USD',
    'en-US',
    '“1,5” has two possible meanings. Use “.” before the decimals, and no other separator.',
  ],
  [
    '12.50',
    'EUR',
    'de-DE',
    '“12.50” has two possible meanings. Use “,” before the decimals, and no other separator.',
  ],
  [
    '1,234',
    'KWD',
    'en-US',
    '“1,234” has two possible meanings. Use “.” before the decimals, and no other separator.',
  ],
  [
    '0,123',
    'USD',
    'en-US',
    '“0,123” has two possible meanings. Use “.” before the decimals, and no other separator.',
  ],
  ['1.005', 'USD', 'en-US', 'Amounts in USD have at most 2 decimals, and this one has 3.'],
  ['0.5', 'JPY', 'en-US', 'Amounts in JPY have no decimals.'],
  ['5.', 'USD', 'en-US', 'The decimals are missing.'],
  ['1,2,3', 'USD', 'en-US', 'The separators are in the wrong places.'],
  ['12,34.50', 'USD', 'en-US', 'The separators are in the wrong places.'],
  ['1 2345', 'USD', 'en-US', 'The separators are in the wrong places.'],
  ['99999999999999999', 'USD', 'en-US', 'This amount is too large.'],
])('"%s" as %s in %s is refused with the reason', (text, currency, locale, issue) => {
  expect(readMoney(text, currency, locale)).toEqual({ amountMinor: null, issue });
});
