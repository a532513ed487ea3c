import { type PaymentMethod, settledStatuses } from '@paydeck/contract/payments';
import type { Queries } from '../connection/drizzle-queries.ts';
import { literalParameters } from '../connection/statement.ts';
import { and, eq, sql } from '../drizzle.ts';
import { logPosition } from '../events/select-events.ts';
import { literalTerms } from '../filter/filter-terms.ts';
import { filterConditions, type PaymentFilter } from '../filter/payment-filter.ts';
import { spanInput, spanRows, spansFor } from '../rollups/span-rows.ts';
import { payments } from '../schema.ts';
import type { FailureSums } from './failure-sums.ts';
import { exactInteger } from './period-sum.ts';

/**
 * Like `sumFailures`, for filters that the rollups can't answer. Failures are read from `payments_failures_idx` alone, except
 * for filters with a search.
 */
export async function scanFailures(
  longReads: Queries,
  { bounds, filter }: { bounds: readonly Date[]; filter: PaymentFilter },
): Promise<FailureSums> {
  // In a subquery, because PostgreSQL would otherwise parse the text again for each payment.
  const instants = sql`(select ${`{${bounds.map((bound) => bound.toISOString()).join(',')}}`}::timestamptz[])`;
  const sums = longReads
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
  const settled = settledByPeriod(longReads, { bounds, filter });
  // Joined by period, because a cross join of all sums with all counts would be large.
  const answer = await longReads
    .select({ asOf: logPosition, sums: sums._.selectedFields, settled: settled._.selectedFields })
    .from(sql`(select 1) as one`)
    .leftJoin(sums, sql`true`)
    .fullJoin(settled, eq(settled.period, sums.period));
  const countByPeriod = new Map(
    answer.flatMap(({ settled: { period, count } }) => (count === null ? [] : [[period, count]])),
  );
  return {
    asOf: answer[0]?.asOf ?? 0,
    settled: bounds.slice(1).map((_, period) => countByPeriod.get(period) ?? 0),
    failures: answer.flatMap(({ sums: { period, failureCode, method, count, amountMinor } }) =>
      count === null ? [] : [{ period, failureCode, method, count, amountMinor }],
    ),
  };
}

/** The number of settled payments of the filter, for each period that has any. */
function settledByPeriod(
  longReads: Queries,
  { bounds, filter }: { bounds: readonly Date[]; filter: PaymentFilter },
) {
  const status = settledStatuses.filter((status) => !filter.status?.length || filter.status.includes(status));
  const periods = bounds.slice(1).map((to, n) => ({ from: bounds[n] ?? to, to }));
  const settled = { ...filter, status };
  // An empty list of statuses would not filter.
  const spans = status.length === 0 ? [] : spansFor(periods, settled);
  const rows = spanRows(literalParameters(spanInput(spans)), literalTerms(settled));
  return longReads
    .select({
      period: sql`n`.mapWith(Number).as('settled_period'),
      count: sql`sum(count)`.mapWith(Number).as('settled_count'),
    })
    .from(sql`(${rows}) as r (n, currency, method, status, count, amount_minor)`)
    .groupBy(sql`n`)
    .as('settled');
}
