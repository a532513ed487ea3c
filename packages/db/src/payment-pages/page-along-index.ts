import type { Parameter } from '../connection/statement.ts';
import { statementsByShape } from '../connection/statements-by-shape.ts';
import { and, type SQL, sql } from '../drizzle.ts';
import { describeFilter, type FilterInput, type FilterShape, filterTerms } from '../filter/filter-terms.ts';
import { type FilterTerms, filterConditions } from '../filter/payment-filter.ts';
import { columnsOf } from '../payments/payment-columns.ts';
import { placeAfterNewest } from './deep-page.ts';
import { type OrderedPageInput, orderedPageInput } from './ordered-page-input.ts';
import {
  decodePageRow,
  exactRead,
  type PageArgs,
  type PageRow,
  pageQuery,
  type ReadPage,
} from './page-strategy.ts';
import { rollupTotal } from './page-total.ts';

type Shape = {
  filter: FilterShape;
  /** Where the page begins: at the newest payment, after `offset` payments, or on one side of a place. */
  start: 'newest' | 'offset' | 'deep' | 'older' | 'newer';
  /** The most payments that are read. Null: no limit in the text. */
  reach: number | null;
};

type Input = FilterInput & OrderedPageInput;

const pageAlongIndex = statementsByShape<Shape, Input, PageRow>({
  query: (p, shape) => {
    const terms = filterTerms(shape.filter, p);
    const order = shape.start === 'newer' ? 'asc' : 'desc';
    // For a limit that is a parameter, PostgreSQL expects a tenth of the table. `reach` is in the text, so it expects that.
    const page = sql`
      select * from (
        select ${columnsOf('payments')} from payments
        where ${and(filterConditions(terms), startCondition(p, { shape, terms })) ?? sql`true`}
        order by payments.created_at ${sql.raw(order)}, payments.id ${sql.raw(order)}
        ${shape.reach === null ? sql`` : sql.raw(`limit ${shape.reach}`)}
      ) reachable
      limit ${p('limit', 'int')} ${shape.start === 'offset' ? sql`offset ${p('offset', 'bigint')}` : sql``}`;
    return pageQuery(rollupTotal(p, terms), { page, order });
  },
  decode: decodePageRow,
  lane: ({ reach }) => (reach === null ? 'long' : 'quick'),
  isPrepared: ({ reach }) => reach !== null,
});

/**
 * Whether an index has the payments of the filter in the order of the list, so that no others are read. The index on currency
 * does not count, because a generic plan does not use it: PostgreSQL expects every currency to be as frequent as the most
 * frequent one, so it would read all payments to find that a currency is absent.
 */
export const indexOrders = ({ status, method, currency, ...others }: FilterShape): boolean =>
  method === undefined &&
  status !== 'several' &&
  currency === undefined &&
  others.failureCode === undefined &&
  others.noFailureCode === undefined &&
  others.search === undefined &&
  others.minAmountMinor === undefined &&
  others.maxAmountMinor === undefined;

/**
 * For filters that `indexOrders`: reads along `payments_created_at_id_idx`, or along the similar index for a status. For a
 * large offset the rollups give the place where the page begins (deep-page.ts).
 */
export const readPageAlongIndex: ReadPage = async (db, args) => {
  const { shape, input } = describeFilter(args.filter);
  const start = startOf(args);
  const rows = await db.execute(pageAlongIndex({ filter: shape, start, reach: reachOf(args, start) }), {
    ...input,
    ...orderedPageInput(args),
  });
  return exactRead(rows);
};

function startOf({ offset = 0, place, deepFrom }: PageArgs): Shape['start'] {
  if (place !== undefined) return place.side;
  if (offset === 0) return 'newest';
  return offset >= deepFrom ? 'deep' : 'offset';
}

/** Only a few, because each makes separate shapes. */
const reaches = [101, 2_601];

function reachOf({ limit, offset = 0 }: PageArgs, start: Shape['start']): number | null {
  const last = (start === 'offset' ? offset : 0) + limit + 1;
  return reaches.find((reach) => reach >= last) ?? null;
}

function startCondition(
  p: Parameter<Input>,
  { shape: { start }, terms }: { shape: Shape; terms: FilterTerms },
): SQL | undefined {
  if (start === 'newest' || start === 'offset') return undefined;
  if (start === 'deep') {
    return sql`(payments.created_at, payments.id) <= (${placeAfterNewest(p('offset', 'bigint'), terms)})`;
  }
  const place = sql`(${p('placeAt', 'timestamptz')}, ${p('placeId', 'uuid')})`;
  return sql`(payments.created_at, payments.id) ${sql.raw(start === 'older' ? '<' : '>')} ${place}`;
}
