import { type SQL, sql } from '../drizzle.ts';

/**
 * The two upserts that move the rollups by the rows of `deltas` (created_at, currency, method, status, count,
 * amount_minor; counts and amounts may be negative), as CTEs of the statement that changed the payments.
 * Rows go in key order, so that two statements never wait for each other crosswise.
 */
export const applyRollupDeltas = (deltas: string): SQL =>
  sql.raw(`
  moved_quarter_hours as (
    insert into rollup_quarter_hours as r (starts_at, currency, method, status, count, amount_minor)
    select date_bin('15 minutes', created_at, '2000-01-01T00:00:00Z'), currency, method, status,
           sum(count)::bigint, sum(amount_minor)::bigint
    from ${deltas}
    group by 1, 2, 3, 4
    order by 1, 2, 3, 4
    on conflict (starts_at, currency, method, status) do update
    set count = r.count + excluded.count, amount_minor = r.amount_minor + excluded.amount_minor
  ),
  moved_days as (
    insert into rollup_days as r (day, currency, method, status, count, amount_minor)
    select (created_at at time zone 'UTC')::date, currency, method, status,
           sum(count)::bigint, sum(amount_minor)::bigint
    from ${deltas}
    group by 1, 2, 3, 4
    order by 1, 2, 3, 4
    on conflict (day, currency, method, status) do update
    set count = r.count + excluded.count, amount_minor = r.amount_minor + excluded.amount_minor
  )`);
