import { Temporal } from 'temporal-polyfill';
import { BoundedMap } from '../bounded-map.ts';

/** A calendar date, `YYYY-MM-DD`. */
export type CalendarDate = string;
export type Interval = 'day' | 'week' | 'month';
type WeekStart = 'monday' | 'saturday' | 'sunday';
/** How a range is divided. `weekStartsOn` only matters for weeks. */
export type Division = { interval: Interval; weekStartsOn: WeekStart };

/** `soFar`: earlier periods end at the current time of day, if the periods they are compared with have not ended. */
export type Previous = 'whole' | 'soFar';

const knownZones = new BoundedMap<string, true>(1_000);

/** Whether this is the name of a time zone in the IANA database of this runtime. */
export function isTimeZone(name: string): boolean {
  if (knownZones.has(name)) return true;
  try {
    // Throws RangeError for an unknown zone (ECMA-402). It accepts offsets such as +02:00, which are not IANA names.
    new Intl.DateTimeFormat('en', { timeZone: name });
  } catch {
    return false;
  }
  if (/^[+-]/.test(name)) return false;
  knownZones.set(name, true);
  return true;
}

const minuteMs = 60_000;

/** The beginning of the minute of an instant. */
export const minuteOf = (instant: Date): Date =>
  new Date(Math.floor(instant.getTime() / minuteMs) * minuteMs);

/**
 * The same time of day in `timeZone`, some days earlier. If a clock change skips that time, it is the time that the clock
 * shows instead. If the time occurs twice, it is the first one.
 */
export function daysEarlier(instant: Date, days: number, timeZone: string): Date {
  const local = Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(timeZone);
  return new Date(local.subtract({ days }).epochMilliseconds);
}

const starts = new BoundedMap<string, Date>(10_000);

/**
 * The first instant of a date in `timeZone`: midnight, or the first time after it where a clock change skips midnight.
 * For a date that a zone skipped (Samoa, 2011-12-30), the start of the next date.
 */
export function startOfDate(date: CalendarDate, timeZone: string): Date {
  const key = `${timeZone} ${date}`;
  const known = starts.get(key);
  if (known !== undefined) return known;
  const start = new Date(Temporal.PlainDate.from(date).toZonedDateTime({ timeZone }).epochMilliseconds);
  starts.set(key, start);
  return start;
}

/** The local date of an instant in `timeZone`. It is at most one day before or after the UTC date. */
export function localDate(instant: Date, timeZone: string): CalendarDate {
  const date = dateOf(instant.getTime());
  if (instant < startOfDate(date, timeZone)) return addDays(date, -1);
  const next = addDays(date, 1);
  return instant < startOfDate(next, timeZone) ? date : next;
}

// Dates without a zone are computed as those of UTC, all of whose days have 24 hours. Temporal takes ten times as long.
const dayMs = 24 * 60 * 60_000;
const dateOf = (utc: number): CalendarDate => new Date(utc).toISOString().slice(0, -'T00:00:00.000Z'.length);

export function addDays(date: CalendarDate, days: number): CalendarDate {
  return dateOf(Date.parse(date) + days * dayMs);
}

/** The number of days from `from` to `to`. */
export function daysBetween(from: CalendarDate, to: CalendarDate): number {
  return (Date.parse(to) - Date.parse(from)) / dayMs;
}

/** As `Date.getUTCDay` counts them. */
const weekdays: Record<WeekStart, number> = { sunday: 0, monday: 1, saturday: 6 };

/** The first date of the day, week or month that contains `date`. Weeks of ISO 8601 start on Monday. */
export function startOfInterval(date: CalendarDate, { interval, weekStartsOn }: Division): CalendarDate {
  if (interval === 'day') return date;
  if (interval === 'month') return `${date.slice(0, -2)}01`;
  const daysSinceStart = (new Date(date).getUTCDay() - weekdays[weekStartsOn] + 7) % 7;
  return addDays(date, -daysSinceStart);
}

/** The first date of the interval `count` intervals later. `date` must be the first date of an interval. */
export function addIntervals(date: CalendarDate, interval: Interval, count: number): CalendarDate {
  if (interval === 'day') return addDays(date, count);
  if (interval === 'week') return addDays(date, 7 * count);
  return Temporal.PlainDate.from(date).add({ months: count }).toString();
}
