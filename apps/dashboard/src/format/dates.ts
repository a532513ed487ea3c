/** A calendar date such as `2026-01-31`, without a time or a time zone. */
export type CalendarDate = string;

export const browserTimeZone: string = Intl.DateTimeFormat().resolvedOptions().timeZone;

const dateTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const short = new Intl.DateTimeFormat(undefined, {
  month: 'short',
  day: 'numeric',
  hour: 'numeric',
  minute: '2-digit',
});
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'long' });
const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });

// These format an instant in the browser's time zone.
export const formatDateTime = (instant: Date): string => dateTime.format(instant);
export const formatDateShort = (instant: Date): string => short.format(instant);
export const formatExact = (instant: Date): string => exact.format(instant);
export const formatClock = (instant: Date): string => clock.format(instant);

// A calendar date is parsed as midnight UTC and formatted in UTC, so no time zone can shift it.
const day = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric', timeZone: 'UTC' });
const dayWithYear = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeZone: 'UTC' });
const weekday = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeZone: 'UTC' });
const month = new Intl.DateTimeFormat(undefined, { month: 'short', year: 'numeric', timeZone: 'UTC' });

export const formatDay = (date: CalendarDate): string => day.format(new Date(date));
export const formatDayWithYear = (date: CalendarDate): string => dayWithYear.format(new Date(date));
export const formatWeekday = (date: CalendarDate): string => weekday.format(new Date(date));
export const formatMonth = (date: CalendarDate): string => month.format(new Date(date));

/** The calendar date of an instant in a time zone. */
export function dateIn(timeZone: string, instant: Date): CalendarDate {
  const parts = new Intl.DateTimeFormat('en', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  }).formatToParts(instant);
  const part = (type: string) => parts.find((candidate) => candidate.type === type)?.value ?? '';
  return `${part('year')}-${part('month')}-${part('day')}`;
}

export function addDays(date: CalendarDate, days: number): CalendarDate {
  const moved = new Date(date);
  moved.setUTCDate(moved.getUTCDate() + days);
  return moved.toISOString().slice(0, 10);
}

/** The first instant of a date in the browser's time zone. */
export const startOfLocalDate = (date: CalendarDate): Date => new Date(`${date}T00:00:00`);

/** False for February 31 too, which `Date` accepts as a day in March. */
export const isCalendarDate = (text: string | null): text is CalendarDate =>
  text !== null &&
  /^\d{4}-\d{2}-\d{2}$/.test(text) &&
  !Number.isNaN(Date.parse(text)) &&
  new Date(text).toISOString().startsWith(text);
