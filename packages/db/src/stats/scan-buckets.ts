import {
  type PaymentMethod,
  type PaymentStatus,
  paymentMethods,
  paymentStatuses,
} from '@paydeck/contract/payments';
import type { Parameter } from '../connection/statement.ts';
import { type SQL, sql } from '../drizzle.ts';
import type { Period } from '../rollups/spans.ts';
import { exactInteger } from './period-sum.ts';

/** A count and a sum of the payments between the bounds `bucket` and `bucket + 1`. */
export type BucketSum = {
  bucket: number;
  method: PaymentMethod;
  status: PaymentStatus;
  failureCode: string | null;
  count: number;
  amountMinor: number;
};

export type ScanRow = { asOf: number; coveredFrom: Date | null; sum: BucketSum | null };

/** Exact as of the log position `asOf`. */
export type Scan = {
  asOf: number;
  /** If set, only the payments since then are counted. */
  coveredFrom: Date | null;
  sums: BucketSum[];
};

export type BucketInput = { bounds: string };

/** The bounds of all periods, in order, without repetitions. */
export const boundsOf = (periods: readonly Period[]): number[] =>
  [...new Set(periods.flatMap(({ from, to }) => [from.getTime(), to.getTime()]))].sort((a, b) => a - b);

export const instantArray = (instants: readonly number[]): string =>
  `{${instants.map((instant) => new Date(instant).toISOString()).join(',')}}`;

/** Sums of `payments` by the columns of a `BucketSum`. The bounds are in a subquery, which PostgreSQL evaluates only once. */
export const bucketSums = (p: Parameter<BucketInput>, condition: SQL): SQL => sql`
  select width_bucket(payments.created_at, (select ${p('bounds', 'text[]')}::timestamptz[])) - 1 as bucket,
         method, status, failure_code, count(*) as count, sum(amount_minor) as amount_minor
  from payments where ${condition} group by 1, 2, 3, 4`;

/** The statement of a scan. `sums` has the columns of `bucketSums`. */
export const scanQuery = ({ coveredFrom, sums }: { coveredFrom: SQL; sums: SQL }): SQL => sql`
  select log.position, ${coveredFrom},
         sums.bucket, sums.method, sums.status, sums.failure_code, sums.count, sums.amount_minor
  from (select coalesce(max(position), 0) as position from events) log left join (${sums}) sums on true`;

export const decodeScanRow = ([position, coveredFrom, bucket, ...cells]: readonly unknown[]): ScanRow => ({
  asOf: Number(position),
  coveredFrom: coveredFrom === null ? null : new Date(String(coveredFrom)),
  sum: bucket === null ? null : { bucket: Number(bucket), ...sumFrom(cells) },
});

function sumFrom([methodName, statusName, failureCode, count, amountMinor]: readonly unknown[]): Omit<
  BucketSum,
  'bucket'
> {
  const method = paymentMethods.find((name) => name === methodName);
  const status = paymentStatuses.find((name) => name === statusName);
  if (method === undefined || status === undefined)
    throw new Error(`${methodName} and ${statusName} must be in the contract.`);
  return {
    method,
    status,
    failureCode: failureCode === null ? null : String(failureCode),
    count: Number(count),
    amountMinor: exactInteger(amountMinor),
  };
}

export function scanFrom(rows: readonly ScanRow[]): Scan {
  return {
    asOf: rows[0]?.asOf ?? 0,
    coveredFrom: rows[0]?.coveredFrom ?? null,
    sums: rows.flatMap(({ sum }) => sum ?? []),
  };
}
