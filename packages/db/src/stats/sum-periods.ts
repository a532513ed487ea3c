import type { Database } from '../connection/open-database.ts';
import { prepareStatement } from '../connection/statement.ts';
import { sql } from '../drizzle.ts';
import { logPosition } from '../events/select-events.ts';
import { rollupsCanAnswer } from '../filter/payment-filter.ts';
import { spansOfPeriods } from './period-spans.ts';
import type { PeriodSums } from './period-sum.ts';
import type { ScanArgs } from './scan-payments.ts';
import { scanPeriods } from './scan-periods.ts';
import { addSpans, type SpanInput, spanInput, sumsOfSpans } from './sum-spans.ts';

const spanSums = prepareStatement<SpanInput, { asOf: number; sums: unknown[] }>(
  (p) => sql`select ${logPosition}, ${sumsOfSpans(p)}`,
  ([asOf, ...sums]) => ({ asOf: Number(asOf), sums }),
  'quick',
);

/**
 * Prepares a function that counts and sums the payments of each period, exact as of the log position `asOf` at its call. The
 * filter's `from` and `to` are ignored: the periods are the range. With an amount or a search in the filter the function
 * reads the payments, else the rollups.
 */
export function preparePeriodSums(args: ScanArgs): (db: Database) => Promise<PeriodSums> {
  const { periods, filter } = args;
  if (!rollupsCanAnswer(filter)) return (db) => scanPeriods(db, args);
  const cut = spansOfPeriods(periods);
  const input = spanInput(cut, filter);
  return async (db) => {
    const [answer] = await db.execute(spanSums, input);
    return { asOf: answer?.asOf ?? 0, coveredFrom: null, sums: addSpans(cut, answer?.sums ?? []) };
  };
}
