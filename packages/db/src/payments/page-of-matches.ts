import { statementsByShape } from '../connection/statements-by-shape.ts';
import { sql } from '../drizzle.ts';
import { describeFilter, type FilterInput, type FilterShape, filterTerms } from '../filter/filter-terms.ts';
import { filterConditions } from '../filter/payment-filter.ts';
import { decodePageRow, type PageRow, pageQuery, type ReadPage } from './page-strategy.ts';
import { columnsOf } from './payment-columns.ts';

type Input = FilterInput & { limit: number; offset: number; countLimit: number };

const pageOfMatches = statementsByShape<FilterShape, Input, PageRow>({
  query: (p, shape) => {
    const terms = filterTerms(shape, p);
    const page = sql`
      select ${columnsOf('payments')} from payments
      join (
        select id from matches order by created_at desc, id desc
        limit ${p('limit', 'int')} offset ${p('offset', 'bigint')}
      ) place on place.id = payments.id`;
    return sql`
      with matches as (
        select created_at, id from payments where ${filterConditions(terms)}
        order by created_at desc, id desc limit ${p('countLimit', 'int')}
      )
      ${pageQuery(sql`(select count(*) from matches)`, { page, order: 'desc' })}`;
  },
  decode: decodePageRow,
  lane: () => 'long',
  // The best plan depends on how rare the searched text or the amounts are.
  isPrepared: () => false,
});

/**
 * For filters whose payments the rollups can't count. Finding the matches is the expensive part, so they are found once, for
 * both total and page. The page must lie within the `countLimit` newest matches.
 */
export const readPageOfMatches: ReadPage = (db, { filter, limit, offset = 0, countLimit }) => {
  const { shape, input } = describeFilter(filter);
  return db.execute(pageOfMatches(shape), { ...input, limit: limit + 1, offset, countLimit: countLimit + 1 });
};
