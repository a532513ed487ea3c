import type { Database } from '../connection/open-database.ts';
import { type SQL, sql } from '../drizzle.ts';
import type { PaymentFilter } from '../filter/payment-filter.ts';
import type { Payment } from '../payments/payment.ts';
import { paymentFromCells } from '../payments/payment-columns.ts';

/** A place in the order `(createdAt, id)`, and the side of it on which the page lies. */
export type PaymentPlace = { createdAt: Date; id: string; side: 'older' | 'newer' };

export type PageStart = { offset: number; place?: undefined } | { place: PaymentPlace; offset?: undefined };

export type PageArgs = {
  filter: PaymentFilter;
  limit: number;
  /** The filter's exact total as of a log position. It is not summed again while the log is at that position. */
  known?: { total: number; asOf: number } | undefined;
  /** How many payments a search first looks at, from where the page begins. Its total looks at as many of the newest ones. */
  walkLimit: number;
  /** From this offset on, the rollups give the place where the page begins. */
  deepFrom: number;
} & PageStart;

/** The result of a strategy, from one snapshot. */
export type PageRead = {
  /** The payments of the page, and the first one after it, in the order of the page. */
  found: Payment[];
  /** Null when `known` has it. A lower bound if `totalIsExact` is false. */
  total: number | null;
  totalIsExact: boolean;
  asOf: number;
  /** Where the search stopped, if it stopped before it had looked at all payments. Those on `side` were not looked at. */
  searchedTo: PaymentPlace | null;
};

/** A way to read a page. Each is for one kind of filter, and select-payment-page.ts chooses. */
export type ReadPage = (db: Database, args: PageArgs) => Promise<PageRead>;

/** A payment of the page, or the first one after it. The payment is null when the page is empty. */
export type PageRow = { total: number | null; asOf: number; payment: Payment | null };

/**
 * The statement of a page: `total` is a subquery, and `page` selects `columnsOf` a payment. Total and page are from one
 * snapshot, and `position` is the log's position in it. PostgreSQL only runs the subquery for a row that needs it.
 */
export const pageQuery = (total: SQL, { page, order }: { page: SQL; order: 'asc' | 'desc' }): SQL => sql`
  select ${total}, log.position, page.*
  from (select coalesce(max(position), 0) as position from events) log
  left join (${page}) page on true
  order by page.created_at ${sql.raw(order)}, page.id ${sql.raw(order)}`;

export const decodePageRow = (row: readonly unknown[]): PageRow => ({
  total: row[0] === null ? null : Number(row[0]),
  asOf: Number(row[1]),
  payment: paymentFromCells(row, 2),
});

/** A read whose total is exact. */
export function exactRead(rows: readonly PageRow[]): PageRead {
  return {
    found: rows.flatMap(({ payment }) => payment ?? []),
    total: rows[0]?.total ?? null,
    totalIsExact: true,
    asOf: rows[0]?.asOf ?? 0,
    searchedTo: null,
  };
}
