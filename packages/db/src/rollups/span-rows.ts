import type { Parameter } from '../connection/statement.ts';
import { type SQL, sql } from '../drizzle.ts';
import { dimensionConditions, type FilterTerms, timelessConditions } from '../filter/payment-filter.ts';
import type { Span } from './spans.ts';

/** The spans of each source as JSON, for the parameters of a statement. */
export type SpanInput = { daySpans: string; quarterHourSpans: string; paymentSpans: string };

export function spanInput(spans: readonly Span[]): SpanInput {
  const json = (wanted: Span['source']) =>
    JSON.stringify(
      spans.flatMap(({ n, source, from, to }) =>
        source === wanted ? [{ n, from_at: from, to_at: to }] : [],
      ),
    );
  return {
    daySpans: json('days'),
    quarterHourSpans: json('quarter_hours'),
    paymentSpans: json('payments'),
  };
}

/**
 * The rows (n, currency, method, status, count, amount_minor) that add up to the payments of each span of a `SpanInput`. Each
 * source is read along its key: days and quarter hours along the primary keys, payments along an index that begins with or
 * ends in `created_at, id`. The rollups must be able to answer the filter.
 */
export function spanRows(p: Parameter<Partial<SpanInput>>, terms: FilterTerms): SQL {
  const spans = (field: keyof SpanInput) =>
    sql`json_to_recordset(${p(field, 'json')}) as s (n int, from_at timestamptz, to_at timestamptz)`;
  const rows = sql`
    select s.n, payments.currency, payments.method, payments.status, 1, payments.amount_minor
    from ${spans('paymentSpans')}
    join payments on payments.created_at >= s.from_at and payments.created_at < s.to_at
    ${where(timelessConditions(terms))}`;
  return sql`
    select s.n, t.currency, t.method, t.status, t.count, t.amount_minor from ${spans('daySpans')}
    join rollup_days t on t.day >= (s.from_at at time zone 'UTC')::date and t.day < (s.to_at at time zone 'UTC')::date
    ${where(dimensionConditions(terms, 't'))}
    union all
    select s.n, t.currency, t.method, t.status, t.count, t.amount_minor from ${spans('quarterHourSpans')}
    join rollup_quarter_hours t on t.starts_at >= s.from_at and t.starts_at < s.to_at
    ${where(dimensionConditions(terms, 't'))}
    union all ${rows}`;
}

const where = (condition: SQL | undefined): SQL => (condition ? sql`where ${condition}` : sql``);
