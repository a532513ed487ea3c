import { preparePeriodSums } from '@paydeck/db/stats';
import type { z } from 'zod';
import { bucketsOf, periodBefore, type StatsSource, statsScope } from './range.ts';
import type { revenue, revenueInput } from './schema.ts';
import { answerKey } from './stats-answers.ts';

/** Revenue for each day, ISO week or month of the range in `timeZone`; 0 for those without payments. */
export function revenueStats(
  source: StatsSource,
  input: z.output<typeof revenueInput>,
  now = source.clock.now(),
): Promise<z.output<typeof revenue>> {
  const { db, settings, statsAnswers } = source;
  const key = answerKey(input, now);
  return statsAnswers.revenues.share(key, db, (owned) => computeRevenue({ db: owned, settings }, input, now));
}

async function computeRevenue(
  { db, settings }: Pick<StatsSource, 'db' | 'settings'>,
  input: z.output<typeof revenueInput>,
  now: Date,
): Promise<z.output<typeof revenue>> {
  const { interval } = input;
  const { timeZone, currency, range, filter } = statsScope(input, { now, interval, ...settings });
  const buckets = bucketsOf(range, interval, timeZone);
  const periods = [...buckets, periodBefore(range, timeZone)];
  const { asOf, coveredFrom, sums } = await preparePeriodSums({ periods, filter })(db);
  const points = buckets.map(({ date }, n) => ({
    date,
    amountMinor: sums[n]?.revenueMinor ?? 0,
    count: sums[n]?.succeeded ?? 0,
  }));
  return {
    timeZone,
    currency,
    ...range,
    ...(coveredFrom && { coveredFrom }),
    interval,
    totalRevenueMinor: points.reduce((total, { amountMinor }) => total + amountMinor, 0),
    previousRevenueMinor: sums[buckets.length]?.revenueMinor ?? 0,
    points,
    asOf,
  };
}
