import { type PaymentMethod, type PaymentStatus, paymentMethods } from '@paydeck/contract/payments';
import type { Queries } from '../connection/drizzle-queries.ts';
import { literalParameters } from '../connection/statement.ts';
import { sql } from '../drizzle.ts';
import { logPosition } from '../events/select-events.ts';
import { literalTerms } from '../filter/filter-terms.ts';
import type { PaymentFilter } from '../filter/payment-filter.ts';
import { spanInput, spanRows } from '../rollups/span-rows.ts';
import { type Period, paymentSpans } from '../rollups/spans.ts';
import { exactInteger, type PeriodSum } from './period-sum.ts';

/** Like `sumPeriods`, from the payments themselves: for filters that the rollups can't answer. */
export async function scanPeriods(
  longReads: Queries,
  { periods, filter }: { periods: readonly Period[]; filter: PaymentFilter },
): Promise<{ asOf: number; sums: PeriodSum[] }> {
  const rows = spanRows(literalParameters(spanInput(paymentSpans(periods))), literalTerms(filter));
  const sums = longReads
    .select({
      period: sql`n`.mapWith(Number).as('period'),
      method: sql<PaymentMethod>`method`.as('method'),
      status: sql<PaymentStatus>`status`.as('status'),
      count: sql`sum(count)`.mapWith(Number).as('sum_count'),
      amountMinor: sql`sum(amount_minor)`.mapWith(exactInteger).as('sum_amount'),
    })
    .from(sql`(${rows}) as r (n, currency, method, status, count, amount_minor)`)
    .groupBy(sql`n, method, status`)
    .as('sums');
  const answer = await longReads
    .select({ asOf: logPosition, sums: sums._.selectedFields })
    .from(sql`(select 1) as one`)
    .leftJoin(sums, sql`true`);
  const byPeriod = Map.groupBy(
    answer.flatMap(({ sums }) => (sums.count === null ? [] : [sums])),
    ({ period }) => period,
  );
  return {
    asOf: answer[0]?.asOf ?? 0,
    sums: periods.map((_, n) => periodSum(byPeriod.get(n) ?? [])),
  };
}

type Row = { method: PaymentMethod; status: PaymentStatus; count: number; amountMinor: number };

function periodSum(rows: readonly Row[]): PeriodSum {
  const succeeded = rows.filter(({ status }) => status === 'success');
  return {
    count: countOf(rows),
    succeeded: countOf(succeeded),
    failed: countOf(rows.filter(({ status }) => status === 'failed')),
    revenueMinor: succeeded.reduce((total, { amountMinor }) => total + amountMinor, 0),
    countsByMethod: paymentMethods.map((method) => countOf(rows.filter((row) => row.method === method))),
  };
}

const countOf = (rows: readonly Row[]) => rows.reduce((total, { count }) => total + count, 0);
