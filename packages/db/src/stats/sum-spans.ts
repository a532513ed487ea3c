import { type PaymentMethod, type PaymentStatus, paymentMethods } from '@paydeck/contract/payments';
import type { Parameter } from '../connection/statement.ts';
import { type SQL, sql } from '../drizzle.ts';
import type { PaymentFilter } from '../filter/payment-filter.ts';
import type { PeriodSpans, SummedSpan } from './period-spans.ts';
import { exactInteger, type PeriodSum } from './period-sum.ts';

/** The conditions of a filter that the rollups can answer. Null does not filter. */
export type DimensionInput = { status: string | null; method: string | null; currency: string | null };

/** The spans as JSON, by the table that they are read from. */
export type SpanInput = Record<SummedSpan['source'], string> & DimensionInput;

export const dimensionInput = ({ status, method, currency }: PaymentFilter): DimensionInput => ({
  status: arrayOrNull(status),
  method: arrayOrNull(method),
  currency: currency ?? null,
});

export function spanInput(spans: readonly SummedSpan[], filter: PaymentFilter): SpanInput {
  const of = (source: SummedSpan['source'], textLength?: number) =>
    JSON.stringify(
      spans.flatMap((span, n) => (span.source === source ? [{ n, ...textOf(span, textLength) }] : [])),
    );
  return {
    days: of('days', 'YYYY-MM-DD'.length),
    quarterHours: of('quarterHours'),
    payments: of('payments'),
    ...dimensionInput(filter),
  };
}

const textOf = ({ from, to }: SummedSpan, length?: number) => ({
  from_at: new Date(from).toISOString().slice(0, length),
  to_at: new Date(to).toISOString().slice(0, length),
});

/** PostgreSQL's text of an array of enum values. An empty list does not filter. */
const arrayOrNull = (values: readonly (PaymentStatus | PaymentMethod)[] = []): string | null =>
  values.length === 0 ? null : `{${values.join(',')}}`;

/** The conditions on method and currency, for the table or alias `t`. */
export const methodAndCurrency = <Input extends DimensionInput>(p: Parameter<Input>): SQL => sql`
    (${p('method', 'text[]')} is null or t.method = any (${p('method', 'text[]')}::payment_method[]))
    and (${p('currency', 'text')} is null or t.currency = ${p('currency', 'text')})`;

/**
 * A JSON array with the sums of each span, `[n, count, succeeded, failed, revenue, …count of each method]`. Each source is read
 * along its key: days and quarter hours along the primary keys, payments along `payments_created_at_id_idx`. The subqueries are
 * aggregates, so PostgreSQL can't join all spans with a whole table, which took 100 times as long.
 */
export function sumsOfSpans<Input extends SpanInput>(p: Parameter<Input>): SQL {
  const conditions = sql`
    (${p('status', 'text[]')} is null or t.status = any (${p('status', 'text[]')}::payment_status[])) and ${methodAndCurrency(p)}`;
  const sums = (count: SQL) => sql`
    coalesce(sum(${count}), 0) as count,
    coalesce(sum(${count}) filter (where t.status = 'success'), 0) as succeeded,
    coalesce(sum(${count}) filter (where t.status = 'failed'), 0) as failed,
    coalesce(sum(t.amount_minor) filter (where t.status = 'success'), 0) as revenue,
    ${sql.join(
      paymentMethods.map(
        (method) =>
          sql`coalesce(sum(${count}) filter (where t.method = ${sql.raw(`'${method}'`)}), 0) as ${sql.raw(method)}`,
      ),
      sql`, `,
    )}`;
  return sql`(
  select coalesce(json_agg(json_build_array(n, count, succeeded, failed, revenue, ${sql.raw(paymentMethods.join(', '))})), '[]')
  from (
    select s.n, t.*
    from jsonb_to_recordset(${p('days', 'jsonb')}) as s (n int, from_at date, to_at date)
    cross join lateral (
      select ${sums(sql`t.count`)} from rollup_days t where t.day >= s.from_at and t.day < s.to_at and ${conditions}) t
    union all
    select s.n, t.*
    from jsonb_to_recordset(${p('quarterHours', 'jsonb')}) as s (n int, from_at timestamptz, to_at timestamptz)
    cross join lateral (
      select ${sums(sql`t.count`)} from rollup_quarter_hours t
      where t.starts_at >= s.from_at and t.starts_at < s.to_at and ${conditions}) t
    union all
    select s.n, t.*
    from jsonb_to_recordset(${p('payments', 'jsonb')}) as s (n int, from_at timestamptz, to_at timestamptz)
    cross join lateral (
      select ${sums(sql`1`)} from payments t
      where t.created_at >= s.from_at and t.created_at < s.to_at and ${conditions}) t
  ) sums)`;
}

/** Reads what `sumsOfSpans` gives, and adds it up for each period. */
export function addSpans({ periods }: PeriodSpans, json: unknown): PeriodSum[] {
  const sumsOfSpan: number[][] = [];
  for (const [n, ...sums] of arraysOf(json)) sumsOfSpan[Number(n)] = sums.map(exactInteger);
  return periods.map((spans) => {
    const total = (column: number) =>
      spans.reduce((sum, { sign, span }) => sum + sign * (sumsOfSpan[span]?.[column] ?? 0), 0);
    return {
      count: total(0),
      succeeded: total(1),
      failed: total(2),
      revenueMinor: total(3),
      countsByMethod: paymentMethods.map((_, n) => total(4 + n)),
    };
  });
}

/** The rows of a JSON array of arrays. Anything else is skipped. */
export const arraysOf = (json: unknown): unknown[][] =>
  Array.isArray(json) ? json.filter((row) => Array.isArray(row)) : [];
