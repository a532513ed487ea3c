import type { PaymentMethod, PaymentStatus } from '@paydeck/contract/payments';
import { and, eq, gte, inArray, like, lt, lte, type SQL, sql } from '../drizzle.ts';
import { payments } from '../schema.ts';

/** The one filter of list, count, stats, export and live. An absent field, or an empty list, does not filter. */
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
  /** A literal part of receiver or description, in any case. */
  search?: string | undefined;
};

/** Whether the rollups, which know no amounts and no texts, can answer for this filter. */
export const rollupsCanAnswer = (filter: PaymentFilter): boolean =>
  filter.minAmountMinor === undefined && filter.maxAmountMinor === undefined && filter.search === undefined;

/** The part of a filter that payments and rollups share, on the columns of the table or alias `from`. */
export function dimensionConditions(filter: PaymentFilter, from: 'payments' | 't'): SQL | undefined {
  const column = (name: string) => sql.raw(`${from}.${name}`);
  return and(
    filter.status?.length ? inArray(column('status'), [...filter.status]) : undefined,
    filter.method?.length ? inArray(column('method'), [...filter.method]) : undefined,
    filter.currency === undefined ? undefined : eq(column('currency'), filter.currency),
  );
}

/** All of a filter but its range of time. */
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

/** The filter as conditions on `payments`. Search is served by `payments_search_text_idx`. */
export function filterConditions(filter: PaymentFilter): SQL | undefined {
  return and(
    filter.from === undefined ? undefined : gte(payments.createdAt, filter.from),
    filter.to === undefined ? undefined : lt(payments.createdAt, filter.to),
    timelessConditions(filter),
  );
}

/** A LIKE pattern that takes its text literally. Folding leaves the escapes as they are. */
const containing = (text: string): string => `%${text.replace(/[\\%_]/g, '\\$&')}%`;
