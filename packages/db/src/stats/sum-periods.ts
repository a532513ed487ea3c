import type { PaymentMethod, PaymentStatus } from '@paydeck/contract/payments';
import type { Queries } from '../connection/drizzle-queries.ts';
import { literalParameters } from '../connection/statement.ts';
import { sql } from '../drizzle.ts';
import { logPosition } from '../events/select-events.ts';
import { literalTerms } from '../filter/filter-terms.ts';
import type { PaymentFilter } from '../filter/payment-filter.ts';
import { spanInput, spanRows, spansFor } from '../rollups/span-rows.ts';
import type { Period } from '../rollups/spans.ts';

export type PeriodSum = {
  /** Index of the period. */
  period: number;
  method: PaymentMethod;
  status: PaymentStatus;
  count: number;
  amountMinor: number;
};

/**
 * Counts and sums payments by period, method and status, exact as of the log position `asOf`. Combinations without payments
 * are left out. The filter's `from` and `to` are ignored: the periods are the range.
 */
export async function sumPeriods(
  orm: Queries,
  { periods, filter }: { periods: readonly Period[]; filter: PaymentFilter },
): Promise<{ asOf: number; sums: PeriodSum[] }> {
  const rows = spanRows(literalParameters(spanInput(spansFor(periods, filter))), literalTerms(filter));
  const sums = orm
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
  const answer = await orm
    .select({ asOf: logPosition, sums: sums._.selectedFields })
    .from(sql`(select 1) as one`)
    .leftJoin(sums, sql`true`);
  return {
    asOf: answer[0]?.asOf ?? 0,
    sums: answer.flatMap(({ sums: { period, method, status, count, amountMinor } }) =>
      count === null ? [] : [{ period, method, status, count, amountMinor }],
    ),
  };
}

/** Reads a sum of PostgreSQL's type numeric. Throws `RangeError` above 2^53, as rounding would change the value. */
export function exactInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value))
    throw new RangeError(`The sum ${text} is too large to be an exact number.`);
  return value;
}
