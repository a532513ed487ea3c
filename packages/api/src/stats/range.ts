import type { Database } from '@paydeck/db/connection';
import type { PaymentFilter } from '@paydeck/db/filter';
import type { Period } from '@paydeck/db/rollups';
import { AppError, invalidInput } from '../errors.ts';
import type { ApiSettings } from '../settings.ts';
import {
  addDays,
  addIntervals,
  type CalendarDate,
  daysBetween,
  type Interval,
  localDate,
  startOfDate,
  startOfInterval,
} from './calendar.ts';

/** What stats are computed from. */
export type StatsSource = { db: Database; settings: ApiSettings };

/** What a stats call covers: one currency, one zone, one stretch of time, and a filter without time. */
export type StatsScope = { timeZone: string; currency: string; range: Period; filter: PaymentFilter };

export type StatsInput = {
  timeZone: string;
  currency?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  filter: PaymentFilter;
};

/** A part of a range that a chart shows as one point, named by its first date. */
export type Bucket = Period & { date: CalendarDate };

const maxBuckets = 1_100;
/** So that the period before, of as many months as a range may have, begins in a year of the calendar. */
const earliest = new Date('0100-01-01T00:00:00Z');
const latest = new Date('9999-12-31T23:59:59.999Z');
const defaultLength = { day: 30, week: 12, month: 12 } as const;

/**
 * Fills in what a stats call left open. Without `from` and `to` the range is the last 30 days, 12 weeks or 12
 * months by the calendar of `timeZone`, the current one included. A bare date is its start in that zone. A range in
 * the filter narrows the range. Reason: `invalid_input`.
 */
export function statsScope(
  input: StatsInput,
  { now, interval, defaultCurrency }: { now: Date; interval: Interval; defaultCurrency: string },
): StatsScope {
  const { timeZone, filter } = input;
  if (input.currency !== undefined && filter.currency !== undefined && input.currency !== filter.currency) {
    throw new AppError(
      'invalid_input',
      'currency and filter.currency name different currencies. Give one of them.',
    );
  }
  const instantOf = (bound: string) =>
    /^\d{4}-\d{2}-\d{2}$/.test(bound) ? startOfDate(bound, timeZone) : new Date(bound);
  const current = startOfInterval(localDate(now, timeZone), interval);
  const to =
    input.to === undefined ? startOfDate(addIntervals(current, interval, 1), timeZone) : instantOf(input.to);
  const defaultFrom = () => {
    const last = startOfInterval(localDate(new Date(to.getTime() - 1), timeZone), interval);
    return startOfDate(addIntervals(last, interval, 1 - defaultLength[interval]), timeZone);
  };
  const from = input.from === undefined ? (filter.from ?? defaultFrom()) : instantOf(input.from);
  const range = { from: later(from, filter.from), to: earlier(to, filter.to) };
  if (range.from >= range.to) {
    throw invalidInput([{ path: 'to', message: 'must lie after the start of the range' }]);
  }
  if (range.from < earliest) throw invalidInput([{ path: 'from', message: 'lies before the year 100' }]);
  if (range.to > latest) throw invalidInput([{ path: 'to', message: 'lies after the year 9999' }]);
  const { from: _from, to: _to, ...timeless } = filter;
  const currency = input.currency ?? filter.currency ?? defaultCurrency;
  return { timeZone, currency, range, filter: { ...timeless, currency } };
}

/** The days, weeks or months of a range, without a gap; the first and last may be cut by the range. */
export function bucketsOf({ from, to }: Period, interval: Interval, timeZone: string): Bucket[] {
  const buckets: Bucket[] = [];
  let date = startOfInterval(localDate(from, timeZone), interval);
  for (;;) {
    const next = addIntervals(date, interval, 1);
    const [start, end] = [startOfDate(date, timeZone), startOfDate(next, timeZone)];
    if (start >= to) return buckets;
    if (buckets.length === maxBuckets) {
      throw new AppError(
        'invalid_input',
        `The range has more than ${maxBuckets} ${interval}s. Choose a shorter range or a longer interval.`,
      );
    }
    buckets.push({ date, from: later(start, from), to: earlier(end, to) });
    date = next;
  }
}

/** The stretch before a range: as many calendar days when it is whole days, else as many milliseconds. */
export function periodBefore({ from, to }: Period, timeZone: string): Period {
  const [first, end] = [localDate(from, timeZone), localDate(to, timeZone)];
  const wholeDays =
    startOfDate(first, timeZone).getTime() === from.getTime() &&
    startOfDate(end, timeZone).getTime() === to.getTime();
  if (!wholeDays) return { from: new Date(2 * from.getTime() - to.getTime()), to: from };
  return { from: startOfDate(addDays(first, -daysBetween(first, end)), timeZone), to: from };
}

/** The `count` calendar days that end with the one `daysAgo` days before today. */
export function recentDays(
  now: Date,
  timeZone: string,
  { count, daysAgo = 0 }: { count: number; daysAgo?: number },
): Period {
  const end = addDays(localDate(now, timeZone), 1 - daysAgo);
  return { from: startOfDate(addDays(end, -count), timeZone), to: startOfDate(end, timeZone) };
}

const later = (a: Date, b: Date | undefined) => (b !== undefined && b > a ? b : a);
const earlier = (a: Date, b: Date | undefined) => (b !== undefined && b < a ? b : a);
