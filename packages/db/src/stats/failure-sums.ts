import type { PaymentMethod } from '@paydeck/contract/payments';
import type { PeriodSums } from './period-sum.ts';

/** The failed payments of one period that have the same failure code and method. */
export type FailureSum = {
  /** Index of the period. */
  period: number;
  failureCode: string | null;
  method: PaymentMethod;
  count: number;
  amountMinor: number;
};

/** Exact as of the log position `asOf`. */
export type FailureSums = {
  asOf: number;
  /** If set, only the payments since then are counted. */
  coveredFrom: Date | null;
  failures: FailureSum[];
  /** The number of settled payments of each period. */
  settled: number[];
};

/** Failed payments of the periods between `bounds`, and the sums of `periods`: both exact as of one log position. */
export type FailureAndPeriodSums = PeriodSums & Pick<FailureSums, 'failures'>;
