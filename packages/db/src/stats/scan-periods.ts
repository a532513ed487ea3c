import { paymentMethods } from '@paydeck/contract/payments';
import type { Database } from '../connection/open-database.ts';
import type { PeriodSum, PeriodSums } from './period-sum.ts';
import type { BucketSum } from './scan-buckets.ts';
import { type ScanArgs, scanPayments } from './scan-payments.ts';

/** Like `preparePeriodSums`, from the payments themselves: for filters that the rollups can't answer. */
export async function scanPeriods(db: Database, args: ScanArgs): Promise<PeriodSums> {
  const { asOf, coveredFrom, sums } = await scanPayments(db, args);
  return { asOf, coveredFrom, sums: sums.map(periodSum) };
}

/** The counts and the revenue of all payments that the sums of one period cover. */
export function periodSum(sums: readonly BucketSum[]): PeriodSum {
  const succeeded = sums.filter(({ status }) => status === 'success');
  return {
    count: countOf(sums),
    succeeded: countOf(succeeded),
    failed: countOf(sums.filter(({ status }) => status === 'failed')),
    revenueMinor: succeeded.reduce((total, { amountMinor }) => total + amountMinor, 0),
    countsByMethod: paymentMethods.map((method) => countOf(sums.filter((sum) => sum.method === method))),
  };
}

const countOf = (sums: readonly BucketSum[]) => sums.reduce((total, { count }) => total + count, 0);
