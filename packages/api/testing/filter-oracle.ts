import type { Payment } from '@paydeck/db/payments';
import type { FilterInput } from './arbitrary-payments.ts';

/** Unicode's full case folding, in which ß is ss, and i has no second dot. */
const fold = (text: string) =>
  text
    .normalize('NFC')
    .toLowerCase()
    .toUpperCase()
    .toLowerCase()
    .replaceAll('i\u0307', 'i')
    .replaceAll('ς', 'σ');

/** Whether a payment matches a filter, computed from the filter's definition without a database. */
export function isInFilter(filter: FilterInput, payment: Payment): boolean {
  const {
    status,
    method,
    currency,
    from,
    to,
    minAmountMinor = 0,
    maxAmountMinor = Infinity,
    failureCode,
    search = '',
  } = filter;
  return (
    (!status?.length || status.includes(payment.status)) &&
    (!method?.length || method.includes(payment.method)) &&
    (currency === undefined || currency === payment.currency) &&
    (from === undefined || payment.createdAt >= new Date(from)) &&
    (to === undefined || payment.createdAt < new Date(to)) &&
    payment.amountMinor >= minAmountMinor &&
    payment.amountMinor <= maxAmountMinor &&
    (!failureCode?.length ||
      (payment.status === 'failed' && failureCode.includes(payment.failureCode ?? ':none'))) &&
    ([payment.receiver, payment.description ?? ''].some((text) => fold(text).includes(fold(search))) ||
      (search.length >= 8 && payment.id.startsWith(search.toLowerCase())))
  );
}
