import { paymentMethods } from '@paydeck/contract/payments';
import type { Period } from '@paydeck/db/rollups';
import { type PeriodSum, sumPeriods } from '@paydeck/db/stats';
import type { z } from 'zod';
import { percentage } from './percentage.ts';
import { type Bucket, bucketsOf, periodBefore, recentDays, type StatsSource, statsScope } from './range.ts';
import type { dashboard, dashboardInput } from './schema.ts';

export type Dashboard = z.output<typeof dashboard>;
export type StatsUpdate = { type: 'stats_updated'; stats: Dashboard; at: Date };
type Figures = Omit<Dashboard['previous'], 'from' | 'to'>;

/**
 * The figures of the dashboard for one currency, and the same for the period before, read by one statement. "Today" and
 * "week" are those of the local time in `timeZone`, whatever the range. All other figures cover the range.
 */
export async function dashboardStats(
  { db, settings }: StatsSource,
  input: z.output<typeof dashboardInput>,
  now = new Date(),
): Promise<Dashboard> {
  const { timeZone, currency, range, filter } = statsScope(input, { now, interval: 'day', ...settings });
  const before = periodBefore(range, timeZone);
  const current = {
    today: recentDays(now, timeZone, { count: 1 }),
    week: recentDays(now, timeZone, { count: 7 }),
    days: bucketsOf(range, 'day', timeZone),
  };
  const previous = {
    today: recentDays(now, timeZone, { count: 1, daysAgo: 1 }),
    week: recentDays(now, timeZone, { count: 7, daysAgo: 7 }),
    days: bucketsOf(before, 'day', timeZone),
  };
  const periods = [current, previous].flatMap(({ today, week, days }) => [today, week, ...days]);
  const { asOf, sums } = await sumPeriods(db.orm, { periods, filter });
  const byPeriod = Map.groupBy(sums, ({ period }) => period);
  const sumsFrom = (first: number) => (n: number) => byPeriod.get(first + n) ?? [];
  return {
    timeZone,
    currency,
    ...range,
    ...figures(current, sumsFrom(0)),
    previous: { ...before, ...figures(previous, sumsFrom(current.days.length + 2)) },
    asOf,
  };
}

/** `sumsOf(0)` gives the sums of today, `sumsOf(1)` those of the week, `sumsOf(2 + n)` those of `days[n]`. */
function figures(
  { days }: { today: Period; week: Period; days: Bucket[] },
  sumsOf: (n: number) => PeriodSum[],
): Figures {
  const daily = days.map((_, n) => sumsOf(n + 2));
  const range = daily.flat();
  const failed = countOf(range.filter(({ status }) => status === 'failed'));
  const succeeded = countOf(range.filter(({ status }) => status === 'success'));
  const all = countOf(range);
  return {
    totalTransactionsToday: countOf(sumsOf(0)),
    totalTransactionsWeek: countOf(sumsOf(1)),
    totalRevenueMinor: revenueOf(range),
    failedTransactions: failed,
    successRate: percentage(succeeded, succeeded + failed),
    revenueChart: days.map(({ date }, n) => ({ date, amountMinor: revenueOf(daily[n] ?? []) })),
    methodDistribution: paymentMethods
      .map((name) => ({ method: name, count: countOf(range.filter((sum) => sum.method === name)) }))
      .map(({ method, count }) => ({ method, count, percentage: percentage(count, all) }))
      .sort((a, b) => b.count - a.count),
  };
}

const countOf = (sums: readonly PeriodSum[]) => sums.reduce((total, { count }) => total + count, 0);

/** Revenue is the sum of the payments that succeeded. */
export const revenueOf = (sums: readonly PeriodSum[]) =>
  sums.reduce((total, { status, amountMinor }) => (status === 'success' ? total + amountMinor : total), 0);
