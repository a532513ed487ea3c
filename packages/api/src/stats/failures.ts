import { type FailureSum, sumFailures } from '@paydeck/db/stats';
import type { z } from 'zod';
import { percentage } from './percentage.ts';
import { type Bucket, bucketsOf, periodBefore, type StatsSource, statsScope } from './range.ts';
import type { failures, failuresInput } from './schema.ts';

type Failures = z.output<typeof failures>;

/**
 * Failed payments by failure code and method, over the range, by day, week or month of it, and against the period
 * before; most frequent first.
 */
export async function failureStats(
  { db, settings }: StatsSource,
  input: z.output<typeof failuresInput>,
  now = new Date(),
): Promise<Failures> {
  const { interval } = input;
  const { timeZone, currency, range, filter } = statsScope(input, { now, interval, ...settings });
  const before = periodBefore(range, timeZone);
  const buckets = bucketsOf(range, interval, timeZone);
  const bounds = [before.from, ...buckets.map(({ from }) => from), range.to];
  const { asOf, sums, settled } = await sumFailures(db.orm, { bounds, filter });

  const isBefore = ({ period }: { period: number }) => period === 0;
  const own = sums.filter((sum) => !isBefore(sum));
  const earlier = sums.filter(isBefore);
  const total = add(own);
  const totalBefore = add(earlier);
  const key = ({ failureCode, method }: FailureSum) => JSON.stringify([failureCode, method]);
  const earlierByKey = Map.groupBy(earlier, key);
  const items = [...Map.groupBy(own, key)].flatMap(([itemKey, group]): Failures['items'] => {
    const [first] = group;
    if (first === undefined) return [];
    const figures = add(group);
    return [
      {
        failureCode: first.failureCode,
        method: first.method,
        ...figures,
        share: percentage(figures.count, total.count),
        previous: add(earlierByKey.get(itemKey) ?? []),
        periods: perBucket(group, buckets),
      },
    ];
  });
  const settledIn = (inside: (of: { period: number }) => boolean) =>
    settled.filter(inside).reduce((sum, { count }) => sum + count, 0);
  return {
    timeZone,
    currency,
    ...range,
    interval,
    ...total,
    failureRate: percentage(
      total.count,
      settledIn((of) => !isBefore(of)),
    ),
    previous: { ...before, ...totalBefore, failureRate: percentage(totalBefore.count, settledIn(isBefore)) },
    items: items.sort((a, b) => b.count - a.count || b.amountMinor - a.amountMinor),
    asOf,
  };
}

const add = (sums: readonly FailureSum[]) => ({
  count: sums.reduce((total, { count }) => total + count, 0),
  amountMinor: sums.reduce((total, { amountMinor }) => total + amountMinor, 0),
});

function perBucket(
  group: readonly FailureSum[],
  buckets: readonly Bucket[],
): Failures['items'][number]['periods'] {
  const byPeriod = Map.groupBy(group, ({ period }) => period);
  return buckets.map(({ date }, n) => ({ date, ...add(byPeriod.get(n + 1) ?? []) }));
}
