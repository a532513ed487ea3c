import { expect, test } from 'vitest';
import { isolate } from './bidi.ts';
import { addDays, dateIn, formatRecent, startOfLocalDate } from './dates.ts';
import { isTimeZone, keepTimeZone, timeZoneName, timeZoneOf, timeZones } from './time-zone.ts';

test.each([
  ['Asia/Tokyo', '2026-03-01', '2026-02-28T15:00:00.000Z'],
  ['America/New_York', '2026-03-08', '2026-03-08T05:00:00.000Z'],
  ['America/New_York', '2026-03-09', '2026-03-09T04:00:00.000Z'],
  ['Pacific/Kiritimati', '2026-01-01', '2025-12-31T10:00:00.000Z'],
  ['Asia/Kathmandu', '2026-01-01', '2025-12-31T18:15:00.000Z'],
  // The clocks go from 24:00 to 1:00, so the day has no midnight.
  ['Africa/Cairo', '2026-04-24', '2026-04-23T22:00:00.000Z'],
  // The clocks go back from 24:00 to 23:00, so the day before has an hour twice.
  ['Africa/Cairo', '2026-10-30', '2026-10-29T22:00:00.000Z'],
  // Samoa left this day out.
  ['Pacific/Apia', '2011-12-30', '2011-12-30T10:00:00.000Z'],
])('in %s, %s begins at %s', (zone, date, instant) => {
  expect(startOfLocalDate(date, zone).toISOString()).toBe(instant);
});

test('in every zone, the first instant of a date is on it, and the minute before is not', () => {
  for (const zone of timeZones) {
    const start = startOfLocalDate('2026-07-01', zone);
    expect([zone, dateIn(zone, start)]).toEqual([zone, '2026-07-01']);
    expect(dateIn(zone, new Date(start.getTime() - 60_000))).toBe(addDays('2026-07-01', -1));
  }
});

test('a zone that is not known is UTC in an address, and views without a zone keep the last one', () => {
  for (const name of ['', 'Etc/Unknown', 'Mars/Olympus']) {
    expect(isTimeZone(name)).toBe(false);
    expect(timeZoneOf(new URLSearchParams({ timeZone: name }))).toBe('UTC');
  }
  expect(timeZoneOf(new URLSearchParams({ timeZone: 'Asia/Tokyo' }))).toBe('Asia/Tokyo');
  keepTimeZone('Asia/Tokyo');
  expect(timeZoneOf(new URLSearchParams())).toBe('Asia/Tokyo');
  expect(timeZoneName('Europe/Kiev')).toBe('Europe/Kyiv');
});

test('a list repeats neither the year nor the day of today, in the zone of the page', () => {
  keepTimeZone('Asia/Tokyo');
  const now = new Date('2026-11-26T03:00:00Z');
  const shown = (instant: string) => formatRecent(new Date(instant), now);
  // It is November 26 in Tokyo.
  expect(shown('2026-11-25T15:00:00Z')).not.toMatch(/26|Nov/);
  expect(shown('2026-11-25T14:59:00Z')).toMatch(/25/);
  expect(shown('2026-11-25T14:59:00Z')).not.toMatch(/2026/);
  expect(shown('2025-11-25T14:59:00Z')).toMatch(/2025/);
});

test('a list shows how old a time of the last hour is, and takes a clock that is a little ahead for now', () => {
  keepTimeZone('UTC');
  const now = new Date('2026-11-26T12:00:00Z');
  const shown = (instant: string) => formatRecent(new Date(instant), now);
  expect(shown('2026-11-26T11:59:01Z')).toBe(shown('2026-11-26T12:00:00Z'));
  expect(shown('2026-11-26T12:00:30Z')).toBe(shown('2026-11-26T12:00:00Z'));
  expect(shown('2026-11-26T12:00:00Z')).not.toMatch(/\d/);
  expect(shown('2026-11-26T11:58:59Z')).toMatch(/^1 /);
  expect(shown('2026-11-26T11:00:01Z')).toMatch(/^59 /);
  expect(shown('2026-11-26T11:00:00Z')).toMatch(/11:00/);
  expect(shown('2026-11-26T12:05:00Z')).toMatch(/12:05/);
});

test('texts from right to left are isolated, and no others', () => {
  expect(isolate('٥٠')).toBe('\u2068٥٠\u2069');
  expect(isolate('$50.00')).toBe('$50.00');
});
