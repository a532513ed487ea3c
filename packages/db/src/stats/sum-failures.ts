import type { Queries } from '../connection/open-database.ts';
import { and, type SQL, sql } from '../drizzle.ts';
import { logPosition } from '../events/read-events.ts';
import { filterConditions, type PaymentFilter } from '../payments/filter.ts';
import type { PaymentMethod, PaymentStatus } from '../payments/payment.ts';
import { payments } from '../schema.ts';
import { exactInteger, spanRows, spansFor } from './sum-periods.ts';

export type FailureSum = {
  /** Index of the period. */
  period: number;
  failureCode: string | null;
  method: PaymentMethod;
  count: number;
  amountMinor: number;
};

/**
 * Failed payments by period, failure code and method, and how many payments were settled in each period, for the rate.
 * Period `n` lies between the bounds `n` and `n + 1`, which ascend. Of the failures
 * `payments_failures_idx` is read alone, but for filters by text. Exact as of log position `asOf`.
 */
export async function sumFailures(
  orm: Queries,
  { bounds, filter }: { bounds: readonly Date[]; filter: PaymentFilter },
): Promise<{ asOf: number; sums: FailureSum[]; settled: { period: number; count: number }[] }> {
  // A query of its own, or the text would be read anew for each payment.
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
        filterConditions({ ...filter, from: bounds[0], to: bounds.at(-1) }),
      ),
    )
    .groupBy(sql`1, 2, 3`)
    .as('sums');
  const answer = await orm
    .select({ asOf: logPosition, settled: settledByPeriod(bounds, filter), sums: sums._.selectedFields })
    .from(sql`(select 1) as one`)
    .leftJoin(sums, sql`true`);
  return {
    asOf: answer[0]?.asOf ?? 0,
    settled: answer[0]?.settled ?? [],
    sums: answer.flatMap(({ sums: { period, failureCode, method, count, amountMinor } }) =>
      count === null ? [] : [{ period, failureCode, method, count, amountMinor }],
    ),
  };
}

function settledByPeriod(
  bounds: readonly Date[],
  filter: PaymentFilter,
): SQL<{ period: number; count: number }[]> {
  const wanted = (status: PaymentStatus) => !filter.status?.length || filter.status.includes(status);
  const settled = { ...filter, status: (['success', 'failed'] as const).filter(wanted) };
  if (settled.status.length === 0) return sql`'[]'::json`.mapWith(asSettled);
  const periods = bounds.slice(1).map((to, n) => ({ from: bounds[n] ?? to, to }));
  const rows = spanRows(spansFor(periods, settled), settled);
  return sql`(
    select coalesce(json_agg(json_build_object('period', n, 'count', count)), '[]')
    from (select n, sum(count) as count from (${rows}) as r (n, currency, method, status, count, amount_minor) group by n) s
  )`.mapWith(asSettled);
}

/** Built by the statement above, so it has that shape; the driver has parsed the JSON. */
function asSettled(value: unknown): { period: number; count: number }[] {
  return value as { period: number; count: number }[];
}
