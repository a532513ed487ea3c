import { type SQL, sql } from '../drizzle.ts';
import {
  amountConditions,
  type FilterTerms,
  failureCodeCondition,
  searchCondition,
} from './payment-filter.ts';

/** An index that finds the payments with a text, an amount or a failure code. */
const matchIndexes = ['text', 'amount', 'failureCode'] as const;
export type MatchIndex = (typeof matchIndexes)[number];

/** How many of the newest payments each index would find. Null if the filter has no condition that it finds. */
export type Candidates = { [Index in MatchIndex]: number | null };

/** How many of the newest payments a search looks at. It takes some 10 ms. */
export const defaultWalkLimit = 20_000;

/** An index that finds at most this share of the newest payments is assumed to find all matches within the time limit. */
const rareShare = 0.005;

/** The columns from which `candidatesFrom` reads, for a query of the newest payments. */
export const candidateCounts = (terms: FilterTerms): SQL => sql`
  ${countWhere(terms.isSearchIndexed ? searchCondition(termsFor(terms, null)) : undefined)} as by_text,
  ${countWhere(amountConditions(terms))} as by_amount,
  ${countWhere(failureCodeCondition(terms))} as by_failure_code`;

/** The count of the rows that meet a condition. Null without a condition. */
export const countWhere = (condition: SQL | undefined): SQL =>
  condition ? sql`count(*) filter (where ${condition})` : sql`null::bigint`;

export function candidatesFrom([text, amount, failureCode]: readonly unknown[]): Candidates {
  const count = (cell: unknown) => (cell === null ? null : Number(cell));
  return { text: count(text), amount: count(amount), failureCode: count(failureCode) };
}

/** The index that finds the fewest payments, if they are few. `walkLimit` is the number of payments that were looked at. */
export function indexFor(candidates: Candidates, walkLimit: number): MatchIndex | null {
  const counts = matchIndexes.map((index) => candidates[index] ?? Infinity);
  const fewest = Math.min(...counts);
  return fewest > walkLimit * rareShare ? null : (matchIndexes[counts.indexOf(fewest)] ?? null);
}

/** The terms of a filter for a query that finds its payments by one index, or by neither. */
export const termsFor = (terms: FilterTerms, index: MatchIndex | null): FilterTerms =>
  index === 'text' ? terms : { ...terms, isSearchIndexed: false };
