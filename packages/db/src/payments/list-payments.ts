import type { Queries } from '../connection/open-database.ts';
import { and, asc, desc, eq, type SQL, sql } from '../drizzle.ts';
import { logPosition } from '../events/read-events.ts';
import { payments } from '../schema.ts';
import { rollupSpans } from '../stats/spans.ts';
import { spanRows } from '../stats/sum-periods.ts';
import { afterNewest, rollupsKnowPlaces } from './deep-page.ts';
import { filterConditions, type PaymentFilter, rollupsCanAnswer } from './filter.ts';
import type { Payment } from './payment.ts';
import { paymentColumns } from './payment-sql.ts';

/** A place in the order `(createdAt, id)`, and which side of it is asked for. */
export type PaymentPlace = { createdAt: Date; id: string; side: 'older' | 'newer' };

export type ListPaymentsArgs = { filter: PaymentFilter; limit: number } & (
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

/** Beyond this many matches, a total that the rollups can't give is a lower bound. */
const countLimit = 100_000;
const everything = { from: new Date('0001-01-01T00:00:00Z'), to: new Date('9999-12-31T00:00:00Z') };

/**
 * One page of payments with the total of the filter and the log position both are true as of, from one snapshot.
 * Read along `payments_created_at_id_idx` or its siblings by status and currency; where a
 * deep page begins, the rollups tell (deep-page.ts).
 */
export async function listPayments(orm: Queries, args: ListPaymentsArgs): Promise<PaymentPage> {
  const { filter, limit, place, offset = 0, deepFrom = 2_000 } = args;
  const deep = offset >= deepFrom && rollupsKnowPlaces(filter);
  const newer = place?.side === 'newer';
  const direction = newer ? asc : desc;
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
  const rows = await orm
    .select({ total: countOf(filter), asOf: logPosition, payment: page._.selectedFields })
    .from(sql`(select 1) as one`)
    .leftJoin(page, sql`true`)
    .orderBy(direction(page.createdAt), direction(page.id));

  const found = rows.flatMap(({ payment }) => (payment === null ? [] : [payment]));
  const items = found.slice(0, limit);
  if (newer) items.reverse();
  const total = rows[0]?.total ?? 0;
  const totalIsExact = rollupsCanAnswer(filter) || total <= countLimit;
  return {
    items,
    hasMore: found.length > limit,
    total: totalIsExact ? total : countLimit,
    totalIsExact,
    asOf: rows[0]?.asOf ?? 0,
  };
}

/** A payment by its id, or null. */
export async function findPayment(orm: Queries, id: string): Promise<Payment | null> {
  const [payment] = await orm.select(paymentColumns).from(payments).where(eq(payments.id, id));
  return payment ?? null;
}

const beyond = ({ createdAt, id, side }: PaymentPlace): SQL => {
  const operator = sql.raw(side === 'older' ? '<' : '>');
  return sql`(${payments.createdAt}, ${payments.id}) ${operator} (${createdAt.toISOString()}::timestamptz, ${id}::uuid)`;
};

function countOf(filter: PaymentFilter): SQL<number> {
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
