export { foldSearchText } from './fold-search-text.ts';
export { type PaymentFilter, rollupsCanAnswer } from './payment-filter.ts';
