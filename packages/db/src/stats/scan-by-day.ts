import type { Database } from '../connection/open-database.ts';
import type { Parameter } from '../connection/statement.ts';
import { statementsByShape } from '../connection/statements-by-shape.ts';
import { and, type SQL, sql } from '../drizzle.ts';
import { describeFilter, type FilterInput, type FilterShape, filterTerms } from '../filter/filter-terms.ts';
import { termsFor } from '../filter/match-index.ts';
import { type PaymentFilter, timelessConditions } from '../filter/payment-filter.ts';
import type { Period } from '../rollups/spans.ts';
import {
  type BucketInput,
  bucketSums,
  decodeScanRow,
  instantArray,
  type Scan,
  type ScanRow,
  scanFrom,
  scanQuery,
} from './scan-buckets.ts';

type Input = FilterInput & BucketInput & { rangesFrom: string; rangesTo: string; budgetPercent: number };

const sumsByDay = statementsByShape<FilterShape, Input, ScanRow>({
  query: (p, shape) => {
    const conditions = and(
      sql`payments.created_at >= slice.from_at`,
      sql`payments.created_at < slice.to_at`,
      timelessConditions(termsFor(filterTerms(shape, p), null)),
    );
    return sql`
      with slices as materialized (${slicesOf(p)}),
      read as materialized (
        select slice.from_at, sums.* from (
          select from_at, to_at from slices
          where clock_timestamp() < ${deadline(p)} or from_at = (select max(from_at) from slices)
          offset 0
        ) slice
        left join lateral (${bucketSums(p, conditions ?? sql`true`)}) sums on true
      )
      ${scanQuery({
        coveredFrom: sql`(
          select case when count(distinct read.from_at) < (select count(*) from slices) then min(read.from_at) end
          from read)`,
        sums: sql`
          select bucket, method, status, failure_code, sum(count) as count, sum(amount_minor) as amount_minor
          from read where bucket is not null group by 1, 2, 3, 4`,
      })}`;
  },
  decode: decodeScanRow,
  lane: () => 'long',
});

/** The UTC days of all ranges, from the newest payment to the oldest, cut to their range. */
const slicesOf = (p: Parameter<Input>): SQL => sql`
  select greatest(day, range.from_at) as from_at, least(day + interval '1 day', range.to_at) as to_at
  from unnest(${p('rangesFrom', 'text[]')}::timestamptz[], ${p('rangesTo', 'text[]')}::timestamptz[])
    as range (from_at, to_at)
  cross join lateral generate_series(
    date_trunc('day', greatest(range.from_at, (select min(created_at) from payments))),
    least(range.to_at - interval '1 ms', (select max(created_at) from payments)), '1 day'
  ) day
  order by 1 desc`;

/** The instant at which to stop: after a part of the statement's timeout. */
const deadline = (p: Parameter<Input>): SQL => sql`statement_timestamp()
  + ${p('budgetPercent', 'int')} * coalesce(nullif(current_setting('statement_timeout'), '0')::interval, '2 s') / 100`;

/** The rest of the timeout is left for the last day, which may take long. */
const defaultBudgetPercent = 50;

/**
 * Sums the payments of a filter day by day, newest first, along an index. PostgreSQL reads the next day only before the
 * deadline, so a long range of many payments is covered in part.
 */
export async function scanByDay(
  db: Database,
  args: {
    /** Newest first, without overlaps. */
    ranges: readonly Period[];
    bounds: readonly number[];
    filter: PaymentFilter;
    budgetPercent?: number | undefined;
  },
): Promise<Scan> {
  const { ranges, bounds, filter, budgetPercent = defaultBudgetPercent } = args;
  const { shape, input } = describeFilter({ ...filter, from: undefined, to: undefined });
  const rows = await db.execute(sumsByDay(shape), {
    ...input,
    bounds: instantArray(bounds),
    rangesFrom: instantArray(ranges.map(({ from }) => from.getTime())),
    rangesTo: instantArray(ranges.map(({ to }) => to.getTime())),
    budgetPercent,
  });
  return scanFrom(rows);
}
