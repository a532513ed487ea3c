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
      sql`payments.created_at >= (select starts_at from quarter_hour)`,
      sql`payments.created_at < (select starts_at + interval '15 minutes' from quarter_hour)`,
    )}
    order by created_at desc, id desc
    limit 1 offset (select rest from quarter_hour))`;
}

/**
 * `counts` has rows (starts_at, count), several for a day or quarter hour. The result is the day or quarter hour that has the
 * first payment after the `offset` newest ones, and in `rest` how many of its payments are still to be skipped. `through`
 * is the number of payments from the newest one to the oldest of the unit.
 */
const unitAfter = (offset: SQL, counts: SQL) => sql`
  select starts_at, (${offset} - (through - count))::bigint as rest
  from (
    select starts_at, sum(count) as count, sum(sum(count)) over (order by starts_at desc) as through
    from (${counts}) as counts group by starts_at
  ) as units
  where through > ${offset} order by starts_at desc limit 1`;

/** The days before the filter's `to`, and the quarter hours before it on the day of `to`. */
function countsByDay(terms: FilterTerms): SQL {
  const { from, to } = terms;
  const days = sql`
    select t.day::timestamp at time zone 'UTC' as starts_at, sum(t.count)::bigint as count from rollup_days t
    where ${
      and(
        from && sql`t.day >= ${utcDate(from)}`,
        to && sql`t.day < ${utcDate(to)}`,
        dimensionConditions(terms, 't'),
      ) ?? sql`true`
    } group by t.day`;
  if (to === undefined) return days;
  const lastDay = sql`${utcDate(to)}::timestamp at time zone 'UTC'`;
  return sql`${days} union all
    select ${lastDay}, t.count from rollup_quarter_hours t
    where ${and(sql`t.starts_at >= ${lastDay}`, sql`t.starts_at < ${to}`, dimensionConditions(terms, 't'))}`;
}

/** The quarter hours of the day that the step `day` found. */
const countsByQuarterHour = (terms: FilterTerms): SQL => sql`
  select t.starts_at, t.count from rollup_quarter_hours t
  where ${and(
    sql`t.starts_at >= (select starts_at from day)`,
    sql`t.starts_at < (select starts_at + interval '24 hours' from day)`,
    terms.to && sql`t.starts_at < ${terms.to}`,
    dimensionConditions(terms, 't'),
  )}`;

const utcDate = (instant: SQL): SQL => sql`(${instant} at time zone 'UTC')::date`;
