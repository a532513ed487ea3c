import { and, type SQL, sql } from '../drizzle.ts';
import {
  dimensionConditions,
  type FilterTerms,
  filterConditions,
  type PaymentFilter,
  rollupsCanAnswer,
} from '../filter/payment-filter.ts';
import { isQuarterHour } from '../rollups/spans.ts';

/**
 * Whether the rollups can tell where a page of this filter begins. They count in quarter hours from the newest payment, so
 * the filter must end where a quarter hour starts.
 */
export const rollupsCanPlacePages = (filter: PaymentFilter): boolean =>
  rollupsCanAnswer(filter) && (filter.to === undefined || isQuarterHour(filter.to));

/**
 * The condition that skips the `offset` newest payments, for a filter that fulfills `rollupsCanPlacePages`. The rollups
 * give the UTC day, and then the quarter hour, of the first payment that is not skipped. Only the payments of that quarter
 * hour are counted one by one, along `payments_created_at_id_idx` or an index like it by status or currency. If there are
 * no more than `offset` payments, all are skipped.
 */
export function afterNewest(offset: SQL, terms: FilterTerms): SQL {
  return sql`(payments.created_at, payments.id) <= (
    with day as (${unitAfter(offset, countsByDay(terms))}),
    quarter_hour as (${unitAfter(sql`(select rest from day)`, countsByQuarterHour(terms))})
    select created_at, id from payments
    where ${and(
      filterConditions(terms),
      sql`payments.created_at >= (select unit from quarter_hour)`,
      sql`payments.created_at < (select unit + interval '15 minutes' from quarter_hour)`,
    )}
    order by created_at desc, id desc
    limit 1 offset (select rest from quarter_hour))`;
}

/**
 * `counts` has one row (unit, count) for each day or quarter hour. The result is the unit that has the first payment after the
 * `offset` newest ones, and in `rest` how many of its payments are still to be skipped. `through` is the number of payments
 * from the newest one to the oldest of the unit.
 */
const unitAfter = (offset: SQL, counts: SQL) => sql`
  select unit, (${offset} - (through - count))::bigint as rest
  from (select unit, count, sum(count) over (order by unit desc) as through from (${counts}) counts) units
  where through > ${offset} order by unit desc limit 1`;

/** The days before the filter's `to`. The last one is the day of `to`, up to the quarter hour of `to`. */
function countsByDay(terms: FilterTerms): SQL {
  const { from, to } = terms;
  const conditions = and(
    from && sql`t.day >= ${utcDate(from)}`,
    to && sql`t.day < ${utcDate(to)}`,
    dimensionConditions(terms, 't'),
  );
  const days = sql`
    select t.day as unit, sum(t.count)::bigint as count from rollup_days t
    where ${conditions ?? sql`true`} group by t.day`;
  if (to === undefined) return days;
  return sql`${days} union all
    select ${utcDate(to)}, coalesce(sum(t.count), 0)::bigint from rollup_quarter_hours t
    where ${and(
      sql`t.starts_at >= ${startOf(utcDate(to))}`,
      sql`t.starts_at < ${to}`,
      dimensionConditions(terms, 't'),
    )}`;
}

/** The quarter hours of the day that the step `day` found. */
const countsByQuarterHour = (terms: FilterTerms): SQL => sql`
  select t.starts_at as unit, sum(t.count)::bigint as count from rollup_quarter_hours t
  where ${and(
    sql`t.starts_at >= ${startOf(sql`(select unit from day)`)}`,
    sql`t.starts_at < ${startOf(sql`(select unit + 1 from day)`)}`,
    terms.to && sql`t.starts_at < ${terms.to}`,
    dimensionConditions(terms, 't'),
  )} group by t.starts_at`;

const utcDate = (instant: SQL): SQL => sql`(${instant} at time zone 'UTC')::date`;
const startOf = (day: SQL): SQL => sql`(${day}::timestamp at time zone 'UTC')`;
