import { type PaymentMethod, type PaymentStatus, paymentMethods } from '@paydeck/contract/payments';
import type { Parameter } from '../connection/statement.ts';
import { type SQL, sql } from '../drizzle.ts';
import type { PaymentFilter } from '../filter/payment-filter.ts';
import type { PeriodSpans, Span } from './period-spans.ts';
import { exactInteger, type PeriodSum } from './period-sum.ts';

/** The bounds of the spans of each table, and the conditions that the rollups can answer. Null does not filter. */
export type SpanInput = {
  daysFrom: string;
  daysTo: string;
  quarterHoursFrom: string;
  quarterHoursTo: string;
  paymentsFrom: string;
  paymentsTo: string;
  status: string | null;
  method: string | null;
  currency: string | null;
};

export function spanInput({ spans }: PeriodSpans, { status, method, currency }: PaymentFilter): SpanInput {
  const { days, quarterHours, payments } = spans;
  return {
    daysFrom: arrayOf(days, 'from', dateLength),
    daysTo: arrayOf(days, 'to', dateLength),
    quarterHoursFrom: arrayOf(quarterHours, 'from'),
    quarterHoursTo: arrayOf(quarterHours, 'to'),
    paymentsFrom: arrayOf(payments, 'from'),
    paymentsTo: arrayOf(payments, 'to'),
    status: arrayOrNull(status),
    method: arrayOrNull(method),
    currency: currency ?? null,
  };
}

const dateLength = 'YYYY-MM-DD'.length;

/** PostgreSQL's text of an array of instants, or of dates. */
const arrayOf = (spans: readonly Span[], bound: 'from' | 'to', length?: number) =>
  `{${spans.map((span) => new Date(span[bound]).toISOString().slice(0, length)).join(',')}}`;

/** PostgreSQL's text of an array of enum values. An empty list does not filter. */
const arrayOrNull = (values: readonly (PaymentStatus | PaymentMethod)[] = []): string | null =>
  values.length === 0 ? null : `{${values.join(',')}}`;

/** The conditions on method and currency, for the table or alias `t`. */
export const methodAndCurrency = <Input extends SpanInput>(p: Parameter<Input>): SQL => sql`
    (${p('method', 'text[]')} is null or t.method = any (${p('method', 'text[]')}::payment_method[]))
    and (${p('currency', 'text')} is null or t.currency = ${p('currency', 'text')})`;

const columns = ['count', 'succeeded', 'failed', 'revenue', ...paymentMethods];

/**
 * Three columns, one for each source of spans: a JSON array with the sums of each span, in the order of `columns`. Each
 * source is read along its key: days and quarter hours along the primary keys, payments along `payments_created_at_id_idx`.
 * The subqueries are aggregates, so PostgreSQL can't join all spans with a whole table, which takes 100 times as long.
 */
export function sumsOfSpans<Input extends SpanInput>(p: Parameter<Input>): SQL {
  const conditions = sql`
    (${p('status', 'text[]')} is null or t.status = any (${p('status', 'text[]')}::payment_status[]))
    and ${methodAndCurrency(p)}`;
  const sumsFrom = (table: 'rollup_days' | 'rollup_quarter_hours' | 'payments', spans: SQL) => {
    const count = sql.raw(table === 'payments' ? '1' : 't.count');
    const startsAt = sql.raw(
      { rollup_days: 't.day', rollup_quarter_hours: 't.starts_at', payments: 't.created_at' }[table],
    );
    const methods = paymentMethods.map((method) => sql.raw(`'${method}'`));
    return sql`(
  select coalesce(json_agg(json_build_array(${sql.raw(columns.join(', '))}) order by s.n), '[]')
  from ${spans} with ordinality as s (from_at, to_at, n)
  cross join lateral (
    select
      sum(${count}),
      sum(${count}) filter (where t.status = 'success'),
      sum(${count}) filter (where t.status = 'failed'),
      sum(t.amount_minor) filter (where t.status = 'success'),
      ${sql.join(
        methods.map((method) => sql`sum(${count}) filter (where t.method = ${method})`),
        sql`, `,
      )}
    from ${sql.raw(table)} t
    where ${startsAt} >= s.from_at and ${startsAt} < s.to_at and ${conditions}
  ) sums (${sql.raw(columns.join(', '))}))`;
  };
  return sql.join(
    [
      sumsFrom(
        'rollup_days',
        sql`unnest(${p('daysFrom', 'text[]')}::date[], ${p('daysTo', 'text[]')}::date[])`,
      ),
      sumsFrom(
        'rollup_quarter_hours',
        sql`unnest(${p('quarterHoursFrom', 'text[]')}::timestamptz[], ${p('quarterHoursTo', 'text[]')}::timestamptz[])`,
      ),
      sumsFrom(
        'payments',
        sql`unnest(${p('paymentsFrom', 'text[]')}::timestamptz[], ${p('paymentsTo', 'text[]')}::timestamptz[])`,
      ),
    ],
    sql`, `,
  );
}

/** Adds up the columns that `sumsOfSpans` gives, for each period. */
export function addSpans(
  { periods }: PeriodSpans,
  [days, quarterHours, payments]: readonly unknown[],
): PeriodSum[] {
  const sums = {
    days: sumsFromJson(days),
    quarterHours: sumsFromJson(quarterHours),
    payments: sumsFromJson(payments),
  };
  return periods.map((spans) => {
    const total = (column: number) =>
      spans.reduce((sum, { sign, source, index }) => sum + sign * (sums[source][index]?.[column] ?? 0), 0);
    return {
      count: total(0),
      succeeded: total(1),
      failed: total(2),
      revenueMinor: total(3),
      countsByMethod: paymentMethods.map((_, n) => total(4 + n)),
    };
  });
}

const sumsFromJson = (json: unknown): number[][] => arraysOf(json).map((sums) => sums.map(exactInteger));

/** The rows of a JSON array of arrays. Anything else is skipped. */
export const arraysOf = (json: unknown): unknown[][] =>
  Array.isArray(json) ? json.filter((row) => Array.isArray(row)) : [];
