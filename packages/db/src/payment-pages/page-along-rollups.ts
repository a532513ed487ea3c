import type { Parameter } from '../connection/statement.ts';
import { statementsByShape } from '../connection/statements-by-shape.ts';
import { and, type SQL, sql } from '../drizzle.ts';
import { describeFilter, type FilterInput, type FilterShape, filterTerms } from '../filter/filter-terms.ts';
import { dimensionConditions, type FilterTerms, filterConditions } from '../filter/payment-filter.ts';
import { columnsOf } from '../payments/payment-columns.ts';
import { placeAfterNewest, utcDate } from './deep-page.ts';
import { type OrderedPageInput, orderedPageInput } from './ordered-page-input.ts';
import { decodePageRow, exactRead, type PageRow, pageQuery, type ReadPage } from './page-strategy.ts';
import { rollupTotal } from './page-total.ts';

type Shape = { filter: FilterShape; start: 'newest' | 'deep' | 'older' | 'newer' };

type Input = FilterInput & OrderedPageInput;

/** Where the page begins, and the direction in which it is read. */
type Start = {
  order: 'asc' | 'desc';
  /** The instant of the place at which the page begins, or the bound of the filter there. */
  edge: SQL | undefined;
  /** The condition on payments to be beyond the place. */
  isBeyond: SQL | undefined;
};

const pageAlongRollups = statementsByShape<Shape, Input, PageRow>({
  query: (p, { filter, start }) => {
    const terms = filterTerms(filter, p);
    const from = startOf(p, { start, terms });
    const order = sql.raw(from.order);
    const place = start === 'deep' ? placeAfterNewest(p('offset', 'bigint'), terms) : sql`select 1`;
    const page = sql`
      select payments.* from quarter_hours
      cross join lateral (
        select ${columnsOf('payments')} from payments
        where ${and(
          sql`payments.created_at >= quarter_hours.starts_at`,
          sql`payments.created_at < quarter_hours.starts_at + interval '15 minutes'`,
          filterConditions(terms),
          from.isBeyond,
        )}
        order by payments.created_at ${order}, payments.id ${order} limit ${p('limit', 'int')}
      ) payments
      order by payments.created_at ${order}, payments.id ${order} limit ${p('limit', 'int')}`;
    return sql`
      with place as materialized (${place}),
      days as (${daysOfPage(p, { terms, from })}),
      quarter_hours as (${quarterHoursOfPage(p, { terms, from })})
      ${pageQuery(rollupTotal(p, terms), { page, order: from.order })}`;
  },
  decode: decodePageRow,
  lane: () => 'quick',
});

/**
 * For filters that the rollups can answer and no index orders: by method, by currency, or by several statuses. The rollups
 * give the UTC days, and then the quarter hours, that have the payments of the page, so that a rare method is as fast as a
 * frequent one. Only the payments of these quarter hours are read.
 */
export const readPageAlongRollups: ReadPage = async (db, args) => {
  const { offset = 0, place } = args;
  const { shape, input } = describeFilter(args.filter);
  const start = place?.side ?? (offset === 0 ? 'newest' : 'deep');
  const rows = await db.execute(pageAlongRollups({ filter: shape, start }), {
    ...input,
    ...orderedPageInput(args),
  });
  return exactRead(rows);
};

function startOf(
  p: Parameter<Input>,
  { start, terms: { from, to } }: { start: Shape['start']; terms: FilterTerms },
): Start {
  const row = sql`(payments.created_at, payments.id)`;
  if (start === 'newest') return { order: 'desc', edge: to, isBeyond: undefined };
  if (start === 'deep') {
    const edge = sql`(select created_at from place)`;
    return { order: 'desc', edge, isBeyond: sql`${row} <= (select created_at, id from place)` };
  }
  const placeAt = p('placeAt', 'timestamptz');
  const place = sql`(${placeAt}, ${p('placeId', 'uuid')})`;
  if (start === 'older') {
    return {
      order: 'desc',
      edge: to ? sql`least(${to}, ${placeAt})` : placeAt,
      isBeyond: sql`${row} < ${place}`,
    };
  }
  const edge = from ? sql`greatest(${from}, ${placeAt})` : placeAt;
  return { order: 'asc', edge, isBeyond: sql`${row} > ${place}` };
}

/**
 * The days (day) that have the payments of the page. The rollups don't say how many payments of the day of `edge` are beyond
 * `edge`, so that day is always included, and not counted.
 */
function daysOfPage(p: Parameter<Input>, { terms, from }: { terms: FilterTerms; from: Start }): SQL {
  const { edge } = from;
  const counts = sql`
    select t.day as unit, sum(t.count) as count, sum(t.count) as counted from rollup_days t
    where ${
      and(
        dimensionConditions(terms, 't'),
        terms.from && sql`t.day >= ${utcDate(terms.from)}`,
        terms.to && sql`t.day <= ${utcDate(terms.to)}`,
        edge && sql`t.day ${sql.raw(from.order === 'asc' ? '>' : '<')} ${utcDate(edge)}`,
      ) ?? sql`true`
    } group by t.day`;
  const days = sql`select unit as day from (${unitsOfPage(p, { counts, from })}) units`;
  return edge === undefined ? days : sql`${days} union all select ${utcDate(edge)}`;
}

/** The quarter hours (starts_at) that have the payments of the page. The one of `edge` is included, and not counted. */
function quarterHoursOfPage(p: Parameter<Input>, { terms, from }: { terms: FilterTerms; from: Start }): SQL {
  const { edge } = from;
  const end = sql`t.starts_at + interval '15 minutes'`;
  const isWhole = edge && (from.order === 'asc' ? sql`t.starts_at > ${edge}` : sql`${end} <= ${edge}`);
  const counts = sql`
    select t.starts_at as unit, sum(t.count) as count,
           ${isWhole ? sql`coalesce(sum(t.count) filter (where ${isWhole}), 0)` : sql`sum(t.count)`} as counted
    from days
    join rollup_quarter_hours t on t.starts_at >= days.day::timestamp at time zone 'UTC'
      and t.starts_at < (days.day + 1)::timestamp at time zone 'UTC'
    where ${
      and(
        dimensionConditions(terms, 't'),
        edge && (from.order === 'asc' ? sql`${end} > ${edge}` : sql`t.starts_at <= ${edge}`),
      ) ?? sql`true`
    }
    group by t.starts_at`;
  return sql`select unit as starts_at from (${unitsOfPage(p, { counts, from })}) units`;
}

/** The first ones of `counts` (unit, count, counted) in the page's order that together have the page's payments. */
const unitsOfPage = (p: Parameter<Input>, { counts, from }: { counts: SQL; from: Start }): SQL => sql`
  select unit from (
    select unit, count, counted, sum(counted) over (order by unit ${sql.raw(from.order)}) as through
    from (${counts}) counts
  ) counts
  where count > 0 and through - counted < ${p('limit', 'int')}`;
