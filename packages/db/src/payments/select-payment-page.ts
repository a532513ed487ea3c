import type { Queries } from '../connection/drizzle-queries.ts';
import { and, asc, desc, eq, type SQL, sql } from '../drizzle.ts';
import { logPosition } from '../events/select-events.ts';
import { filterConditions, type PaymentFilter, rollupsCanAnswer } from '../filter/payment-filter.ts';
import { spanRows } from '../rollups/span-rows.ts';
import { rollupSpans } from '../rollups/spans.ts';
import { payments } from '../schema.ts';
import { afterNewest, rollupsCanPlacePages } from './deep-page.ts';
import type { Payment } from './payment.ts';
import { paymentColumns } from './payment-columns.ts';

/** A place in the order `(createdAt, id)`, and the side of it on which the page lies. */
export type PaymentPlace = { createdAt: Date; id: string; side: 'older' | 'newer' };

export type SelectPaymentPageArgs = {
  filter: PaymentFilter;
  limit: number;
  /** A total that the rollups can't give is counted up to this number. Default: 100,000. */
  countLimit?: number | undefined;
} & (
  | {
      offset: number;
      /** From this offset on, the rollups tell where the page begins. Below it, skipping rows is as fast. Default: 2,000. */
      deepFrom?: number | undefined;
      place?: undefined;
    }
  | { place: PaymentPlace; offset?: undefined; deepFrom?: undefined }
);

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

const allTime = { from: new Date('0001-01-01T00:00:00Z'), to: new Date('9999-12-31T00:00:00Z') };

/** One page of payments, the total of the filter, and the log position as of which both are exact, from one snapshot. */
export async function selectPaymentPage(orm: Queries, args: SelectPaymentPageArgs): Promise<PaymentPage> {
  const { filter, limit, countLimit = 100_000 } = args;
  const isCounted = rollupsCanAnswer(filter);
  const isNearby = args.place === undefined && args.offset + limit <= countLimit;
  const rows = await (!isCounted && isNearby
    ? readMatches(orm, { ...args, countLimit })
    : readAlongIndex(orm, { ...args, countLimit }));

  const found = rows.flatMap(({ payment }) => (payment === null ? [] : [payment]));
  const items = found.slice(0, limit);
  if (args.place?.side === 'newer') items.reverse();
  const total = rows[0]?.total ?? 0;
  const totalIsExact = isCounted || total <= countLimit;
  return {
    items,
    hasMore: found.length > limit,
    total: totalIsExact ? total : countLimit,
    totalIsExact,
    asOf: rows[0]?.asOf ?? 0,
  };
}

/** A payment of the page, or the first one after it, in the order of the page. Null when the page is empty. */
type PageRow = { total: number; asOf: number; payment: Payment | null };

/**
 * Reads along `payments_created_at_id_idx`, or along the similar index for a status or a currency. For a large offset the
 * rollups tell where the page begins (deep-page.ts).
 */
function readAlongIndex(
  orm: Queries,
  args: SelectPaymentPageArgs & { countLimit: number },
): Promise<PageRow[]> {
  const { filter, limit, countLimit, place, offset = 0, deepFrom = 2_000 } = args;
  const isDeep = offset >= deepFrom && rollupsCanPlacePages(filter);
  const direction = place?.side === 'newer' ? asc : desc;
  const page = orm
    .select(paymentColumns)
    .from(payments)
    .where(
      and(
        filterConditions(filter),
        place && isBeyond(place),
        isDeep ? afterNewest(offset, filter) : undefined,
      ),
    )
    .orderBy(direction(payments.createdAt), direction(payments.id))
    .limit(limit + 1)
    .offset(isDeep ? 0 : offset)
    .as('page');
  return orm
    .select({ total: countOf(filter, countLimit), asOf: logPosition, payment: page._.selectedFields })
    .from(sql`(select 1) as one`)
    .leftJoin(page, sql`true`)
    .orderBy(direction(page.createdAt), direction(page.id));
}

/**
 * For filters whose payments the rollups can't count. Finding the matches is the expensive part, so they are found once, for
 * both total and page. The page must lie within the `countLimit` newest matches.
 */
function readMatches(
  orm: Queries,
  {
    filter,
    limit,
    offset,
    countLimit,
  }: { filter: PaymentFilter; limit: number; offset: number; countLimit: number },
): Promise<PageRow[]> {
  const matches = orm.$with('matches').as(
    orm
      .select({ createdAt: payments.createdAt, id: payments.id })
      .from(payments)
      .where(filterConditions(filter))
      .orderBy(desc(payments.createdAt), desc(payments.id))
      .limit(countLimit + 1),
  );
  const place = orm
    .select({ id: matches.id })
    .from(matches)
    .orderBy(desc(matches.createdAt), desc(matches.id))
    .limit(limit + 1)
    .offset(offset)
    .as('place');
  const page = orm
    .select(paymentColumns)
    .from(payments)
    .innerJoin(place, eq(place.id, payments.id))
    .as('page');
  const total = sql`(select count(*) from ${matches})`.mapWith(Number);
  return orm
    .with(matches)
    .select({ total, asOf: logPosition, payment: page._.selectedFields })
    .from(sql`(select 1) as one`)
    .leftJoin(page, sql`true`)
    .orderBy(desc(page.createdAt), desc(page.id));
}

export async function selectPayment(orm: Queries, id: string): Promise<Payment | null> {
  const [payment] = await orm.select(paymentColumns).from(payments).where(eq(payments.id, id));
  return payment ?? null;
}

const isBeyond = ({ createdAt, id, side }: PaymentPlace): SQL => {
  const operator = sql.raw(side === 'older' ? '<' : '>');
  return sql`(${payments.createdAt}, ${payments.id}) ${operator} (${createdAt.toISOString()}::timestamptz, ${id}::uuid)`;
};

function countOf(filter: PaymentFilter, countLimit: number): SQL<number> {
  if (rollupsCanAnswer(filter)) {
    const { from = allTime.from, to = allTime.to } = filter;
    const rows = spanRows(rollupSpans([{ from, to }]), filter);
    return sql`(select coalesce(sum(count), 0) from (${rows}) as r (n, currency, method, status, count, amount_minor))`.mapWith(
      Number,
    );
  }
  const matches = sql`select 1 from ${payments} where ${filterConditions(filter)} limit ${countLimit + 1}`;
  return sql`(select count(*) from (${matches}) as matches)`.mapWith(Number);
}
