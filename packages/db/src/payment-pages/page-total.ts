import type { Parameter } from '../connection/statement.ts';
import { type SQL, sql } from '../drizzle.ts';
import { dimensionConditions, type FilterTerms } from '../filter/payment-filter.ts';
import { countInSpans, type SpanInput, spanInput } from '../rollups/count-in-spans.ts';
import { rollupSpans } from '../rollups/spans.ts';
import type { PageArgs } from './page-strategy.ts';

export type TotalInput = Partial<SpanInput> & { knownAsOf: number };

/** No log is at this position. */
const noPosition = -1;
const allTime = { from: new Date('0001-01-01T00:00:00Z'), to: new Date('9999-12-31T00:00:00Z') };

/** The parameters of `rollupTotal`. */
export function totalInput({ filter: { from, to }, known }: PageArgs): TotalInput {
  const isRange = from !== undefined || to !== undefined;
  return {
    ...(isRange && spanInput(rollupSpans({ from: from ?? allTime.from, to: to ?? allTime.to }))),
    // A log that was emptied by its retention is at 0 again.
    knownAsOf: known?.asOf || noPosition,
  };
}

/** The total of a filter that the rollups can answer, for `pageQuery`. Null if the caller knows it. */
export function rollupTotal(p: Parameter<TotalInput>, terms: FilterTerms): SQL {
  const isRange = terms.from !== undefined || terms.to !== undefined;
  const sum = isRange
    ? countInSpans(p, terms)
    : sql`(
        select coalesce(sum(t.count), 0)::bigint from rollup_days t
        where ${dimensionConditions(terms, 't') ?? sql`true`})`;
  return sql`case when log.position <> ${p('knownAsOf', 'bigint')} then ${sum} end`;
}
