import { statementsByShape } from '../connection/statements-by-shape.ts';
import { sql } from '../drizzle.ts';
import { describeFilter, type FilterInput, type FilterShape, filterTerms } from '../filter/filter-terms.ts';
import { filterConditions } from '../filter/payment-filter.ts';
import { columnsOf } from '../payments/payment-columns.ts';
import { decodePageRow, exactRead, type PageRow, pageQuery, type ReadPage } from './page-strategy.ts';

type Input = FilterInput & { limit: number; offset: number; through: number };

const pageAfterMatches = statementsByShape<FilterShape, Input, PageRow>({
  query: (p, shape) => {
    const page = sql`
      select ${columnsOf('payments')} from payments
      join (
        select id from matches order by created_at desc, id desc
        limit ${p('limit', 'int')} offset ${p('offset', 'bigint')}
      ) place on place.id = payments.id`;
    return sql`
      with matches as materialized (
        select created_at, id from payments where ${filterConditions(filterTerms(shape, p))}
        order by created_at desc, id desc limit ${p('through', 'bigint')}
      )
      ${pageQuery(sql`(select count(*) from matches)`, { page, order: 'desc' })}`;
  },
  decode: decodePageRow,
  lane: () => 'long',
  // The best plan depends on how rare the searched text or the amounts are.
  isPrepared: () => false,
});

/** Reads the page that follows the `offset` newest matches, all of which it finds first. */
export const readPageAfterMatches: ReadPage = async (db, { filter, limit, offset = 0 }) => {
  const { shape, input } = describeFilter(filter);
  const through = offset + limit + 1;
  const rows = await db.execute(pageAfterMatches(shape), { ...input, limit: limit + 1, offset, through });
  const read = exactRead(rows);
  return { ...read, totalIsExact: (read.total ?? 0) < through };
};
