import { and, type SQL, sql } from '../drizzle.ts';
import type { FilterShape } from './filter-terms.ts';
import type { FilterTerms } from './payment-filter.ts';

/**
 * The columns of payments that conditions read, newest first or oldest first. PostgreSQL reads them along one index, and only
 * reads payments in the filter's range of time that have its status, or its currency if it has no single status. `beyond` is a
 * condition on `(payments.created_at, payments.id)`.
 */
export const paymentsInOrder =
  (filter: FilterShape, { status, currency, from, to }: FilterTerms) =>
  (order: SQL, beyond?: SQL): SQL => {
    const conditions = and(
      from && sql`payments.created_at >= ${from}`,
      to && sql`payments.created_at < ${to}`,
      filter.status === 'one'
        ? sql`payments.status ${status}`
        : currency && sql`payments.currency ${currency}`,
      beyond,
    );
    return sql`
      select created_at, id, status, method, currency, amount_minor, failure_code, search_text from payments
      where ${conditions ?? sql`true`} order by payments.created_at ${order}, payments.id ${order}`;
  };
