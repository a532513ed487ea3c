import { QueryTooExpensiveError } from '../connection/database-error.ts';
import type { Database } from '../connection/open-database.ts';
import { statementsByShape } from '../connection/statements-by-shape.ts';
import { sql } from '../drizzle.ts';
import { describeFilter, type FilterInput, type FilterShape, filterTerms } from '../filter/filter-terms.ts';
import {
  type Candidates,
  candidateCounts,
  candidatesFrom,
  defaultWalkLimit,
  indexFor,
} from '../filter/match-index.ts';
import { isByFailureCodeOnly, type PaymentFilter } from '../filter/payment-filter.ts';
import { paymentsInOrder } from '../filter/payments-in-order.ts';
import type { Period } from '../rollups/spans.ts';
import { type BucketSum, boundsOf, type Scan } from './scan-buckets.ts';
import { scanByDay } from './scan-by-day.ts';
import { scanByIndex } from './scan-by-index.ts';

export type ScanArgs = {
  periods: readonly Period[];
  /** Its `from` and `to` are ignored: the periods are the range. */
  filter: PaymentFilter;
  /** The part of the statement's timeout that a scan by day may use. Default: 50. */
  budgetPercent?: number | undefined;
};

/** The sums of each period, in the order of the periods. */
export type PeriodScan = Pick<Scan, 'asOf' | 'coveredFrom'> & { sums: BucketSum[][] };

/**
 * Sums the payments of a filter that the rollups can't answer. Rare matches are found by an index. Otherwise the payments of
 * the periods are read day by day, newest first, until half of the statement's timeout is used.
 */
export async function scanPayments(db: Database, args: ScanArgs): Promise<PeriodScan> {
  const { filter, budgetPercent } = args;
  const periods = args.periods.filter(({ from, to }) => from < to);
  const bounds = boundsOf(periods);
  const range = { from: new Date(bounds[0] ?? 0), to: new Date(bounds.at(-1) ?? 0) };
  const byDay = () => scanByDay(db, { ranges: rangesOf(periods), bounds, filter, budgetPercent });

  const by = isByFailureCodeOnly(filter)
    ? 'failureCode'
    : indexFor(await countCandidates(db, { ...filter, ...range }), defaultWalkLimit);
  const scan =
    by === null
      ? await byDay()
      : await scanByIndex(db, { bounds, filter: { ...filter, ...range }, by }).catch((error: unknown) => {
          if (error instanceof QueryTooExpensiveError) return byDay();
          throw error;
        });

  const byBucket = Map.groupBy(scan.sums, ({ bucket }) => bucket);
  const bucketAt = new Map(bounds.map((bound, bucket) => [bound, bucket]));
  const sumsOf = ({ from, to }: Period): BucketSum[] => {
    const [first = 0, end = 0] = [bucketAt.get(from.getTime()), bucketAt.get(to.getTime())];
    return from < to ? bounds.slice(first, end).flatMap((_, n) => byBucket.get(first + n) ?? []) : [];
  };
  return { asOf: scan.asOf, coveredFrom: scan.coveredFrom, sums: args.periods.map(sumsOf) };
}

/** The union of the periods as ranges that don't overlap, newest first. */
function rangesOf(periods: readonly Period[]): Period[] {
  const ranges: Period[] = [];
  for (const { from, to } of periods.toSorted((a, b) => b.to.getTime() - a.to.getTime())) {
    const last = ranges.at(-1);
    if (last === undefined || to < last.from) ranges.push({ from, to });
    else if (from < last.from) last.from = from;
  }
  return ranges;
}

const candidates = statementsByShape<FilterShape, FilterInput, Candidates>({
  query: (p, shape) => {
    const terms = filterTerms(shape, p);
    const newest = sql`${paymentsInOrder(shape, terms)(sql`desc`)} limit ${sql.raw(String(defaultWalkLimit))}`;
    return sql`select ${candidateCounts(terms)} from (${newest}) payments`;
  },
  decode: candidatesFrom,
  lane: () => 'long',
});

async function countCandidates(db: Database, filter: PaymentFilter): Promise<Candidates> {
  const { shape, input } = describeFilter(filter);
  const [counted] = await db.execute(candidates(shape), input);
  return counted ?? { text: null, amount: null, failureCode: null };
}
