import { expect, test } from 'vitest';
import { csvColumns } from './csv-columns.ts';

const usd = { default: 'USD', inUse: ['USD'] };
const many = { default: 'USD', inUse: ['USD', 'JPY'] };

test.each([
  ['one currency, the default', usd, undefined],
  ['no payments', { default: 'USD', inUse: [] }, undefined],
  ['a filter by the default', many, 'usd'],
])('%s: no column for the currency', (_what, currencies, currency) => {
  expect(csvColumns(currencies, { currency })).toEqual({ columns: [], onlyCurrency: 'USD' });
  expect(csvColumns(currencies, { currency }, ['failureCode'])).toEqual({
    columns: ['failureCode'],
    onlyCurrency: 'USD',
  });
  expect(csvColumns(currencies, { currency }, ['failureCode', 'currency'])).toEqual({
    columns: ['currency', 'failureCode'],
  });
});

test.each([
  ['several currencies', many, undefined],
  ['one currency, another than the default', { default: 'USD', inUse: ['EUR'] }, undefined],
  ['a filter by another than the default', usd, 'eur'],
])('%s: a column for the currency, whatever else is chosen', (_what, currencies, currency) => {
  expect(csvColumns(currencies, { currency })).toEqual({ columns: ['currency'] });
  expect(csvColumns(currencies, { currency }, ['failureCode'])).toEqual({
    columns: ['currency', 'failureCode'],
  });
});
