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
  /** Whether a query may use `payments_search_text_idx`. */
  isSearchIndexed: boolean;
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

/** All conditions of a filter except its range of time. */
export function timelessConditions(terms: FilterTerms): SQL | undefined {
  return and(dimensionConditions(terms, 'payments'), amountConditions(terms), searchCondition(terms));
}

export const amountConditions = (terms: FilterTerms): SQL | undefined =>
  and(
    terms.minAmountMinor && sql`payments.amount_minor >= ${terms.minAmountMinor}`,
    terms.maxAmountMinor && sql`payments.amount_minor <= ${terms.maxAmountMinor}`,
  );

/**
 * A text without a trigram is compared in a form that no index can have. Otherwise PostgreSQL reads the whole index, and then
 * every payment, which takes ten times as long as reading the payments in their order.
 */
export function searchCondition({ search, isSearchIndexed }: FilterTerms): SQL | undefined {
  if (search === undefined) return undefined;
  if (isSearchIndexed) return sql`payments.search_text like ${search}`;
  // In a subquery, as a prepared statement would otherwise fold the searched text again for each payment.
  return sql`(payments.search_text like (select ${search})) is true`;
}

/** The conditions of a filter on `payments`. */
export function filterConditions(terms: FilterTerms): SQL | undefined {
  return and(
    terms.from && sql`payments.created_at >= ${terms.from}`,
    terms.to && sql`payments.created_at < ${terms.to}`,
    timelessConditions(terms),
  );
}
