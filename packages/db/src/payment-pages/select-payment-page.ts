import type { Database } from '../connection/open-database.ts';
import { describeFilter } from '../filter/filter-terms.ts';
import { defaultWalkLimit } from '../filter/match-index.ts';
import { rollupsCanAnswer } from '../filter/payment-filter.ts';
import type { Payment } from '../payments/payment.ts';
import { indexOrders, readPageAlongIndex } from './page-along-index.ts';
import { readPageAlongRollups } from './page-along-rollups.ts';
import { readPageOfMatches } from './page-of-matches.ts';
import type { PageArgs, PageStart, PaymentPlace, ReadPage } from './page-strategy.ts';

export type SelectPaymentPageArgs = {
  filter: PageArgs['filter'];
  limit: number;
  known?: PageArgs['known'];
  /** Default: `defaultWalkLimit`. */
  walkLimit?: number | undefined;
  /** Default: 2,000. Below it, skipping rows is as fast. */
  deepFrom?: number | undefined;
} & PageStart;

export type PaymentPage = {
  /** Newest first. */
  items: Payment[];
  /** Whether there are more payments after the page, in the direction in which it was read. */
  hasMore: boolean;
  /** A lower bound if `totalIsExact` is false. */
  total: number;
  totalIsExact: boolean;
  asOf: number;
  /**
   * Set if the search stopped before the page was full and before it had looked at all payments. The page has all matches up
   * to this place, and the payments on its side are still to be searched.
   */
  searchedTo: PaymentPlace | null;
};

/**
 * One page of payments, the total of the filter, and the log position as of which both are exact, from one snapshot. Rejects with
 * `QueryTooExpensiveError` for a page by number that needs too many payments to be read.
 */
export async function selectPaymentPage(db: Database, given: SelectPaymentPageArgs): Promise<PaymentPage> {
  const { walkLimit = defaultWalkLimit, deepFrom = 2_000 } = given;
  const args: PageArgs = { ...given, walkLimit, deepFrom };
  const { found, total, totalIsExact, asOf, searchedTo } = await readerFor(args)(db, args);
  const items = found.slice(0, args.limit);
  if (args.place?.side === 'newer') items.reverse();
  return {
    items,
    hasMore: found.length > args.limit,
    total: total ?? args.known?.total ?? 0,
    totalIsExact,
    asOf,
    searchedTo,
  };
}

/** The way to read the page of a filter. */
function readerFor({ filter }: PageArgs): ReadPage {
  if (!rollupsCanAnswer(filter)) return readPageOfMatches;
  return indexOrders(describeFilter(filter).shape) ? readPageAlongIndex : readPageAlongRollups;
}
