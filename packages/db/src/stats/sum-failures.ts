import { type PaymentMethod, settledStatuses } from '@paydeck/contract/payments';
import type { Queries } from '../connection/drizzle-queries.ts';
import { literalParameters } from '../connection/statement.ts';
import { and, eq, sql } from '../drizzle.ts';
import { logPosition } from '../events/select-events.ts';
import { literalTerms } from '../filter/filter-terms.ts';
import { filterConditions, type PaymentFilter } from '../filter/payment-filter.ts';
import { spanInput, spanRows, spansFor } from '../rollups/span-rows.ts';
import { payments } from '../schema.ts';
import { exactInteger } from './sum-periods.ts';

export type FailureSum = {
  /** Index of the period. */
  period: number;
  failureCode: string | null;
  method: PaymentMethod;
  count: number;
  amountMinor: number;
};

/**
 * Sums failed payments by period, failure code and method, and counts the payments that were settled in each period. Period
 * `n` is between the bounds `n` and `n + 1`; bounds ascend. Failures are read from `payments_failures_idx` alone, except for
 * filters with a search. Exact as of the log position `asOf`.
 */
export async function sumFailures(
  orm: Queries,
  { bounds, filter }: { bounds: readonly Date[]; filter: PaymentFilter },
): Promise<{ asOf: number; sums: FailureSum[]; settled: { period: number; count: number }[] }> {
  // In a subquery, because PostgreSQL would otherwise parse the text again for each payment.
  const instants = sql`(select ${`{${bounds.map((bound) => bound.toISOString()).join(',')}}`}::timestamptz[])`;
  const sums = orm
    .select({
      period: sql`width_bucket(payments.created_at, ${instants}) - 1`.mapWith(Number).as('period'),
      failureCode: sql<string | null>`payments.failure_code`.as('code'),
      method: sql<PaymentMethod>`payments.method`.as('failed_method'),
      count: sql`count(*)`.mapWith(Number).as('failed_count'),
      amountMinor: sql`sum(payments.amount_minor)`.mapWith(exactInteger).as('failed_amount'),
    })
    .from(payments)
    .where(
      and(
        sql`payments.status = 'failed'`,
        filterConditions(literalTerms({ ...filter, from: bounds[0], to: bounds.at(-1) })),
      ),
    )
    .groupBy(sql`1, 2, 3`)
    .as('sums');
  const settled = settledByPeriod(orm, { bounds, filter });
  // Joined by period, because a cross join of all sums with all counts would be large.
  const answer = await orm
    .select({ asOf: logPosition, sums: sums._.selectedFields, settled: settled._.selectedFields })
    .from(sql`(select 1) as one`)
    .leftJoin(sums, sql`true`)
    .fullJoin(settled, eq(settled.period, sums.period));
  const countByPeriod = new Map(
    answer.flatMap(({ settled: { period, count } }) => (count === null ? [] : [[period, count]])),
  );
  return {
    asOf: answer[0]?.asOf ?? 0,
    settled: [...countByPeriod].map(([period, count]) => ({ period, count })),
    sums: answer.flatMap(({ sums: { period, failureCode, method, count, amountMinor } }) =>
      count === null ? [] : [{ period, failureCode, method, count, amountMinor }],
    ),
  };
}

/** The number of settled payments of the filter, for each period that has any. */
function settledByPeriod(
  orm: Queries,
  { bounds, filter }: { bounds: readonly Date[]; filter: PaymentFilter },
) {
  const status = settledStatuses.filter((status) => !filter.status?.length || filter.status.includes(status));
  const periods = bounds.slice(1).map((to, n) => ({ from: bounds[n] ?? to, to }));
  const settled = { ...filter, status };
  // An empty list of statuses would not filter.
  const spans = status.length === 0 ? [] : spansFor(periods, settled);
  const rows = spanRows(literalParameters(spanInput(spans)), literalTerms(settled));
  return orm
    .select({
      period: sql`n`.mapWith(Number).as('settled_period'),
      count: sql`sum(count)`.mapWith(Number).as('settled_count'),
    })
    .from(sql`(${rows}) as r (n, currency, method, status, count, amount_minor)`)
    .groupBy(sql`n`)
    .as('settled');
}
