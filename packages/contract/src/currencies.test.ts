import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { currenciesFile, generatedCurrencies } from '../scripts/generated-currencies.ts';
import {
  currencies,
  currencyNames,
  historicCurrencies,
  historicUntil,
  nonPaymentCodes,
  numericCodes,
} from './currencies.ts';
import { isKnownCurrency } from './money.ts';

test('the table matches its sources', () => {
  expect(readFileSync(currenciesFile, 'utf8')).toBe(generatedCurrencies());
});

test('no code is in two lists, and numeric codes are unique', () => {
  const codes = [currencies, historicCurrencies, nonPaymentCodes].flatMap((list) => Object.keys(list));
  expect(new Set(codes).size).toBe(codes.length);
  expect(new Set(Object.values(numericCodes)).size).toBe(Object.keys(currencies).length);
});

test('every currency that this version of Node can name is known', () => {
  expect(Intl.supportedValuesOf('currency').filter((code) => !isKnownCurrency(code))).toEqual([]);
});

test.each([
  ['USD', 2],
  ['JPY', 0],
  ['HUF', 2],
  ['RSD', 2],
  ['IDR', 2],
  ['COP', 2],
  ['PKR', 2],
  ['KWD', 3],
  ['IQD', 3],
  ['MGA', 2],
  ['XCG', 2],
  ['ZWG', 2],
] as const)('%s has %d decimals in ISO 4217', (code, exponent) => {
  expect(currencies[code]).toBe(exponent);
});

test('withdrawn currencies are historic, with their last day', () => {
  expect(historicCurrencies).toMatchObject({ HRK: 2, ANG: 2, BGN: 2, SLL: 2, ITL: 0 });
  expect(historicUntil).toMatchObject({ HRK: '2023-01-14', ANG: '2025-06-30', BGN: '2026-01-31' });
});

test('the table has numeric codes and names', () => {
  expect([numericCodes.USD, currencyNames.USD]).toEqual(['840', 'US Dollar']);
  expect([numericCodes.ALL, currencyNames.XCG]).toEqual(['008', 'Caribbean guilder']);
});

test('funds, metals and codes for testing are not currencies of payments', () => {
  const codes = ['XAU', 'XXX', 'XTS', 'XDR', 'BOV', 'CHE', 'CHW', 'CLF', 'COU', 'MXV', 'USN', 'UYI', 'UYW'];
  expect(Object.keys(nonPaymentCodes)).toEqual(expect.arrayContaining(codes));
});
