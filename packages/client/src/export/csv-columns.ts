import type { PaymentFilter, RouterOutputs } from '../router-types.ts';

/** A column of CSV that the specification's file leaves out. */
export type CsvColumn = 'currency' | 'failureCode' | 'failureMessage';

/** The columns of a file. If they leave the currency out, all its amounts must be in `onlyCurrency`. */
export type CsvColumns = { columns: readonly CsvColumn[]; onlyCurrency?: string };

/**
 * The columns of a CSV file of the payments that match a filter: if there are several currencies, or one that is not the
 * default, amounts mean nothing without their currency. `currencies` is the answer of `payments.currencies`, and `chosen`
 * what the user asks for.
 */
export function csvColumns(
  currencies: RouterOutputs['payments']['currencies'],
  filter: Pick<PaymentFilter, 'currency'>,
  chosen: readonly CsvColumn[] = [],
): CsvColumns {
  const found = filter.currency === undefined ? currencies.inUse : [filter.currency.toUpperCase()];
  const hasOthers = found.some((currency) => currency !== currencies.default);
  if (hasOthers || chosen.includes('currency'))
    return { columns: [...new Set<CsvColumn>(['currency', ...chosen])] };
  return { columns: chosen, onlyCurrency: currencies.default };
}
