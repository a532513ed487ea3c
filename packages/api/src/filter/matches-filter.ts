import { noFailureCode } from '@paydeck/contract/payments';
import { idRangeOf, isInRange, type PaymentFilter } from '@paydeck/db/filter';
import type { Payment } from '@paydeck/db/payments';

/**
 * Whether a payment matches the filter. Must agree with `filterConditions`, which decides it in SQL. The database
 * normalizes the texts for both (case and Unicode form). Tested by on-change.test.ts.
 */
export function matchesFilter(
  filter: PaymentFilter,
  payment: Payment,
  { searchText, foldedSearch }: { searchText: string; foldedSearch: string | null },
): boolean {
  const { status, method, currency, from, to, minAmountMinor, maxAmountMinor, failureCode } = filter;
  return (
    (!status?.length || status.includes(payment.status)) &&
    (!method?.length || method.includes(payment.method)) &&
    (currency === undefined || currency === payment.currency) &&
    (from === undefined || payment.createdAt >= from) &&
    (to === undefined || payment.createdAt < to) &&
    (minAmountMinor === undefined || payment.amountMinor >= minAmountMinor) &&
    (maxAmountMinor === undefined || payment.amountMinor <= maxAmountMinor) &&
    (!failureCode?.length ||
      // An event keeps the code of a settled payment for the state before it, in which it had none.
      (payment.status === 'failed' && failureCode.includes(payment.failureCode ?? noFailureCode))) &&
    (foldedSearch === null || searchText.includes(foldedSearch) || hasSearchedId(payment, filter.search))
  );
}

function hasSearchedId({ id }: Payment, search = ''): boolean {
  const ids = idRangeOf(search);
  return ids !== null && isInRange(id, ids);
}
