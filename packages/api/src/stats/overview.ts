import { type Database, QueryTooExpensiveError } from '@paydeck/db/connection';
import { periodsBetween, preparePeriodSums, sumFailuresAndPeriods } from '@paydeck/db/stats';
import type { z } from 'zod';
import { localDate } from './calendar.ts';
import { dashboardPeriods } from './dashboard.ts';
import { failurePeriods } from './failures.ts';
import { type StatsSource, statsScope } from './range.ts';
import { revenuePeriods } from './revenue.ts';
import type { overview, overviewInput } from './schema.ts';
import { answerKey } from './stats-answers.ts';

type Overview = z.output<typeof overview>;

/**
 * The dashboard, the revenue and the failures of one range, read by one statement, so that all of them are exact as of the
 * same log position. `failures` is null if the range has too many failed payments to read.
 */
export function overviewStats(
  source: StatsSource,
  input: z.output<typeof overviewInput>,
  now = source.clock.now(),
): Promise<Overview> {
  const { db, settings, statsAnswers } = source;
  const key = answerKey(input, now);
  return statsAnswers.overviews.share(key, db, (owned) =>
    computeOverview({ db: owned, settings }, input, now),
  );
}

async function computeOverview(
  { db, settings }: Pick<StatsSource, 'db' | 'settings'>,
  input: z.output<typeof overviewInput>,
  now: Date,
): Promise<Overview> {
  const { interval, weekStartsOn } = input;
  const division = { interval, weekStartsOn };
  const scope = statsScope(input, { now, ...division, ...settings });
  const { range, timeZone, filter } = scope;
  const dashboard = dashboardPeriods(scope, input.previous, now);
  const revenue = revenuePeriods(scope, division);
  // The page shows failures of the whole range, so the range is the only bucket.
  const whole = { ...range, date: localDate(range.from, timeZone) };
  const failures = failurePeriods(scope, interval, [whole]);
  const settledIn = periodsBetween(failures.bounds);
  const periods = [...settledIn, ...dashboard.periods, ...revenue.periods];

  const { failures: failed, ...sums } = await sumOverview(db, { bounds: failures.bounds, periods, filter });
  const sumsAt = (start: number, count: number) => ({ ...sums, sums: sums.sums.slice(start, start + count) });
  const settled = sums.sums.slice(0, settledIn.length).map((sum) => sum.succeeded + sum.failed);
  return {
    dashboard: dashboard.dashboardFrom(sumsAt(settledIn.length, dashboard.periods.length)),
    revenue: revenue.revenueFrom(sumsAt(settledIn.length + dashboard.periods.length, revenue.periods.length)),
    failures: failed && withoutPeriods(failures.failuresFrom({ ...sums, failures: failed, settled })),
    asOf: sums.asOf,
  };
}

/** `failures` is null when they can't be read in time. The other sums are then read without them. */
async function sumOverview(db: Database, args: Parameters<typeof sumFailuresAndPeriods>[1]) {
  try {
    return await sumFailuresAndPeriods(db, args);
  } catch (error) {
    if (!(error instanceof QueryTooExpensiveError)) throw error;
    return { ...(await preparePeriodSums(args)(db)), failures: null };
  }
}

const withoutPeriods = ({
  items,
  ...answer
}: ReturnType<ReturnType<typeof failurePeriods>['failuresFrom']>): Overview['failures'] => ({
  ...answer,
  items: items.map(({ periods: _, ...item }) => item),
});
