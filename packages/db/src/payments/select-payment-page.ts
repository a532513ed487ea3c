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

/** A place in the order `(createdAt, id)`, and which side of it is asked for. */
export type PaymentPlace = { createdAt: Date; id: string; side: 'older' | 'newer' };

export type SelectPaymentPageArgs = {
  filter: PaymentFilter;
  limit: number;
  /** Beyond this many matches, a total that the rollups can't give is a lower bound. Default: 100,000. */
  countLimit?: number | undefined;
} & (
  | {
      offset: number;
      /** From this offset on, the rollups tell where the page begins, where they can: below it, counting off is as fast. */
      deepFrom?: number | undefined;
      place?: undefined;
    }
  | { place: PaymentPlace; offset?: undefined; deepFrom?: undefined }
);

export type PaymentPage = {
  /** Newest first. */
  items: Payment[];
  /** Whether more lie beyond the page, on the side it was read towards. */
  hasMore: boolean;
  total: number;
  totalIsExact: boolean;
  asOf: number;
};

const everything = { from: new Date('0001-01-01T00:00:00Z'), to: new Date('9999-12-31T00:00:00Z') };

/** One page of payments with the total of the filter and the log position both are true as of, from one snapshot. */
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

/** A payment of the page, or of the one after it, in the page's order; null for an empty page. */
type PageRow = { total: number; asOf: number; payment: Payment | null };

/**
 * Along `payments_created_at_id_idx` or its siblings by status and currency; where a deep page begins, the rollups tell
 * (deep-page.ts).
 */
function readAlongIndex(
  orm: Queries,
  args: SelectPaymentPageArgs & { countLimit: number },
): Promise<PageRow[]> {
  const { filter, limit, countLimit, place, offset = 0, deepFrom = 2_000 } = args;
  const deep = offset >= deepFrom && rollupsCanPlacePages(filter);
  const direction = place?.side === 'newer' ? asc : desc;
  const page = orm
    .select(paymentColumns)
    .from(payments)
    .where(
      and(filterConditions(filter), place && beyond(place), deep ? afterNewest(offset, filter) : undefined),
    )
    .orderBy(direction(payments.createdAt), direction(payments.id))
    .limit(limit + 1)
    .offset(deep ? 0 : offset)
    .as('page');
  return orm
    .select({ total: countOf(filter, countLimit), asOf: logPosition, payment: page._.selectedFields })
    .from(sql`(select 1) as one`)
    .leftJoin(page, sql`true`)
    .orderBy(direction(page.createdAt), direction(page.id));
}

/**
 * For filters that only the payments themselves can count: looking for the matches is what costs, so they are looked for
 * once, for the total and the page both. The page lies within the `countLimit` newest.
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

/** A payment by its id, or null. */
export async function selectPayment(orm: Queries, id: string): Promise<Payment | null> {
  const [payment] = await orm.select(paymentColumns).from(payments).where(eq(payments.id, id));
  return payment ?? null;
}

const beyond = ({ createdAt, id, side }: PaymentPlace): SQL => {
  const operator = sql.raw(side === 'older' ? '<' : '>');
  return sql`(${payments.createdAt}, ${payments.id}) ${operator} (${createdAt.toISOString()}::timestamptz, ${id}::uuid)`;
};

function countOf(filter: PaymentFilter, countLimit: number): SQL<number> {
  if (rollupsCanAnswer(filter)) {
    const { from = everything.from, to = everything.to } = filter;
    const rows = spanRows(rollupSpans([{ from, to }]), filter);
    return sql`(select coalesce(sum(count), 0) from (${rows}) as r (n, currency, method, status, count, amount_minor))`.mapWith(
      Number,
    );
  }
  const matches = sql`select 1 from ${payments} where ${filterConditions(filter)} limit ${countLimit + 1}`;
  return sql`(select count(*) from (${matches}) as matches)`.mapWith(Number);
}
