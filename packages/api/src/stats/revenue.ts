import type { Period } from '@paydeck/db/rollups';
import { type PeriodSums, preparePeriodSums } from '@paydeck/db/stats';
import type { z } from 'zod';
import type { Division } from './calendar.ts';
import { bucketsOf, type StatsScope, type StatsSource, statsScope } from './range.ts';
import type { revenue, revenueInput } from './schema.ts';
import { answerKey } from './stats-answers.ts';

type Revenue = z.output<typeof revenue>;

/** Revenue for each day, week or month of the range in `timeZone`; 0 for those without payments. */
export function revenueStats(
  source: StatsSource,
  input: z.output<typeof revenueInput>,
  now = source.clock.now(),
): Promise<Revenue> {
  const { db, settings, statsAnswers } = source;
  const key = answerKey(input, now);
  return statsAnswers.revenues.share(key, db, (owned) => computeRevenue({ db: owned, settings }, input, now));
}

async function computeRevenue(
  { db, settings }: Pick<StatsSource, 'db' | 'settings'>,
  input: z.output<typeof revenueInput>,
  now: Date,
): Promise<Revenue> {
  const { interval, weekStartsOn } = input;
  const division = { interval, weekStartsOn };
  const scope = statsScope(input, { now, ...division, ...settings });
  const { periods, revenueFrom } = revenuePeriods(scope, division);
  return revenueFrom(await preparePeriodSums({ periods, filter: scope.filter })(db));
}

/** The periods of a revenue chart, and a function that makes the answer from their sums. */
export function revenuePeriods(
  { timeZone, currency, range, before }: StatsScope,
  division: Division,
): { periods: Period[]; revenueFrom: (sums: PeriodSums) => Revenue } {
  const buckets = bucketsOf(range, division, timeZone);
  return {
    periods: [...buckets, before],
    revenueFrom: ({ asOf, coveredFrom, sums }) => {
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
        interval: division.interval,
        totalRevenueMinor: points.reduce((total, { amountMinor }) => total + amountMinor, 0),
        previousRevenueMinor: sums[buckets.length]?.revenueMinor ?? 0,
        points,
        asOf,
      };
    },
  };
}
