export type { FailureSum, FailureSums } from './failure-sums.ts';
export type { PeriodSum, PeriodSums } from './period-sum.ts';
export { periodsBetween } from './scan-failures.ts';
export { sumFailures, sumFailuresAndPeriods } from './sum-failures.ts';
export { preparePeriodSums } from './sum-periods.ts';
