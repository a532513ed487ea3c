import { type PeriodSum, sumPeriods } from '@paydeck/db/stats';
import type { z } from 'zod';
import { revenueOf } from './dashboard.ts';
import { bucketsOf, periodBefore, type StatsSource, statsScope } from './range.ts';
import type { revenue, revenueInput } from './schema.ts';

/** Revenue for each day, ISO week or month of the range in `timeZone`; 0 for those without payments. */
export async function revenueStats(
  { db, settings }: StatsSource,
  input: z.output<typeof revenueInput>,
  now = new Date(),
): Promise<z.output<typeof revenue>> {
  const { interval } = input;
  const { timeZone, currency, range, filter } = statsScope(input, { now, interval, ...settings });
  const buckets = bucketsOf(range, interval, timeZone);
  const periods = [...buckets, periodBefore(range, timeZone)];
  const { asOf, sums } = await sumPeriods(db.orm, { periods, filter });
  const byPeriod = Map.groupBy(sums, ({ period }) => period);
  const points = buckets.map(({ date }, n) => {
    const bucketSums = byPeriod.get(n) ?? [];
    return { date, amountMinor: revenueOf(bucketSums), count: successCount(bucketSums) };
  });
  return {
    timeZone,
    currency,
    ...range,
    interval,
    totalRevenueMinor: points.reduce((total, { amountMinor }) => total + amountMinor, 0),
    previousRevenueMinor: revenueOf(byPeriod.get(buckets.length) ?? []),
    points,
    asOf,
  };
}

const successCount = (sums: readonly PeriodSum[]) =>
  sums.reduce((total, { status, count }) => (status === 'success' ? total + count : total), 0);
