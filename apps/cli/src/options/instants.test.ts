import { expect, test } from 'vitest';
import { parseExpiry, parseInstant } from './instants.ts';

const now = new Date('2026-03-31T12:00:00Z');

test.each([
  ['30m', '2026-03-31T11:30:00.000Z'],
  ['24h', '2026-03-30T12:00:00.000Z'],
  ['7d', '2026-03-24T12:00:00.000Z'],
  ['2w', '2026-03-17T12:00:00.000Z'],
  ['0d', '2026-03-31T12:00:00.000Z'],
])('%s ago is an instant', (text, instant) => {
  expect(parseInstant(text, now)).toBe(instant);
});

test.each([
  '2026-01-31',
  '2024-02-29',
  '2026-01-31T09:30:00Z',
  '2026-01-31T09:30+02:00',
  '2026-01-31T09:30:00.123Z',
])('%s stays as it is written', (text) => {
  expect(parseInstant(text, now)).toBe(text);
});

test.each([
  '',
  'yesterday',
  '7',
  '7days',
  '7D',
  '-7d',
  '1.5d',
  '31.01.2026',
  '2026-02-30',
  '2025-02-29',
  '2026-13-01',
  '2026-1-31',
  '2026-01-31T25:00Z',
  '2026-01-31 09:30',
])('"%s" is refused, with examples of what is valid', (text) => {
  expect(() => parseInstant(text, now)).toThrow(
    'a date such as 2026-01-31, an instant such as 2026-01-31T09:30:00Z, or an age such as 7d',
  );
});

test('a time without a zone is refused, because it could be any', () => {
  expect(() => parseInstant('2026-01-31T09:30', now)).toThrow('Write 2026-01-31T09:30Z for UTC');
});

test('an expiry counts from now on', () => {
  expect(parseExpiry('90d', now)).toBe('2026-06-29T12:00:00.000Z');
  expect(parseExpiry('2027-01-01', now)).toBe('2027-01-01');
  expect(() => parseExpiry('soon', now)).toThrow('a time from now such as 90d');
});
