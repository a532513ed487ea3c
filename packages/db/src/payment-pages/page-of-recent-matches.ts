import type { Database } from '../connection/open-database.ts';
import { statementsByShape } from '../connection/statements-by-shape.ts';
import { sql } from '../drizzle.ts';
import { describeFilter, type FilterInput, type FilterShape, filterTerms } from '../filter/filter-terms.ts';
import {
  type Candidates,
  candidateCounts,
  candidatesFrom,
  countWhere,
  termsFor,
} from '../filter/match-index.ts';
import { timelessConditions } from '../filter/payment-filter.ts';
import { paymentsInOrder } from '../filter/payments-in-order.ts';
import type { Payment } from '../payments/payment.ts';
import { columnsOf, paymentFromCells } from '../payments/payment-columns.ts';
import type { PageArgs, PageRead, PaymentPlace } from './page-strategy.ts';

type Shape = { filter: FilterShape; start: 'newest' | PaymentPlace['side']; walkLimit: number };

type Input = FilterInput & { limit: number; offset: number; placeAt?: string; placeId?: string };

type Row = {
  total: number;
  totalIsExact: boolean;
  candidates: Candidates;
  /** The last payment of the walk. Null if the page is full, or if there are no more payments. */
  end: { createdAt: Date; id: string } | null;
  asOf: number;
  payment: Payment | null;
};

const recentMatches = statementsByShape<Shape, Input, Row>({
  query: (p, { filter, start, walkLimit }) => {
    const terms = filterTerms(filter, p);
    const matches = timelessConditions(termsFor(terms, null));
    const order = sql.raw(start === 'newer' ? 'asc' : 'desc');
    const place = sql`(${p('placeAt', 'timestamptz')}, ${p('placeId', 'uuid')})`;
    const beyondPlace = sql`(payments.created_at, payments.id) ${sql.raw(start === 'newer' ? '>' : '<')} ${place}`;
    const inOrder = paymentsInOrder(filter, terms);
    const fromStart = inOrder(order, start === 'newest' ? undefined : beyondPlace);
    const limit = sql.raw(String(walkLimit));
    return sql`
      with found as materialized (
        select created_at, id from (${fromStart} limit ${limit}) payments
        where ${matches} order by created_at ${order}, id ${order}
        limit ${p('limit', 'int')} offset ${p('offset', 'bigint')}
      ),
      walk_end as (
        select created_at, id from (${fromStart} limit 1 offset ${sql.raw(String(walkLimit - 1))}) payments
        where (select count(*) from found) < ${p('limit', 'int')}
      )
      select counted.matches, counted.walked < ${limit}, counted.by_text, counted.by_amount, counted.by_failure_code,
             walk_end.created_at, walk_end.id, log.position,
             ${columnsOf('payments')}
      from (
        select count(*) as walked, ${countWhere(matches)} as matches, ${candidateCounts(terms)}
        from (${inOrder(sql`desc`)} limit ${limit}) payments
      ) counted
      cross join (select coalesce(max(position), 0) as position from events) log
      left join walk_end on true
      left join (found join payments using (id)) on true
      order by payments.created_at ${order}, payments.id ${order}`;
  },
  decode: ([matches, isExact, byText, byAmount, byFailureCode, endAt, endId, position, ...payment]) => ({
    total: Number(matches),
    totalIsExact: isExact === true,
    candidates: candidatesFrom([byText, byAmount, byFailureCode]),
    end: endAt === null ? null : { createdAt: new Date(String(endAt)), id: String(endId) },
    asOf: Number(position),
    payment: paymentFromCells(payment, 0),
  }),
  lane: () => 'long',
});

export type RecentMatches = PageRead & { candidates: Candidates };

/** Walks along an index past `walkLimit` payments at most. `searchedTo` is set when the walk ended before the page was full. */
export async function readRecentMatches(db: Database, args: PageArgs): Promise<RecentMatches> {
  const { filter, limit, offset = 0, place, walkLimit } = args;
  const { shape, input } = describeFilter(filter);
  const start = place?.side ?? 'newest';
  const rows = await db.execute(recentMatches({ filter: shape, start, walkLimit }), {
    ...input,
    ...(place && { placeAt: place.createdAt.toISOString(), placeId: place.id }),
    limit: limit + 1,
    offset,
  });
  const [first] = rows;
  if (first === undefined) throw new Error('A walk gives at least one row.');
  const { total, totalIsExact, asOf, candidates, end } = first;
  return {
    found: rows.flatMap(({ payment }) => payment ?? []),
    total,
    totalIsExact,
    asOf,
    candidates,
    searchedTo: end && { ...end, side: place?.side ?? 'older' },
  };
}
