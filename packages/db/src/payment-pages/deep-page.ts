import { and, type SQL, sql } from '../drizzle.ts';
import { dimensionConditions, type FilterTerms, filterConditions } from '../filter/payment-filter.ts';

/**
 * The place (created_at, id) of the first payment after the `offset` newest ones, for a filter that the rollups can answer. They
 * give the UTC day, and then the quarter hour, of that payment. Only the payments of that quarter hour are counted one by one,
 * along `payments_created_at_id_idx` or an index like it by status or currency. There is no row if there are no more than
 * `offset` payments.
 */
export function placeAfterNewest(offset: SQL, terms: FilterTerms): SQL {
  return sql`
    with day as (${unitAfter(offset, countsByDay(terms))}),
    quarter_hour as (${unitAfter(sql`(select rest from day)`, countsByQuarterHour(terms))})
    select created_at, id from payments
    where ${and(
      filterConditions(terms),
      sql`payments.created_at >= (select unit from quarter_hour)`,
      sql`payments.created_at < (select unit + interval '15 minutes' from quarter_hour)`,
    )}
    order by created_at desc, id desc
    limit 1 offset (select rest from quarter_hour)`;
}

/**
 * `counts` has one row (unit, count) for each day or quarter hour. The result is the unit that has the first payment after the
 * `offset` newest ones, and in `rest` how many of its payments are still to be skipped. `through` is the number of payments
 * from the newest one to the oldest of the unit.
 */
const unitAfter = (offset: SQL, counts: SQL) => sql`
  select unit, (${offset} - (through - count))::bigint as rest
  from (select unit, count, sum(count) over (order by unit desc) as through from (${counts}) as counts) as units
  where through > ${offset} order by unit desc limit 1`;

/** The days before the filter's `to`. The last one is the day of `to`, up to `to`. */
function countsByDay(terms: FilterTerms): SQL {
  const { from, to } = terms;
  const days = sql`
    select t.day as unit, sum(t.count)::bigint as count from rollup_days t
    where ${
      and(
        from && sql`t.day >= ${utcDate(from)}`,
        to && sql`t.day < ${utcDate(to)}`,
        dimensionConditions(terms, 't'),
      ) ?? sql`true`
    } group by t.day`;
  if (to === undefined) return days;
  const isLastDay = and(
    sql`t.starts_at >= ${startOf(utcDate(to))}`,
    sql`t.starts_at < ${quarterHourOf(to)}`,
    dimensionConditions(terms, 't'),
  );
  return sql`${days} union all
    select ${utcDate(to)}, (
      (select coalesce(sum(t.count), 0) from rollup_quarter_hours t where ${isLastDay})
      + (select count(*) from payments where ${and(filterConditions(terms), isInLastQuarterHour(to))})
    )::bigint`;
}

/** The quarter hours of the day that the step `day` found. That of the filter's `to` ends at `to`. */
function countsByQuarterHour(terms: FilterTerms): SQL {
  const { to } = terms;
  const isInDay = (column: SQL) => sql`
    ${column} >= ${startOf(sql`(select unit from day)`)} and ${column} < ${startOf(sql`(select unit + 1 from day)`)}`;
  const quarterHours = sql`
    select t.starts_at as unit, sum(t.count)::bigint as count from rollup_quarter_hours t
    where ${and(
      isInDay(sql`t.starts_at`),
      to && sql`t.starts_at < ${quarterHourOf(to)}`,
      dimensionConditions(terms, 't'),
    )} group by t.starts_at`;
  if (to === undefined) return quarterHours;
  return sql`${quarterHours} union all
    select ${quarterHourOf(to)}, count(*) from payments
    where ${and(filterConditions(terms), isInDay(sql`payments.created_at`), isInLastQuarterHour(to))}`;
}

const isInLastQuarterHour = (to: SQL): SQL => sql`payments.created_at >= ${quarterHourOf(to)}`;

/** The instant at which a UTC day starts. */
const startOf = (day: SQL): SQL => sql`(${day}::timestamp at time zone 'UTC')`;

export const utcDate = (instant: SQL): SQL => sql`(${instant} at time zone 'UTC')::date`;

/** The start of the quarter hour of an instant, as in `rollup_quarter_hours`. */
const quarterHourOf = (instant: SQL): SQL => sql`date_bin('15 minutes', ${instant}, '2000-01-01T00:00:00Z')`;
