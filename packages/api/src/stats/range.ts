import type { Database } from '@paydeck/db/connection';
import type { PaymentFilter } from '@paydeck/db/filter';
import type { Period } from '@paydeck/db/rollups';
import { AppError, invalidInput } from '../errors.ts';
import type { DatabaseClock } from '../live/database-clock.ts';
import type { ApiSettings } from '../settings.ts';
import {
  addDays,
  addIntervals,
  type CalendarDate,
  type Division,
  daysBetween,
  daysEarlier,
  localDate,
  minuteOf,
  type Previous,
  startOfDate,
  startOfInterval,
} from './calendar.ts';
import type { StatsAnswers } from './stats-answers.ts';

/** The services that stats need. */
export type StatsSource = {
  db: Database;
  clock: DatabaseClock;
  settings: ApiSettings;
  statsAnswers: StatsAnswers;
};

/** The payments that a stats call covers. `range` holds the bounds in time, `filter` everything else. */
export type StatsScope = {
  timeZone: string;
  currency: string;
  range: Period;
  /** The period that the range is compared with. */
  before: Period;
  filter: PaymentFilter;
};

export type StatsInput = {
  timeZone: string;
  currency?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  previous: Previous;
  filter: PaymentFilter;
};

/** The part of a range that a chart shows as one point. `date` is the first date of its day, week or month. */
export type Bucket = Period & { date: CalendarDate };

const maxBuckets = 1_100;
/** Leaves room for the period before the longest range, which must not begin before the year 1. */
const earliest = new Date('0100-01-01T00:00:00Z');
const latest = new Date('9999-12-31T23:59:59.999Z');
const defaultLength = { day: 30, week: 12, month: 12 } as const;

/**
 * The scope of a stats call, with defaults filled in. Without `from` and `to` the range is the last 30 days, 12 weeks or
 * 12 months in `timeZone`, including the current one. A date stands for its first instant in `timeZone`. A range in the
 * filter narrows the range. Reason: `invalid_input`.
 */
export function statsScope(
  input: StatsInput,
  { now, defaultCurrency, ...division }: { now: Date; defaultCurrency: string } & Division,
): StatsScope {
  const { timeZone, filter } = input;
  const { interval } = division;
  if (input.currency !== undefined && filter.currency !== undefined && input.currency !== filter.currency) {
    throw invalidInput([
      { path: 'currency', message: 'must be the same as filter.currency; leave one of them out' },
    ]);
  }
  const instantOf = (bound: string) =>
    /^\d{4}-\d{2}-\d{2}$/.test(bound) ? startOfDate(bound, timeZone) : new Date(bound);
  const current = startOfInterval(localDate(now, timeZone), division);
  const to =
    input.to === undefined ? startOfDate(addIntervals(current, interval, 1), timeZone) : instantOf(input.to);
  const defaultFrom = () => {
    const last = startOfInterval(localDate(new Date(to.getTime() - 1), timeZone), division);
    return startOfDate(addIntervals(last, interval, 1 - defaultLength[interval]), timeZone);
  };
  const from = input.from === undefined ? (filter.from ?? defaultFrom()) : instantOf(input.from);
  const range = { from: later(from, filter.from), to: earlier(to, filter.to) };
  if (range.from >= range.to) {
    throw invalidInput([{ path: 'to', message: 'must be after the start of the range' }]);
  }
  if (range.from < earliest)
    throw invalidInput([{ path: 'from', message: 'must not be before the year 100' }]);
  if (range.to > latest) throw invalidInput([{ path: 'to', message: 'must not be after the year 9999' }]);
  const { from: _from, to: _to, ...timeless } = filter;
  const currency = input.currency ?? filter.currency ?? defaultCurrency;
  const before =
    input.previous === 'soFar' ? periodBeforeSoFar(range, timeZone, now) : periodBefore(range, timeZone);
  return { timeZone, currency, range, before, filter: { ...timeless, currency } };
}

/**
 * The days, weeks or months of a range, without gaps. The first and the last one are cut to the range.
 * Reason: `invalid_input` for a range of more than `maxBuckets`.
 */
export function bucketsOf({ from, to }: Period, division: Division, timeZone: string): Bucket[] {
  const { interval } = division;
  const buckets: Bucket[] = [];
  let date = startOfInterval(localDate(from, timeZone), division);
  for (;;) {
    const next = addIntervals(date, interval, 1);
    const [start, end] = [startOfDate(date, timeZone), startOfDate(next, timeZone)];
    if (start >= to) return buckets;
    if (buckets.length === maxBuckets) {
      throw new AppError(
        'invalid_input',
        `The range must have at most ${maxBuckets} ${interval}s. Choose a shorter range or a longer interval.`,
      );
    }
    buckets.push({ date, from: later(start, from), to: earlier(end, to) });
    date = next;
  }
}

/** The period of the same length before a range: counted in calendar days for whole days, else in milliseconds. */
function periodBefore(range: Period, timeZone: string): Period {
  const { from, to } = range;
  const days = wholeDaysOf(range, timeZone);
  if (days === null) return { from: new Date(2 * from.getTime() - to.getTime()), to: from };
  return { from: startOfDate(addDays(localDate(from, timeZone), -days), timeZone), to: from };
}

/**
 * The period before `range`, cut off at the position that `now` has in the range, to the minute. For whole days, that is
 * the same time of day. It is not cut off if the range has ended or has not begun.
 */
function periodBeforeSoFar(range: Period, timeZone: string, now: Date): Period {
  const before = periodBefore(range, timeZone);
  const minute = minuteOf(now);
  if (minute < range.from || minute >= range.to) return before;
  const days = wholeDaysOf(range, timeZone);
  const to =
    days === null
      ? new Date(minute.getTime() - (range.to.getTime() - range.from.getTime()))
      : daysEarlier(minute, days, timeZone);
  return { from: before.from, to: earlier(later(to, before.from), before.to) };
}

/** The number of calendar days of a range; null if it does not begin and end with a day. */
function wholeDaysOf({ from, to }: Period, timeZone: string): number | null {
  const [first, end] = [localDate(from, timeZone), localDate(to, timeZone)];
  const isWholeDays =
    startOfDate(first, timeZone).getTime() === from.getTime() &&
    startOfDate(end, timeZone).getTime() === to.getTime();
  return isWholeDays ? daysBetween(first, end) : null;
}

/**
 * `count` calendar days, the last of which is `daysAgo` days before today. With `previous: 'soFar'` the last day ends at
 * the current time of day, to the minute.
 */
export function recentDays(
  now: Date,
  timeZone: string,
  { count, daysAgo = 0, previous = 'whole' }: { count: number; daysAgo?: number; previous?: Previous },
): Period {
  const end = addDays(localDate(now, timeZone), 1 - daysAgo);
  const [from, to] = [startOfDate(addDays(end, -count), timeZone), startOfDate(end, timeZone)];
  if (previous === 'whole') return { from, to };
  return { from, to: earlier(later(daysEarlier(minuteOf(now), daysAgo, timeZone), from), to) };
}

const later = (a: Date, b: Date | undefined) => (b !== undefined && b > a ? b : a);
const earlier = (a: Date, b: Date | undefined) => (b !== undefined && b < a ? b : a);
