import { Temporal } from 'temporal-polyfill';
import { BoundedMap } from '../bounded-map.ts';

/** A calendar date, `YYYY-MM-DD`. */
export type CalendarDate = string;
export type Interval = 'day' | 'week' | 'month';

/** Whether this is the name of a time zone in the IANA database of this runtime. */
export function isTimeZone(name: string): boolean {
  try {
    // Throws RangeError for an unknown zone (ECMA-402). It accepts offsets such as +02:00, which are not IANA names.
    new Intl.DateTimeFormat('en', { timeZone: name });
    return !/^[+-]/.test(name);
  } catch {
    return false;
  }
}

/** The local date of an instant in `timeZone`. */
export function localDate(instant: Date, timeZone: string): CalendarDate {
  return Temporal.Instant.fromEpochMilliseconds(instant.getTime())
    .toZonedDateTimeISO(timeZone)
    .toPlainDate()
    .toString();
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

export function addDays(date: CalendarDate, days: number): CalendarDate {
  return Temporal.PlainDate.from(date).add({ days }).toString();
}

/** The number of days from `from` to `to`. */
export function daysBetween(from: CalendarDate, to: CalendarDate): number {
  return Temporal.PlainDate.from(from).until(Temporal.PlainDate.from(to), { largestUnit: 'day' }).days;
}

/** The first date of the day, ISO 8601 week (Monday) or month that contains `date`. */
export function startOfInterval(date: CalendarDate, interval: Interval): CalendarDate {
  const plain = Temporal.PlainDate.from(date);
  if (interval === 'day') return date;
  if (interval === 'week') return plain.subtract({ days: plain.dayOfWeek - 1 }).toString();
  return plain.with({ day: 1 }).toString();
}

/** The first date of the interval `count` intervals later. `date` must be the first date of an interval. */
export function addIntervals(date: CalendarDate, interval: Interval, count: number): CalendarDate {
  const unit = { day: 'days', week: 'weeks', month: 'months' } as const;
  return Temporal.PlainDate.from(date)
    .add({ [unit[interval]]: count })
    .toString();
}
