import type { PaymentMethod, PaymentStatus } from '@paydeck/contract/payments';
import { and, eq, gte, inArray, like, lt, lte, type SQL, sql } from '../drizzle.ts';
import { payments } from '../schema.ts';

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
export const rollupsCanAnswer = (filter: PaymentFilter): boolean =>
  filter.minAmountMinor === undefined && filter.maxAmountMinor === undefined && filter.search === undefined;

/** The conditions on columns that payments and rollups both have, for the table or alias `from`. */
export function dimensionConditions(filter: PaymentFilter, from: 'payments' | 't'): SQL | undefined {
  const column = (name: string) => sql.raw(`${from}.${name}`);
  return and(
    filter.status?.length ? inArray(column('status'), [...filter.status]) : undefined,
    filter.method?.length ? inArray(column('method'), [...filter.method]) : undefined,
    filter.currency === undefined ? undefined : eq(column('currency'), filter.currency),
  );
}

/** All conditions of a filter except its range of time. */
export function timelessConditions(filter: PaymentFilter): SQL | undefined {
  return and(
    dimensionConditions(filter, 'payments'),
    filter.minAmountMinor === undefined ? undefined : gte(payments.amountMinor, filter.minAmountMinor),
    filter.maxAmountMinor === undefined ? undefined : lte(payments.amountMinor, filter.maxAmountMinor),
    filter.search === undefined
      ? undefined
      : like(payments.searchText, sql`paydeck_fold(${containing(filter.search)})`),
  );
}

/** The conditions of a filter on `payments`. A search uses `payments_search_text_idx`. */
export function filterConditions(filter: PaymentFilter): SQL | undefined {
  return and(
    filter.from === undefined ? undefined : gte(payments.createdAt, filter.from),
    filter.to === undefined ? undefined : lt(payments.createdAt, filter.to),
    timelessConditions(filter),
  );
}

/** A LIKE pattern that matches the text literally. `paydeck_fold` does not change the backslashes. */
const containing = (text: string): string => `%${text.replace(/[\\%_]/g, '\\$&')}%`;
