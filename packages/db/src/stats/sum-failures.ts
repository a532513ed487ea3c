import { paymentMethods } from '@paydeck/contract/payments';
import type { Database } from '../connection/open-database.ts';
import { prepareStatement } from '../connection/statement.ts';
import { sql } from '../drizzle.ts';
import { logPosition } from '../events/select-events.ts';
import { rollupsCanAnswer } from '../filter/payment-filter.ts';
import type { Period } from '../rollups/spans.ts';
import type { FailureAndPeriodSums, FailureSum, FailureSums } from './failure-sums.ts';
import { spansOfPeriods } from './period-spans.ts';
import { exactInteger } from './period-sum.ts';
import { periodsBetween, type ScanFailuresArgs, scanFailures } from './scan-failures.ts';
import {
  addSpans,
  arraysOf,
  methodAndCurrency,
  type SpanInput,
  spanInput,
  sumsOfSpans,
} from './sum-spans.ts';

type FailuresInput = SpanInput & { bounds: string; from: string; to: string };

/** The bounds are in a subquery, because PostgreSQL would otherwise parse the array again for each payment. */
const failureSums = prepareStatement<FailuresInput, { asOf: number; failures: unknown; spans: unknown[] }>(
  (p) => sql`
select ${logPosition},
  (
    select coalesce(json_agg(json_build_array(period, failure_code, method, count, amount_minor)), '[]')
    from (
      select width_bucket(t.created_at, (select ${p('bounds', 'text[]')}::timestamptz[])) - 1 as period,
             t.failure_code, t.method, count(*) as count, sum(t.amount_minor) as amount_minor
      from payments t
      where t.status = 'failed' and (${p('status', 'text[]')} is null or 'failed' = any (${p('status', 'text[]')}))
        and t.created_at >= ${p('from', 'timestamptz')} and t.created_at < ${p('to', 'timestamptz')}
        and ${methodAndCurrency(p)}
      group by 1, 2, 3
    ) sums
  ),
  ${sumsOfSpans(p)}`,
  ([asOf, failures, ...spans]) => ({ asOf: Number(asOf), failures, spans }),
  'long',
);

/**
 * Sums failed payments by period, failure code and method, and counts the payments that were settled in each period. Period
 * `n` is between the bounds `n` and `n + 1`; bounds ascend. Exact as of the log position `asOf`. Failures are read from
 * `payments_failures_idx` alone. With an amount or a search in the filter, the payments are read (scan-payments.ts).
 */
export async function sumFailures(db: Database, args: ScanFailuresArgs): Promise<FailureSums> {
  const { sums, ...answer } = await sumFailuresAndPeriods(db, {
    ...args,
    periods: periodsBetween(args.bounds),
  });
  return { ...answer, settled: sums.map(({ succeeded, failed }) => succeeded + failed) };
}

/**
 * Like `sumFailures`, with the sums of any `periods`, in their order. One statement reads both, so both are exact as of the
 * same log position.
 */
export async function sumFailuresAndPeriods(
  db: Database,
  args: ScanFailuresArgs & { periods: readonly Period[] },
): Promise<FailureAndPeriodSums> {
  const { bounds, periods, filter } = args;
  if (!rollupsCanAnswer(filter)) return scanFailures(db, args);
  const texts = bounds.map((bound) => bound.toISOString());
  const cut = spansOfPeriods(periods);
  const [answer] = await db.execute(failureSums, {
    ...spanInput(cut, filter),
    bounds: `{${texts.join(',')}}`,
    from: texts[0] ?? '',
    to: texts.at(-1) ?? '',
  });
  return {
    asOf: answer?.asOf ?? 0,
    coveredFrom: null,
    failures: arraysOf(answer?.failures).map(failureSum),
    sums: addSpans(cut, answer?.spans ?? []),
  };
}

function failureSum([period, failureCode, methodName, count, amountMinor]: unknown[]): FailureSum {
  const method = paymentMethods.find((name) => name === methodName);
  if (method === undefined) throw new Error(`The method ${methodName} must be in paymentMethods.`);
  return {
    period: Number(period),
    failureCode: failureCode === null ? null : String(failureCode),
    method,
    count: Number(count),
    amountMinor: exactInteger(amountMinor),
  };
}
