import { isCalendarDate as isDayOfCalendar } from '@paydeck/contract/calendar-date';
import { isolate } from './bidi.ts';
import { getTimeZone } from './time-zone.ts';

/** A calendar date such as `2026-01-31`, without a time or a time zone. */
export type CalendarDate = string;

const minuteMs = 60_000;

/** Formats instants in the page's time zone. Keeps one formatter for each zone, since making one takes long. */
function instantFormat(options: Intl.DateTimeFormatOptions): (instant: Date) => string {
  const formats = new Map<string, Intl.DateTimeFormat>();
  return (instant) => {
    const timeZone = getTimeZone();
    const format = formats.get(timeZone) ?? new Intl.DateTimeFormat(undefined, { ...options, timeZone });
    formats.set(timeZone, format);
    return isolate(format.format(instant));
  };
}

const time = { hour: 'numeric', minute: '2-digit' } as const;

export const formatDateTime = instantFormat({ dateStyle: 'medium', timeStyle: 'short' });
const formatDateShort = instantFormat({ month: 'short', day: 'numeric', ...time });
export const formatExact = instantFormat({ dateStyle: 'full', timeStyle: 'long' });
/** `Nov 26, 2026, 9:41:07 AM UTC`: exact, and short enough for one line of a panel. */
export const formatFull = instantFormat({ dateStyle: 'medium', timeStyle: 'long' });
export const formatClock = instantFormat({ timeStyle: 'medium' });
export const formatTime = instantFormat(time);

const ago = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto', style: 'short' });
const hourMs = 3_600_000;
/** The clock of another computer may be ahead of this one by up to this. */
const clockSkewMs = 60_000;

/**
 * For lists: the age in the last hour, only the time today, and no year this year. `formatExact` has the rest.
 */
export function formatRecent(instant: Date, now = new Date()): string {
  const ageMs = now.getTime() - instant.getTime();
  if (ageMs > -clockSkewMs && ageMs < hourMs) {
    const minutes = Math.max(0, Math.floor(ageMs / minuteMs));
    return isolate(minutes === 0 ? ago.format(0, 'second') : ago.format(-minutes, 'minute'));
  }
  const zone = getTimeZone();
  const [date, today] = [dateIn(zone, instant), dateIn(zone, now)];
  if (date === today) return formatTime(instant);
  return date.slice(0, 4) === today.slice(0, 4) ? formatDateShort(instant) : formatDateTime(instant);
}

/** A calendar date is parsed as midnight UTC and formatted in UTC, so no time zone can shift it. */
function dateFormat(options: Intl.DateTimeFormatOptions): (date: CalendarDate) => string {
  const format = new Intl.DateTimeFormat(undefined, { ...options, timeZone: 'UTC' });
  return (date) => isolate(format.format(new Date(date)));
}

export const formatDay = dateFormat({ month: 'short', day: 'numeric' });
export const formatDayWithYear = dateFormat({ dateStyle: 'medium' });
export const formatWeekday = dateFormat({ dateStyle: 'full' });
export const formatMonth = dateFormat({ month: 'short', year: 'numeric' });

const calendars = new Map<string, Intl.DateTimeFormat>();

/** The calendar date of an instant in a time zone. */
export function dateIn(timeZone: string, instant: Date): CalendarDate {
  const calendar =
    calendars.get(timeZone) ??
    new Intl.DateTimeFormat('en', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
  calendars.set(timeZone, calendar);
  const parts = calendar.formatToParts(instant);
  const part = (type: string) => parts.find((candidate) => candidate.type === type)?.value ?? '';
  return `${part('year')}-${part('month')}-${part('day')}`;
}

export function addDays(date: CalendarDate, days: number): CalendarDate {
  const moved = new Date(date);
  moved.setUTCDate(moved.getUTCDate() + days);
  return moved.toISOString().slice(0, 10);
}

/** No zone is further than this from UTC. */
const furthestMinutes = 26 * 60;

/**
 * The first instant of a date in the page's time zone, to the minute. If the clocks are put forward at midnight, the day
 * begins later than 0:00.
 */
export function startOfLocalDate(date: CalendarDate, timeZone = getTimeZone()): Date {
  const midnight = Date.parse(date);
  let [before, from] = [-furthestMinutes, furthestMinutes];
  while (from - before > 1) {
    const middle = Math.floor((before + from) / 2);
    if (dateIn(timeZone, new Date(midnight + middle * minuteMs)) < date) before = middle;
    else from = middle;
  }
  return new Date(midnight + from * minuteMs);
}

/** Whether the text is a day that the calendar has. */
export const isCalendarDate = (text: string | null): text is CalendarDate =>
  text !== null && isDayOfCalendar(text);
