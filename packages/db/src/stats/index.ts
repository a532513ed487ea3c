export { type FailureSum, sumFailures } from './sum-failures.ts';
export { type PeriodSum, sumPeriods } from './sum-periods.ts';
