import { parseAmount } from '@paydeck/contract/money';
import { expect, test } from 'vitest';
import { amountProblem } from './amount-problem.ts';

test.each([
  ['1,234.50', 'USD', 'must not have thousands separators. Write 1234.50.'],
  ['12,50', 'USD', 'must not have a comma'],
  ['1,234', 'USD', 'must not have a comma'],
  ['1.234,50', 'EUR', 'must not have a comma'],
  ['-5', 'USD', 'must not be negative'],
  ['12.345', 'USD', 'at most 2 decimals, as USD has'],
  ['12.5', 'JPY', 'must not have decimals, because JPY has none'],
  ['1.2345', 'KWD', 'at most 3 decimals'],
  ['99999999999999999', 'USD', 'too large'],
  ['$12.50', 'USD', 'must be an amount of USD in digits, such as 12.34'],
  ['1e3', 'JPY', 'must be an amount of JPY in digits, such as 1234'],
  ['', 'USD', 'in digits'],
])('“%s” %s: %s', (text, currency, problem) => {
  expect(parseAmount(text, currency)).toBeNull();
  expect(amountProblem(text, currency)).toContain(problem);
});
