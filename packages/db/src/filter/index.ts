export { foldSearchText } from './fold-search-text.ts';
export { idRangeOf, isInRange } from './id-range.ts';
export { type PaymentFilter, rollupsCanAnswer } from './payment-filter.ts';
