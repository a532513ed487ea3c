import { formatAmount } from '@paydeck/contract/money';
import type { PaymentFilter } from '../router-types.ts';

/** The one filter as the parameters of the REST API, which speaks major units and takes a bare end date as that whole day. */
export function exportQuery(filter: PaymentFilter, format: 'csv' | 'jsonl'): URLSearchParams {
  const { status, method, currency, from, to, minAmountMinor, maxAmountMinor, search } = filter;
  const major = (minor: number | undefined) => {
    if (minor === undefined) return undefined;
    if (currency === undefined) throw new TypeError('An export with bounds of amounts needs a currency.');
    return formatAmount(minor, currency.toUpperCase());
  };
  const given = {
    format,
    status: status?.join(','),
    method: method?.join(','),
    currency,
    startDate: from,
    endDate: to === undefined || to.includes('T') ? to : `${to}T00:00:00Z`,
    minAmount: major(minAmountMinor),
    maxAmount: major(maxAmountMinor),
    search,
  };
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(given)) if (value) query.set(name, value);
  return query;
}
