import type { Queries } from '../connection/open-database.ts';
import { and, type SQL, sql } from '../drizzle.ts';
import { logPosition } from '../events/read-events.ts';
import {
  dimensionConditions,
  type PaymentFilter,
  rollupsCanAnswer,
  timelessConditions,
} from '../payments/filter.ts';
import type { PaymentMethod, PaymentStatus } from '../payments/payment.ts';
import { type Period, paymentSpans, rollupSpans, type Span } from './spans.ts';

export type PeriodSum = {
  /** Index of the period. */
  period: number;
  method: PaymentMethod;
  status: PaymentStatus;
  count: number;
  amountMinor: number;
};

const where = (...conditions: (SQL | undefined)[]) => sql`where ${and(...conditions) ?? sql`true`}`;

/**
 * The rows (n, currency, method, status, count, amount_minor) that add up to each span's payments. Each source is
 * read by its key: a range of days, of quarter hours, of `payments_created_at_id_idx`.
 */
export function spanRows(spans: readonly Span[], filter: PaymentFilter): SQL {
  const sources: Record<Span['source'], (spans: SQL) => SQL> = {
    days: (from) => sql`
      select s.n, t.currency, t.method, t.status, t.count, t.amount_minor from ${from}
      join rollup_days t on t.day >= (s.from_at at time zone 'UTC')::date and t.day < (s.to_at at time zone 'UTC')::date
      ${where(dimensionConditions(filter, 't'))}`,
    quarter_hours: (from) => sql`
      select s.n, t.currency, t.method, t.status, t.count, t.amount_minor from ${from}
      join rollup_quarter_hours t on t.starts_at >= s.from_at and t.starts_at < s.to_at
      ${where(dimensionConditions(filter, 't'))}`,
    payments: (from) => sql`
      select s.n, payments.currency, payments.method, payments.status, 1, payments.amount_minor from ${from}
      join payments on payments.created_at >= s.from_at and payments.created_at < s.to_at
      ${where(timelessConditions(filter))}`,
  };
  const parts = Object.entries(sources).flatMap(([source, rows]) => {
    const own = spans.filter((span) => span.source === source);
    if (own.length === 0) return [];
    const json = JSON.stringify(own.map(({ n, from, to }) => ({ n, from_at: from, to_at: to })));
    return [rows(sql`json_to_recordset(${json}::json) as s (n int, from_at timestamptz, to_at timestamptz)`)];
  });
  if (parts.length === 0)
    return sql`select 0 as n, '' as currency, null as method, null as status, 0 as count, 0 as amount_minor where false`;
  return sql.join(parts, sql` union all `);
}

/** The spans by which periods are answered for a filter: rollups where they know enough, payments otherwise. */
export function spansFor(periods: readonly Period[], filter: PaymentFilter): Span[] {
  return rollupsCanAnswer(filter) ? rollupSpans(periods) : paymentSpans(periods);
}

/**
 * Counts and sums of payments by period, method and status, exact as of log position `asOf`. Combinations without
 * payments are left out. The filter's own range of time is not used: the periods are the range.
 */
export async function sumPeriods(
  orm: Queries,
  { periods, filter }: { periods: readonly Period[]; filter: PaymentFilter },
): Promise<{ asOf: number; sums: PeriodSum[] }> {
  const rows = spanRows(spansFor(periods, filter), filter);
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

/** A sum as PostgreSQL's numeric prints it; one beyond 2^53 is refused, never rounded. */
export function exactInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`The sum ${text} is beyond the safe integers.`);
  return value;
}
