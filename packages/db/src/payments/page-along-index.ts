import type { Parameter } from '../connection/statement.ts';
import { statementsByShape } from '../connection/statements-by-shape.ts';
import { and, type SQL, sql } from '../drizzle.ts';
import { describeFilter, type FilterInput, type FilterShape, filterTerms } from '../filter/filter-terms.ts';
import {
  dimensionConditions,
  type FilterTerms,
  filterConditions,
  rollupsCanAnswer,
} from '../filter/payment-filter.ts';
import { type SpanInput, spanInput, spanRows } from '../rollups/span-rows.ts';
import { rollupSpans } from '../rollups/spans.ts';
import { afterNewest, rollupsCanPlacePages } from './deep-page.ts';
import { decodePageRow, type PageArgs, type PageRow, pageQuery, type ReadPage } from './page-strategy.ts';
import { columnsOf } from './payment-columns.ts';

type Shape = {
  filter: FilterShape;
  /** Where the page begins: at the newest payment, after `offset` payments, or on one side of a place. */
  start: 'newest' | 'offset' | 'deep' | 'older' | 'newer';
  /** At most so many payments are read. Null: no such limit. */
  reach: number | null;
};

type Input = FilterInput &
  Partial<SpanInput> & {
    limit: number;
    offset?: number;
    placeAt?: string;
    placeId?: string;
    knownAsOf?: number;
    countLimit?: number;
  };

const pageAlongIndex = statementsByShape<Shape, Input, PageRow>({
  query: (p, shape) => {
    const terms = filterTerms(shape.filter, p);
    const order = shape.start === 'newer' ? 'asc' : 'desc';
    // A limit that is a parameter makes PostgreSQL expect a tenth of the table. It sees the reach.
    const page = sql`
      select * from (
        select ${columnsOf('payments')} from payments
        where ${and(filterConditions(terms), startCondition(p, { shape, terms })) ?? sql`true`}
        order by payments.created_at ${sql.raw(order)}, payments.id ${sql.raw(order)}
        ${shape.reach === null ? sql`` : sql.raw(`limit ${shape.reach}`)}
      ) reachable
      limit ${p('limit', 'int')} ${shape.start === 'offset' ? sql`offset ${p('offset', 'bigint')}` : sql``}`;
    return pageQuery(totalOf(p, { shape, terms }), { page, order });
  },
  decode: decodePageRow,
  lane: ({ filter, reach }) => (reach !== null && indexOrders(filter) ? 'quick' : 'long'),
  isPrepared: ({ filter, reach }) =>
    reach !== null && rollupsCanAnswer(filter) && !(filter.status && filter.currency),
});

/**
 * Reads along `payments_created_at_id_idx`, or along the similar index for a status or a currency. For a large offset the
 * rollups give the place where the page begins (deep-page.ts).
 */
export const readPageAlongIndex: ReadPage = (db, args) => {
  const { filter, limit, offset = 0, place, known, countLimit } = args;
  const { shape, input } = describeFilter(filter);
  const start = startOf(args);
  const isRange = filter.from !== undefined || filter.to !== undefined;
  return db.execute(pageAlongIndex({ filter: shape, start, reach: reachOf(args, start) }), {
    ...input,
    ...(isRange &&
      spanInput(rollupSpans([{ from: filter.from ?? allTime.from, to: filter.to ?? allTime.to }]))),
    ...(place && { placeAt: place.createdAt.toISOString(), placeId: place.id }),
    limit: limit + 1,
    offset,
    // A log that was emptied by its retention is at 0 again.
    knownAsOf: known?.asOf || noPosition,
    countLimit: countLimit + 1,
  });
};

/** Whether an index has the payments of the filter in their order, so that the ones before the page are all skipped ones. */
const indexOrders = (filter: FilterShape): boolean =>
  rollupsCanAnswer(filter) &&
  filter.method === undefined &&
  filter.status !== 'several' &&
  !(filter.status && filter.currency);

function startOf({ filter, offset = 0, place, deepFrom }: PageArgs): Shape['start'] {
  if (place !== undefined) return place.side;
  if (offset === 0) return 'newest';
  return offset >= deepFrom && rollupsCanPlacePages(filter) ? 'deep' : 'offset';
}

/** Few different numbers, because each makes a shape. */
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
  if (start === 'deep') return afterNewest(p('offset', 'bigint'), terms);
  const place = sql`(${p('placeAt', 'timestamptz')}, ${p('placeId', 'uuid')})`;
  return sql`(payments.created_at, payments.id) ${sql.raw(start === 'older' ? '<' : '>')} ${place}`;
}

/** No log is at this position. */
const noPosition = -1;

function totalOf(p: Parameter<Input>, { shape, terms }: { shape: Shape; terms: FilterTerms }): SQL {
  if (!rollupsCanAnswer(shape.filter)) {
    const matches = sql`select 1 from payments where ${filterConditions(terms)} limit ${p('countLimit', 'int')}`;
    return sql`(select count(*) from (${matches}) matches)`;
  }
  const isRange = shape.filter.from !== undefined || shape.filter.to !== undefined;
  const counts = isRange
    ? sql`(${spanRows(p, terms)}) t (n, currency, method, status, count, amount_minor)`
    : sql`rollup_days t where ${dimensionConditions(terms, 't') ?? sql`true`}`;
  const sum = sql`(select coalesce(sum(t.count), 0)::bigint from ${counts})`;
  return sql`case when log.position <> ${p('knownAsOf', 'bigint')} then ${sum} end`;
}

const allTime = { from: new Date('0001-01-01T00:00:00Z'), to: new Date('9999-12-31T00:00:00Z') };
