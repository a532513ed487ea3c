import type { Parameter } from '../connection/statement.ts';
import { and, type SQL, sql } from '../drizzle.ts';
import { dimensionConditions, type FilterTerms } from '../filter/payment-filter.ts';
import type { Span } from './spans.ts';

/** The spans of each source as JSON, for the parameters of a statement. */
export type SpanInput = { daySpans: string; quarterHourSpans: string; paymentSpans: string };

export function spanInput(spans: readonly Span[]): SpanInput {
  const json = (wanted: Span['source']) =>
    JSON.stringify(
      spans.flatMap(({ source, from, to }) => (source === wanted ? [{ from_at: from, to_at: to }] : [])),
    );
  return {
    daySpans: json('days'),
    quarterHourSpans: json('quarter_hours'),
    paymentSpans: json('payments'),
  };
}

/**
 * The number of payments in the spans of a `SpanInput`, for a filter that the rollups can answer. Each source is read along its
 * key: days and quarter hours along the primary keys, payments along an index that begins with or ends in `created_at, id`.
 * Every span has its own subquery, because PostgreSQL might otherwise join the spans with all payments.
 */
export function countInSpans(p: Parameter<Partial<SpanInput>>, terms: FilterTerms): SQL {
  const counts = (field: keyof SpanInput, count: SQL) => sql`
    select (${count}) as count
    from json_to_recordset(${p(field, 'json')}) as s (from_at timestamptz, to_at timestamptz)`;
  const isInSpan = (column: string) => sql`${sql.raw(column)} >= s.from_at and ${sql.raw(column)} < s.to_at`;
  const utcDay = (column: string) => sql`(${sql.raw(column)} at time zone 'UTC')::date`;
  return sql`(
    select coalesce(sum(count), 0)::bigint from (
      ${counts(
        'daySpans',
        sql`select sum(t.count) from rollup_days t where ${and(
          sql`t.day >= ${utcDay('s.from_at')} and t.day < ${utcDay('s.to_at')}`,
          dimensionConditions(terms, 't'),
        )}`,
      )}
      union all
      ${counts(
        'quarterHourSpans',
        sql`select sum(t.count) from rollup_quarter_hours t
          where ${and(isInSpan('t.starts_at'), dimensionConditions(terms, 't'))}`,
      )}
      union all
      ${counts(
        'paymentSpans',
        sql`select count(*) from payments
          where ${and(isInSpan('payments.created_at'), dimensionConditions(terms, 'payments'))}`,
      )}
    ) counts)`;
}
