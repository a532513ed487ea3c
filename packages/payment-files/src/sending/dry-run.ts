import type { FileRow, ImportedPayment, UnknownText } from '../import-row.ts';
import type { BadRow, Sums } from './send-rows.ts';

const shownPayments = 5;
const maxUnknownTexts = 100;

/** The result of reading a file without recording it. `sumsMinor` are the amounts in minor units, by currency. */
export type DryRun = {
  rows: number;
  good: number;
  leftOut: Record<string, number>;
  bad: number;
  /** How many of the good rows name no currency, so their payments get the default one. */
  withoutCurrency: number;
  /** How many of the good rows were refunded or charged back later. Their payments are recorded as they succeeded. */
  refunded: number;
  sumsMinor: Sums;
  first: ImportedPayment[];
  /** Texts of columns that have no meaning in the mapping, with the number of their rows. At most 100. */
  unknown: (UnknownText & { count: number })[];
};

export const noDryRun = (): DryRun => ({
  rows: 0,
  good: 0,
  leftOut: {},
  bad: 0,
  withoutCurrency: 0,
  refunded: 0,
  sumsMinor: {},
  first: [],
  unknown: [],
});

type DryRunOptions = { onBadRow(row: BadRow): void; onRow?(result: DryRun): void };

/**
 * Reads all rows of a file, and sends none. The server checks more when the rows are sent, such as the limits of amounts.
 * `onRow` gets the result after each row; it changes afterwards.
 */
export async function dryRun(
  rows: AsyncIterable<FileRow>,
  { onBadRow, onRow }: DryRunOptions,
): Promise<DryRun> {
  const result = noDryRun();
  for await (const row of rows) {
    result.rows += 1;
    if ('problem' in row) {
      result.bad += 1;
      if (row.unknown !== undefined) countUnknown(result, row.unknown);
      onBadRow({ line: row.line, problem: row.problem, text: row.text });
    } else if ('leftOut' in row) result.leftOut[row.leftOut] = (result.leftOut[row.leftOut] ?? 0) + 1;
    else {
      const { currency, amountMinor } = row.payment;
      result.good += 1;
      if (row.hasNoCurrency) result.withoutCurrency += 1;
      if (row.isRefunded) result.refunded += 1;
      if (currency !== undefined)
        result.sumsMinor[currency] = (result.sumsMinor[currency] ?? 0) + amountMinor;
      if (result.first.length < shownPayments) result.first.push(row.payment);
    }
    onRow?.(result);
  }
  return result;
}

function countUnknown({ unknown }: DryRun, { field, text }: UnknownText): void {
  const known = unknown.find((other) => other.field === field && other.text === text);
  if (known !== undefined) known.count += 1;
  else if (unknown.length < maxUnknownTexts) unknown.push({ field, text, count: 1 });
}
