import { and, type SQL, sql } from 'drizzle-orm';
import type { Queries } from '../connection/open-database.ts';
import { logPosition } from '../events/read-events.ts';
import { type PaymentFilter, timelessConditions } from '../payments/filter.ts';
import type { PaymentMethod, PaymentStatus } from '../payments/payment.ts';
import type { Period } from './spans.ts';
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
 * Failed payments by period, failure code and method, read from `payments_status_created_at_id_idx`, and how many
 * payments were settled in each period, for the rate. Exact as of log position `asOf`.
 */
export async function sumFailures(
  orm: Queries,
  { periods, filter }: { periods: readonly Period[]; filter: PaymentFilter },
): Promise<{ asOf: number; sums: FailureSum[]; settled: { period: number; count: number }[] }> {
  const ranges = JSON.stringify(periods.map(({ from, to }, n) => ({ n, from_at: from, to_at: to })));
  const sums = orm
    .select({
      period: sql`p.n`.mapWith(Number).as('period'),
      failureCode: sql<string | null>`payments.failure_code`.as('code'),
      method: sql<PaymentMethod>`payments.method`.as('failed_method'),
      count: sql`count(*)`.mapWith(Number).as('failed_count'),
      amountMinor: sql`sum(payments.amount_minor)`.mapWith(exactInteger).as('failed_amount'),
    })
    .from(sql`json_to_recordset(${ranges}::json) as p (n int, from_at timestamptz, to_at timestamptz)
      join payments on payments.created_at >= p.from_at and payments.created_at < p.to_at`)
    .where(and(sql`payments.status = 'failed'`, timelessConditions(filter)))
    .groupBy(sql`p.n, payments.failure_code, payments.method`)
    .as('sums');
  const answer = await orm
    .select({ asOf: logPosition, settled: settledByPeriod(periods, filter), sums: sums._.selectedFields })
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

function settledByPeriod(periods: readonly Period[], filter: PaymentFilter): SQL<{ period: number; count: number }[]> {
  const wanted = (status: PaymentStatus) => !filter.status?.length || filter.status.includes(status);
  const settled = { ...filter, status: (['success', 'failed'] as const).filter(wanted) };
  if (settled.status.length === 0) return sql`'[]'::json`.mapWith(asSettled);
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
