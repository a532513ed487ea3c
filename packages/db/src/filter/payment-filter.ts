import type { PaymentMethod, PaymentStatus } from '@paydeck/contract/payments';
import { and, type SQL, sql } from '../drizzle.ts';

/** The filter that list, total, stats, export and live updates share. A missing field or an empty list does not filter. */
export type PaymentFilter = {
  status?: readonly PaymentStatus[] | undefined;
  method?: readonly PaymentMethod[] | undefined;
  currency?: string | undefined;
  /** Inclusive. */
  from?: Date | undefined;
  /** Exclusive. */
  to?: Date | undefined;
  minAmountMinor?: number | undefined;
  maxAmountMinor?: number | undefined;
  /** A literal part of the receiver or the description, case-insensitive. */
  search?: string | undefined;
};

/** Whether the rollups can count the payments of this filter. They don't have the amounts and texts of payments. */
export const rollupsCanAnswer = (filter: { [Field in keyof PaymentFilter]?: unknown }): boolean =>
  filter.minAmountMinor === undefined && filter.maxAmountMinor === undefined && filter.search === undefined;

/** The SQL with which a statement compares each field of a filter. filter-terms.ts makes it. */
export type FilterTerms = {
  /** An operator and its operand, such as `= $1` or `= any ($1)`. */
  status?: SQL | undefined;
  method?: SQL | undefined;
  currency?: SQL | undefined;
  /** A value. */
  from?: SQL | undefined;
  to?: SQL | undefined;
  minAmountMinor?: SQL | undefined;
  maxAmountMinor?: SQL | undefined;
  /** A LIKE pattern. */
  search?: SQL | undefined;
};

/** The conditions on columns that payments and rollups both have, for the table or alias `from`. */
export function dimensionConditions(terms: FilterTerms, from: 'payments' | 't'): SQL | undefined {
  const column = (name: string) => sql.raw(`${from}.${name}`);
  return and(
    terms.status && sql`${column('status')} ${terms.status}`,
    terms.method && sql`${column('method')} ${terms.method}`,
    terms.currency && sql`${column('currency')} ${terms.currency}`,
  );
}

/** All conditions of a filter except its range of time. A search uses `payments_search_text_idx`. */
export function timelessConditions(terms: FilterTerms): SQL | undefined {
  return and(
    dimensionConditions(terms, 'payments'),
    terms.minAmountMinor && sql`payments.amount_minor >= ${terms.minAmountMinor}`,
    terms.maxAmountMinor && sql`payments.amount_minor <= ${terms.maxAmountMinor}`,
    terms.search && sql`payments.search_text like paydeck_fold(${terms.search})`,
  );
}

/** The conditions of a filter on `payments`. */
export function filterConditions(terms: FilterTerms): SQL | undefined {
  return and(
    terms.from && sql`payments.created_at >= ${terms.from}`,
    terms.to && sql`payments.created_at < ${terms.to}`,
    timelessConditions(terms),
  );
}
