import type { Database } from '../connection/open-database.ts';
import { statementsByShape } from '../connection/statements-by-shape.ts';
import { sql } from '../drizzle.ts';
import { describeFilter, type FilterInput, type FilterShape, filterTerms } from '../filter/filter-terms.ts';
import { type MatchIndex, termsFor } from '../filter/match-index.ts';
import { filterConditions, type PaymentFilter } from '../filter/payment-filter.ts';
import {
  type BucketInput,
  bucketSums,
  decodeScanRow,
  instantArray,
  type Scan,
  type ScanRow,
  scanFrom,
  scanQuery,
} from './scan-buckets.ts';

type Shape = { filter: FilterShape; by: MatchIndex };

const sumsByIndex = statementsByShape<Shape, FilterInput & BucketInput, ScanRow>({
  query: (p, { filter, by }) => {
    const conditions = filterConditions(termsFor(filterTerms(filter, p), by)) ?? sql`true`;
    return scanQuery({ coveredFrom: sql`null`, sums: bucketSums(p, conditions) });
  },
  decode: decodeScanRow,
  lane: () => 'long',
  // The best plan depends on how rare the searched text or the amounts are.
  isPrepared: () => false,
});

/** Sums the payments of a filter that an index finds. It is fast when the index finds few payments. */
export async function scanByIndex(
  db: Database,
  { bounds, filter, by }: { bounds: readonly number[]; filter: PaymentFilter; by: MatchIndex },
): Promise<Scan> {
  const { shape, input } = describeFilter(filter);
  const rows = await db.execute(sumsByIndex({ filter: shape, by }), {
    ...input,
    bounds: instantArray(bounds),
  });
  return scanFrom(rows);
}
