import { formatAmount } from '@paydeck/contract/money';
import type { PaymentFilter } from '../router-types.ts';
import type { CsvColumn } from './csv-columns.ts';

/** How CSV is written: more columns than the specification's, the separator, the decimal mark, and a byte order mark for Excel. */
export type CsvOptions = {
  columns?: readonly CsvColumn[];
  separator?: 'comma' | 'semicolon' | 'tab';
  /** The server refuses a comma unless the separator is `semicolon` or `tab`. */
  decimal?: 'point' | 'comma';
  bom?: boolean;
};

/**
 * Converts a filter to the query of the REST API. There amounts are in major units, and an end date without a time
 * includes that whole day. Throws `TypeError` for amounts without a currency.
 */
export function exportQuery(
  filter: PaymentFilter,
  format: 'csv' | 'jsonl',
  { columns = [], separator, decimal, bom = false }: CsvOptions = {},
): URLSearchParams {
  const { status, method, failureCode, currency, from, to, minAmountMinor, maxAmountMinor, search } = filter;
  const major = (minor: number | undefined) => {
    if (minor === undefined) return undefined;
    if (currency === undefined)
      throw new TypeError('A filter with minAmountMinor or maxAmountMinor must have a currency.');
    return formatAmount(minor, currency.toUpperCase());
  };
  const given = {
    format,
    status: status?.join(','),
    method: method?.join(','),
    failureCode: failureCode?.join(','),
    currency,
    startDate: from,
    endDate: to === undefined || to.includes('T') ? to : `${to}T00:00:00Z`,
    minAmount: major(minAmountMinor),
    maxAmount: major(maxAmountMinor),
    search,
    columns: columns.join(','),
    separator,
    decimal,
    bom: bom ? 'true' : undefined,
  };
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(given)) if (value) query.set(name, value);
  return query;
}
