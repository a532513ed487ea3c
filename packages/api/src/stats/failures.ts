import type { Period } from '@paydeck/db/rollups';
import { type FailureSum, type FailureSums, sumFailures } from '@paydeck/db/stats';
import type { z } from 'zod';
import type { Interval } from './calendar.ts';
import { percentage } from './percentage.ts';
import { type Bucket, bucketsOf, type StatsScope, type StatsSource, statsScope } from './range.ts';
import type { failures, failuresInput } from './schema.ts';
import { answerKey } from './stats-answers.ts';

type Failures = z.output<typeof failures>;

/**
 * Failed payments by failure code and method, most frequent first: over the range, for each of its days, weeks or months,
 * and for the period before.
 */
export function failureStats(
  source: StatsSource,
  input: z.output<typeof failuresInput>,
  now = source.clock.now(),
): Promise<Failures> {
  const { db, settings, statsAnswers } = source;
  const key = answerKey(input, now);
  return statsAnswers.failures.share(key, db, (owned) =>
    computeFailures({ db: owned, settings }, input, now),
  );
}

async function computeFailures(
  { db, settings }: Pick<StatsSource, 'db' | 'settings'>,
  input: z.output<typeof failuresInput>,
  now: Date,
): Promise<Failures> {
  const { interval, weekStartsOn } = input;
  const division = { interval, weekStartsOn };
  const scope = statsScope(input, { now, ...division, ...settings });
  const { bounds, failuresFrom } = failurePeriods(
    scope,
    interval,
    bucketsOf(scope.range, division, scope.timeZone),
  );
  return failuresFrom(await sumFailures(db, { bounds, filter: scope.filter }));
}

/**
 * The bounds of the period before the range and of `buckets`, which divide the range, and a function that makes the answer
 * from the sums between them. There may be a gap between the two.
 */
export function failurePeriods(
  { timeZone, currency, range, before }: StatsScope,
  interval: Interval,
  buckets: readonly Bucket[],
): { bounds: Date[]; failuresFrom: (sums: FailureSums) => Failures } {
  const gap = before.to < range.from ? [before.to] : [];
  return {
    bounds: [before.from, ...gap, ...buckets.map(({ from }) => from), range.to],
    failuresFrom: (sums) => ({
      timeZone,
      currency,
      ...range,
      ...(sums.coveredFrom && { coveredFrom: sums.coveredFrom }),
      interval,
      ...failureFigures(gap.length === 0 ? sums : withoutGap(sums), before, buckets),
      asOf: sums.asOf,
    }),
  };
}

/** The sums without period 1, so that the range begins with period 1. */
function withoutGap({ failures, settled, ...sums }: FailureSums): FailureSums {
  return {
    ...sums,
    failures: failures.flatMap((sum) =>
      sum.period === 1 ? [] : [{ ...sum, period: Math.max(0, sum.period - 1) }],
    ),
    settled: settled.toSpliced(1, 1),
  };
}

function failureFigures(
  { failures: sums, settled }: FailureSums,
  before: Period,
  buckets: readonly Bucket[],
): Pick<Failures, 'count' | 'amountMinor' | 'failureRate' | 'previous' | 'items'> {
  const isBefore = ({ period }: { period: number }) => period === 0;
  const sumsInRange = sums.filter((sum) => !isBefore(sum));
  const sumsBefore = sums.filter(isBefore);
  const total = add(sumsInRange);
  const totalBefore = add(sumsBefore);
  const key = ({ failureCode, method }: Pick<FailureSum, 'failureCode' | 'method'>) =>
    JSON.stringify([failureCode, method]);
  const sumsBeforeByKey = Map.groupBy(sumsBefore, key);
  const items = [...Map.groupBy(sumsInRange, key)].flatMap(([itemKey, group]): Failures['items'] => {
    const [first] = group;
    if (first === undefined) return [];
    const figures = add(group);
    return [
      {
        failureCode: first.failureCode,
        method: first.method,
        ...figures,
        share: percentage(figures.count, total.count),
        previous: add(sumsBeforeByKey.get(itemKey) ?? []),
        periods: perBucket(group, buckets),
      },
    ];
  });
  const [settledBefore = 0, ...settledInRange] = settled;
  return {
    ...total,
    failureRate: percentage(
      total.count,
      settledInRange.reduce((sum, count) => sum + count, 0),
    ),
    previous: { ...before, ...totalBefore, failureRate: percentage(totalBefore.count, settledBefore) },
    items: items.sort(
      (a, b) => b.count - a.count || b.amountMinor - a.amountMinor || (key(a) < key(b) ? -1 : 1),
    ),
  };
}

const countOf = (sums: readonly { count: number }[]) => sums.reduce((total, { count }) => total + count, 0);

const add = (sums: readonly FailureSum[]) => ({
  count: countOf(sums),
  amountMinor: sums.reduce((total, { amountMinor }) => total + amountMinor, 0),
});

function perBucket(
  group: readonly FailureSum[],
  buckets: readonly Bucket[],
): Failures['items'][number]['periods'] {
  const byPeriod = Map.groupBy(group, ({ period }) => period);
  return buckets.map(({ date }, n) => ({ date, ...add(byPeriod.get(n + 1) ?? []) }));
}
