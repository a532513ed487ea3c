export { type ExponentDifference, selectExponentDifferences } from './select-exponent-differences.ts';
export { selectUsedCurrencies } from './select-used-currencies.ts';
