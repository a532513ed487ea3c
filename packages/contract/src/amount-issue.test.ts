import { expect, test } from 'vitest';
import { amountIssue } from './amount-issue.ts';

test.each([
  ['12.34', 'USD', null],
  ['1250', 'JPY', null],
  ['12.345', 'USD', 'USD has 2 decimals'],
  ['21930.275', 'HUF', 'HUF has 2 decimals'],
  ['1250.50', 'JPY', 'JPY has no decimals'],
  ['1.2345', 'KWD', 'KWD has 3 decimals'],
  [
    '1,234.50',
    'USD',
    'it must have no comma: write a point before the decimals, and no thousands separators',
  ],
  ['12,5', 'USD', 'it must have no comma: write a point before the decimals, and no thousands separators'],
  ['1 234', 'USD', 'it must have no thousands separators'],
  ['1’234', 'CHF', 'it must have no thousands separators'],
  ['-5', 'USD', 'it must not be negative'],
  ['−5', 'USD', 'it must not be negative'],
  ['5-', 'USD', 'it must not be negative'],
  ['(5.00)', 'USD', 'it must not be negative'],
  ['99999999999999999999', 'USD', 'it is too large'],
  ['1e3', 'USD', 'it must have only digits, and a point before the decimals'],
  ['$12.50', 'USD', 'it must have only digits, and a point before the decimals'],
  ['', 'USD', 'it must have only digits, and a point before the decimals'],
])('what is wrong with the amount "%s" of %s', (text, currency, issue) => {
  expect(amountIssue(text, currency)).toBe(issue);
});
