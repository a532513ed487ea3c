import type { Database } from '../connection/open-database.ts';
import { statementsByShape } from '../connection/statements-by-shape.ts';
import { sql } from '../drizzle.ts';
import { describeFilter, type FilterInput, type FilterShape, filterTerms } from '../filter/filter-terms.ts';
import { type MatchIndex, termsFor } from '../filter/match-index.ts';
import { filterConditions } from '../filter/payment-filter.ts';
import { columnsOf } from '../payments/payment-columns.ts';
import {
  decodePageRow,
  exactRead,
  type PageArgs,
  type PageRead,
  type PageRow,
  type PaymentPlace,
  pageQuery,
} from './page-strategy.ts';

type Shape = { filter: FilterShape; by: MatchIndex; start: 'newest' | PaymentPlace['side'] };

type Input = FilterInput & { limit: number; offset: number; placeAt?: string; placeId?: string };

const allMatches = statementsByShape<Shape, Input, PageRow>({
  query: (p, { filter, by, start }) => {
    const conditions = filterConditions(termsFor(filterTerms(filter, p), by));
    const order = start === 'newer' ? 'asc' : 'desc';
    const place = sql`(${p('placeAt', 'timestamptz')}, ${p('placeId', 'uuid')})`;
    const isBeyond = sql`(created_at, id) ${sql.raw(start === 'newer' ? '>' : '<')} ${place}`;
    const page = sql`
      select ${columnsOf('payments')} from payments
      join (
        select id from matches where ${start === 'newest' ? sql`true` : isBeyond}
        order by created_at ${sql.raw(order)}, id ${sql.raw(order)}
        limit ${p('limit', 'int')} offset ${p('offset', 'bigint')}
      ) place on place.id = payments.id`;
    // Without an order or a limit, PostgreSQL can't choose to walk past all payments in their order.
    return sql`
      with matches as materialized (
        select created_at, id from payments where ${conditions}
      )
      ${pageQuery(sql`(select count(*) from matches)`, { page, order })}`;
  },
  decode: decodePageRow,
  lane: () => 'long',
  // The best plan depends on how rare the searched text or the amounts are.
  isPrepared: () => false,
});

/** Finds every match by an index. It is fast when the index finds few payments, and its total is always exact. */
export async function readAllMatches(
  db: Database,
  { filter, limit, offset = 0, place }: PageArgs,
  by: MatchIndex,
): Promise<PageRead> {
  const { shape, input } = describeFilter(filter);
  const rows = await db.execute(allMatches({ filter: shape, by, start: place?.side ?? 'newest' }), {
    ...input,
    ...(place && { placeAt: place.createdAt.toISOString(), placeId: place.id }),
    limit: limit + 1,
    offset,
  });
  return exactRead(rows);
}
