import type { PaymentMethod, PaymentStatus } from '@paydeck/contract/payments';
import { and, or, type SQL, sql } from '../drizzle.ts';

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
  /** Failed payments with one of these codes, or without a code for `noFailureCode`. */
  failureCode?: readonly string[] | undefined;
  /** A literal part of the receiver or the description, case-insensitive, or at least the first 8 digits of the id. */
  search?: string | undefined;
};

type FilterFields = { [Field in keyof PaymentFilter]?: unknown };

/** Whether the rollups can count the payments of this filter. They don't have the amounts, texts and codes of payments. */
export const rollupsCanAnswer = (filter: FilterFields): boolean =>
  filter.minAmountMinor === undefined &&
  filter.maxAmountMinor === undefined &&
  filter.search === undefined &&
  !hasFailureCodes(filter);

/** Whether the failure codes are all that the rollups don't have. Then an index has the matches, and no other payments. */
export const isByFailureCodeOnly = (filter: FilterFields): boolean =>
  hasFailureCodes(filter) && rollupsCanAnswer({ ...filter, failureCode: undefined });

/** An empty list does not filter. */
const hasFailureCodes = ({ failureCode }: FilterFields): boolean =>
  failureCode !== undefined && !(Array.isArray(failureCode) && failureCode.length === 0);

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
  /** An operator and its operand, like `status`. */
  failureCode?: SQL | undefined;
  /** Whether failed payments without a code match. */
  noFailureCode?: boolean | undefined;
  /** A LIKE pattern. */
  search?: SQL | undefined;
  /** The lowest and the highest id that the searched text can be the beginning of. */
  searchedId?: { first: SQL; last: SQL } | undefined;
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
  return and(
    dimensionConditions(terms, 'payments'),
    amountConditions(terms),
    failureCodeCondition(terms),
    searchCondition(terms),
  );
}

export const amountConditions = (terms: FilterTerms): SQL | undefined =>
  and(
    terms.minAmountMinor && sql`payments.amount_minor >= ${terms.minAmountMinor}`,
    terms.maxAmountMinor && sql`payments.amount_minor <= ${terms.maxAmountMinor}`,
  );

/** Names the status, because `payments_failure_code_idx` only has failed payments. */
export function failureCodeCondition({ failureCode, noFailureCode }: FilterTerms): SQL | undefined {
  const matches = or(
    failureCode && sql`payments.failure_code ${failureCode}`,
    noFailureCode ? sql`payments.failure_code is null` : undefined,
  );
  return matches && sql`(payments.status = 'failed' and ${matches})`;
}

/** A text that can be the beginning of an id finds the payments with such an id, too. */
export function searchCondition(terms: FilterTerms): SQL | undefined {
  const { searchedId } = terms;
  const isInText = textCondition(terms);
  return searchedId && isInText
    ? sql`(${isInText} or payments.id between ${searchedId.first} and ${searchedId.last})`
    : isInText;
}

/**
 * A text without a trigram is compared in a form that no index can have. Otherwise PostgreSQL reads the whole index, and then
 * every payment, which takes ten times as long as reading the payments in their order.
 */
function textCondition({ search, isSearchIndexed }: FilterTerms): SQL | undefined {
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
