export type { FailureSum } from './failure-sums.ts';
export type { PeriodSum } from './period-sum.ts';
export { sumFailures } from './sum-failures.ts';
export { preparePeriodSums } from './sum-periods.ts';
