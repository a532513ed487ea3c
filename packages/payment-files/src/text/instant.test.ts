import { describe, expect, test } from 'vitest';
import { compileDateFormat } from './instant.ts';

const read = (format: string, text: string, zone = 'UTC') => compileDateFormat(format)?.(text, zone);
const at = (instant: string) => ({ instant });

describe('clocks that change', () => {
  test.each([
    ['Europe/Berlin', '2026-03-29 02:30'],
    ['America/New_York', '2026-03-08 02:00'],
  ])('a time that clocks in %s skip is refused', (zone, text) => {
    expect(read('YYYY-MM-DD HH:mm', text, zone)).toEqual({
      issue: `must be a time that clocks in ${zone} show: they go forward and skip this one`,
    });
  });

  test.each([
    ['Europe/Berlin', '2026-03-29 01:59', '2026-03-29T00:59:00.000Z'],
    ['Europe/Berlin', '2026-03-29 03:00', '2026-03-29T01:00:00.000Z'],
    ['Europe/Berlin', '2026-10-25 02:30', '2026-10-25T00:30:00.000Z'],
    ['America/New_York', '2026-11-01 01:30', '2026-11-01T05:30:00.000Z'],
    ['Pacific/Kiritimati', '2026-01-01 00:00', '2025-12-31T10:00:00.000Z'],
    ['Australia/Lord_Howe', '2026-04-05 01:45', '2026-04-04T14:45:00.000Z'],
  ])('a time in %s is its first instant: %s', (zone, text, instant) => {
    expect(read('YYYY-MM-DD HH:mm', text, zone)).toEqual(at(instant));
  });

  test('a day begins at its first instant, also if clocks skip its midnight', () => {
    expect(read('YYYY-MM-DD', '2026-04-24', 'Africa/Cairo')).toEqual(at('2026-04-23T22:00:00.000Z'));
  });
});

test.each(['0099-01-31', '2026-02-29', '2026-13-01', '2026-00-10', '2026-04-31'])(
  '%s is not a date',
  (text) => {
    expect(read('YYYY-MM-DD', text)).toBeNull();
  },
);

test.each([
  ['2026-01-31T10:00:00Z', '2026-01-31T10:00:00.000Z'],
  ['2026-01-31T10:00:00+02:00', '2026-01-31T08:00:00.000Z'],
  ['2026-01-31T10:00:00-0530', '2026-01-31T15:30:00.000Z'],
])('an offset in the text counts, not the zone of the file: %s', (text, instant) => {
  expect(read('YYYY-MM-DDTHH:mm:ssZ', text, 'Europe/Berlin')).toEqual(at(instant));
});

test('an offset that no zone has is not a date', () => {
  expect(read('YYYY-MM-DDTHH:mm:ssZ', '2026-01-31T10:00:00+99:00')).toBeNull();
});
