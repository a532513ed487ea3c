import { type SQL, sql } from '../drizzle.ts';

/**
 * The two steps that add the rows of `deltas` to the rollups, in the statement that changed the payments. `deltas` has the
 * columns created_at, currency, method, status, count and amount_minor; counts and amounts may be negative. Rows are
 * upserted in key order, so that two statements can't deadlock.
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
