import { and, type SQL, sql } from '../drizzle.ts';
import {
  dimensionConditions,
  type PaymentFilter,
  rollupsCanAnswer,
  timelessConditions,
} from '../filter/payment-filter.ts';
import { type Period, paymentSpans, rollupSpans, type Span } from './spans.ts';

const where = (...conditions: (SQL | undefined)[]) => sql`where ${and(...conditions) ?? sql`true`}`;

/**
 * The rows (n, currency, method, status, count, amount_minor) that add up to the payments of each span. Each source is read
 * along its key: days and quarter hours along the primary keys, payments along `payments_created_at_id_idx`.
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
    const spansOfSource = spans.filter((span) => span.source === source);
    if (spansOfSource.length === 0) return [];
    const json = JSON.stringify(spansOfSource.map(({ n, from, to }) => ({ n, from_at: from, to_at: to })));
    return [rows(sql`json_to_recordset(${json}::json) as s (n int, from_at timestamptz, to_at timestamptz)`)];
  });
  if (parts.length === 0)
    return sql`select 0 as n, '' as currency, null as method, null as status, 0 as count, 0 as amount_minor where false`;
  return sql.join(parts, sql` union all `);
}

/** The spans of periods for a filter: of rollups if they can count its payments, otherwise of payments. */
export function spansFor(periods: readonly Period[], filter: PaymentFilter): Span[] {
  return rollupsCanAnswer(filter) ? rollupSpans(periods) : paymentSpans(periods);
}
