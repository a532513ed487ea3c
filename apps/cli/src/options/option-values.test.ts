import { expect, test } from 'vitest';
import {
  parseCurrencies,
  parseInteger,
  parseNumber,
  parsePastInstant,
  parseServerUrl,
} from './option-values.ts';

const upToMillion = parseInteger({ min: 0, max: 1_000_000 });

test.each([
  ['0', 0],
  ['1000', 1000],
  ['1_000_000', 1_000_000],
  ['1e6', 1_000_000],
])('%s is an integer', (text, value) => {
  expect(upToMillion(text)).toBe(value);
});

test.each(['', ' ', '-1', '1.5', '20k', '1,000', 'NaN', '0x10', '1000001'])(
  '"%s" is not an integer in the range',
  (text) => {
    expect(() => upToMillion(text)).toThrow('whole number from 0 to 1000000');
  },
);

test('a number may have decimals', () => {
  const parseRate = parseNumber({ min: 0.1, max: 100 });
  expect([parseRate('0.5'), parseRate('.5'), parseRate('100')]).toEqual([0.5, 0.5, 100]);
  expect(() => parseRate('0')).toThrow('from 0.1 to 100');
});

test('currencies are a case-insensitive list without duplicates', () => {
  expect(parseCurrencies('usd, EUR,USD')).toEqual(['USD', 'EUR']);
  for (const text of ['', 'USD,', 'XXY', 'EURO']) expect(() => parseCurrencies(text)).toThrow('ISO 4217');
});

test('an instant without a zone is in UTC', () => {
  expect(parsePastInstant('2026-03-01').toISOString()).toBe('2026-03-01T00:00:00.000Z');
  expect(parsePastInstant('2026-03-01T14:00').toISOString()).toBe('2026-03-01T14:00:00.000Z');
  expect(parsePastInstant('2026-03-01T14:00:00+02:00').toISOString()).toBe('2026-03-01T12:00:00.000Z');
  for (const text of ['', 'yesterday', '2026-13-01', '2026', '1899-01-01', '9999-01-01']) {
    expect(() => parsePastInstant(text)).toThrow();
  }
});

test('the address of a server is an http or https URL', () => {
  expect(parseServerUrl('https://pay.example/')).toBe('https://pay.example');
  for (const text of ['localhost:3000', 'ftp://host', '']) expect(() => parseServerUrl(text)).toThrow('http');
});
