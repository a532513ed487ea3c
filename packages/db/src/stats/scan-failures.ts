import type { Database } from '../connection/open-database.ts';
import type { Period } from '../rollups/spans.ts';
import type { FailureAndPeriodSums, FailureSum } from './failure-sums.ts';
import type { BucketSum } from './scan-buckets.ts';
import { type ScanArgs, scanPayments } from './scan-payments.ts';
import { periodSum } from './scan-periods.ts';

export type ScanFailuresArgs = { bounds: readonly Date[] } & Omit<ScanArgs, 'periods'>;

/** The periods from each bound to the next one. */
export const periodsBetween = (bounds: readonly Date[]): Period[] =>
  bounds.slice(1).map((to, n) => ({ from: bounds[n] ?? to, to }));

/** Like `sumFailuresAndPeriods`, for filters that the rollups can't answer. */
export async function scanFailures(
  db: Database,
  { bounds, periods, ...args }: ScanFailuresArgs & { periods: readonly Period[] },
): Promise<FailureAndPeriodSums> {
  const between = periodsBetween(bounds);
  const { asOf, coveredFrom, sums } = await scanPayments(db, { ...args, periods: [...between, ...periods] });
  return {
    asOf,
    coveredFrom,
    failures: sums.slice(0, between.length).flatMap((ofPeriod, period) => failureSums(ofPeriod, period)),
    sums: sums.slice(between.length).map(periodSum),
  };
}

const failureSums = (sums: readonly BucketSum[], period: number): FailureSum[] =>
  sums
    .filter(({ status }) => status === 'failed')
    .map(({ failureCode, method, count, amountMinor }) => ({
      period,
      failureCode,
      method,
      count,
      amountMinor,
    }));
