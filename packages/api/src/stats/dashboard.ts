import { paymentMethods } from '@paydeck/contract/payments';
import type { Database } from '@paydeck/db/connection';
import type { Period } from '@paydeck/db/rollups';
import { type PeriodSum, type PeriodSums, preparePeriodSums } from '@paydeck/db/stats';
import type { z } from 'zod';
import { type Division, minuteOf, type Previous } from './calendar.ts';
import { percentage } from './percentage.ts';
import {
  type Bucket,
  bucketsOf,
  recentDays,
  type StatsScope,
  type StatsSource,
  statsScope,
} from './range.ts';
import type { dashboard, dashboardInput } from './schema.ts';
import { answerKey } from './stats-answers.ts';

export type Dashboard = z.output<typeof dashboard>;
export type StatsUpdate = { type: 'stats_updated'; stats: Dashboard; at: Date };
type Figures = Omit<Dashboard['previous'], 'from' | 'to'>;

/** The figures are added up from days. */
const byDay: Division = { interval: 'day', weekStartsOn: 'monday' };

/**
 * The figures of the dashboard for one currency, and the same for the period before, read by one statement. "Today" and
 * "week" are those of the local time in `timeZone`, whatever the range. All other figures cover the range.
 */
export function dashboardStats(
  source: StatsSource,
  input: z.output<typeof dashboardInput>,
  now = source.clock.now(),
): Promise<Dashboard> {
  const { db, statsAnswers } = source;
  const { dashboards, prepared } = statsAnswers;
  const key = answerKey(input, now);
  return dashboards.share(key, db, async (owned) => {
    const compute = prepared.get(key) ?? prepareDashboard(source, input, now);
    prepared.set(key, compute);
    return compute(owned);
  });
}

/** Computes the periods of a dashboard, which is half of the work. The returned function is called after each event. */
function prepareDashboard(
  { settings }: Pick<StatsSource, 'settings'>,
  input: z.output<typeof dashboardInput>,
  now: Date,
): (db: Database) => Promise<Dashboard> {
  const scope = statsScope(input, { now, ...byDay, ...settings });
  const { periods, dashboardFrom } = dashboardPeriods(scope, input.previous, now);
  const sumPeriods = preparePeriodSums({ periods, filter: scope.filter });
  return async (db) => dashboardFrom(await sumPeriods(db));
}

/** The periods of a dashboard, and a function that makes the dashboard from their sums. */
export function dashboardPeriods(
  { timeZone, currency, range, before }: StatsScope,
  previously: Previous,
  now: Date,
): { periods: Period[]; dashboardFrom: (sums: PeriodSums) => Dashboard } {
  const current = {
    today: recentDays(now, timeZone, { count: 1 }),
    week: recentDays(now, timeZone, { count: 7 }),
    days: bucketsOf(range, byDay, timeZone),
  };
  const previous = {
    today: recentDays(now, timeZone, { count: 1, daysAgo: 1, previous: previously }),
    week: recentDays(now, timeZone, { count: 7, daysAgo: 7, previous: previously }),
    days: bucketsOf(before, byDay, timeZone),
  };
  const periods = [current, previous].flatMap(({ today, week, days }) => [today, week, ...days]);
  const previousStart = current.days.length + 2;
  return {
    periods,
    dashboardFrom: ({ asOf, coveredFrom, sums }) => ({
      timeZone,
      currency,
      ...range,
      ...(coveredFrom && { coveredFrom }),
      ...figures(current.days, sums.slice(0, previousStart)),
      ...(previously === 'soFar' && { comparedAt: minuteOf(now) }),
      previous: { ...before, ...figures(previous.days, sums.slice(previousStart)) },
      asOf,
    }),
  };
}

/** `sums` are those of today, of the week, and of each of `days`. */
function figures(days: readonly Bucket[], [today, week, ...daily]: readonly PeriodSum[]): Figures {
  const failed = totalOf(daily, ({ failed }) => failed);
  const succeeded = totalOf(daily, ({ succeeded }) => succeeded);
  const all = totalOf(daily, ({ count }) => count);
  return {
    totalTransactionsToday: today?.count ?? 0,
    totalTransactionsWeek: week?.count ?? 0,
    totalRevenueMinor: totalOf(daily, ({ revenueMinor }) => revenueMinor),
    failedTransactions: failed,
    successRate: percentage(succeeded, succeeded + failed),
    revenueChart: days.map(({ date }, n) => ({ date, amountMinor: daily[n]?.revenueMinor ?? 0 })),
    methodDistribution: paymentMethods
      .map((method, n) => ({ method, count: totalOf(daily, ({ countsByMethod }) => countsByMethod[n] ?? 0) }))
      .map(({ method, count }) => ({ method, count, percentage: percentage(count, all) }))
      .sort((a, b) => b.count - a.count),
  };
}

const totalOf = (sums: readonly PeriodSum[], figure: (sum: PeriodSum) => number) =>
  sums.reduce((total, sum) => total + figure(sum), 0);
