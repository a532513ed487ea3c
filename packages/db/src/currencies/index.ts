export { type ExponentDifference, selectExponentDifferences } from './select-exponent-differences.ts';
