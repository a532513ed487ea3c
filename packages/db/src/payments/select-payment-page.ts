import type { Database } from '../connection/open-database.ts';
import { type PaymentFilter, rollupsCanAnswer } from '../filter/payment-filter.ts';
import { readPageAlongIndex } from './page-along-index.ts';
import { readPageOfMatches } from './page-of-matches.ts';
import type { PageArgs, PageStart, ReadPage } from './page-strategy.ts';
import type { Payment } from './payment.ts';

export type SelectPaymentPageArgs = {
  filter: PaymentFilter;
  limit: number;
  known?: PageArgs['known'];
  /** Default: 100,000. */
  countLimit?: number | undefined;
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
};

/** One page of payments, the total of the filter, and the log position as of which both are exact, from one snapshot. */
export async function selectPaymentPage(db: Database, given: SelectPaymentPageArgs): Promise<PaymentPage> {
  const { countLimit = 100_000, deepFrom = 2_000 } = given;
  const args: PageArgs = { ...given, countLimit, deepFrom };
  const rows = await readerFor(args)(db, args);

  const found = rows.flatMap(({ payment }) => payment ?? []);
  const items = found.slice(0, args.limit);
  if (args.place?.side === 'newer') items.reverse();
  const total = rows[0]?.total ?? args.known?.total ?? 0;
  const totalIsExact = rollupsCanAnswer(args.filter) || total <= countLimit;
  return {
    items,
    hasMore: found.length > args.limit,
    total: totalIsExact ? total : countLimit,
    totalIsExact,
    asOf: rows[0]?.asOf ?? 0,
  };
}

/** The way to read the page of a filter. */
function readerFor({ filter, offset, limit, countLimit }: PageArgs): ReadPage {
  const isNearby = offset !== undefined && offset + limit <= countLimit;
  return !rollupsCanAnswer(filter) && isNearby ? readPageOfMatches : readPageAlongIndex;
}
