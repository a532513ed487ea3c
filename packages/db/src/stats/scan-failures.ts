import type { Database } from '../connection/open-database.ts';
import type { FailureSum, FailureSums } from './failure-sums.ts';
import type { BucketSum } from './scan-buckets.ts';
import { type ScanArgs, scanPayments } from './scan-payments.ts';

export type ScanFailuresArgs = { bounds: readonly Date[] } & Omit<ScanArgs, 'periods'>;

/** Like `sumFailures`, for filters that the rollups can't answer. */
export async function scanFailures(
  db: Database,
  { bounds, ...args }: ScanFailuresArgs,
): Promise<FailureSums> {
  const periods = bounds.slice(1).map((to, n) => ({ from: bounds[n] ?? to, to }));
  const { asOf, coveredFrom, sums } = await scanPayments(db, { ...args, periods });
  return {
    asOf,
    coveredFrom,
    failures: sums.flatMap((ofPeriod, period) => failureSums(ofPeriod, period)),
    settled: sums.map((ofPeriod) =>
      ofPeriod.reduce((total, { status, count }) => (status === 'pending' ? total : total + count), 0),
    ),
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
