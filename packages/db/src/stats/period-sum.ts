/** The counts and the revenue of a period's payments. */
export type PeriodSum = {
  count: number;
  succeeded: number;
  failed: number;
  /** The sum of the payments that succeeded. */
  revenueMinor: number;
  /** In the order of `paymentMethods`. */
  countsByMethod: number[];
};

/** Exact as of the log position `asOf`. */
export type PeriodSums = {
  asOf: number;
  /** If set, only the payments since then are counted. */
  coveredFrom: Date | null;
  /** In the order of the periods. */
  sums: PeriodSum[];
};

/** Reads a sum of PostgreSQL's type numeric. Throws `RangeError` above 2^53, as rounding would change the value. */
export function exactInteger(sum: unknown): number {
  const value = Number(sum);
  if (!Number.isSafeInteger(value))
    throw new RangeError(`The sum ${sum} is too large to be an exact number.`);
  return value;
}
