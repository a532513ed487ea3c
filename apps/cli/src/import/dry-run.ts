import { formatAmount } from '@paydeck/contract/money';
import type { FileRow, ImportedPayment } from '@paydeck/payment-files/import-row';
import type { FileReading } from '@paydeck/payment-files/read-payments';

const shownPayments = 5;

/** The result of reading a file without recording it. `sumsMinor` are the amounts in minor units, by currency. */
export type DryRun = {
  rows: number;
  good: number;
  leftOut: Record<string, number>;
  bad: number;
  sumsMinor: Record<string, number>;
  first: ImportedPayment[];
};

/** Reads all rows of a file, and sends none. The server checks more when the rows are sent, such as lengths and limits. */
export async function dryRun(
  rows: AsyncIterable<FileRow>,
  onBadRow: (row: { line: number; problem: string; text: string }) => void,
): Promise<DryRun> {
  const result: DryRun = { rows: 0, good: 0, leftOut: {}, bad: 0, sumsMinor: {}, first: [] };
  for await (const row of rows) {
    result.rows += 1;
    if ('problem' in row) {
      result.bad += 1;
      onBadRow({ line: row.line, problem: row.problem, text: row.text });
    } else if ('leftOut' in row) result.leftOut[row.leftOut] = (result.leftOut[row.leftOut] ?? 0) + 1;
    else {
      const { currency, amountMinor } = row.payment;
      result.good += 1;
      if (currency !== undefined)
        result.sumsMinor[currency] = (result.sumsMinor[currency] ?? 0) + amountMinor;
      if (result.first.length < shownPayments) result.first.push(row.payment);
    }
  }
  return result;
}

/** How a file was read, a line each. */
export function describeReading({ mapping, ignored, separator }: FileReading): string[] {
  const columns = Object.entries(mapping.columns).map(([field, source]) => {
    const names = 'first' in source ? source.first.join(', or ') : source.join.join(' + ');
    return `  ${field}: ${names}`;
  });
  const constants = Object.entries(mapping.constants).map(([field, text]) => `  ${field}: always ${text}`);
  return [
    `Mapping ${mapping.name}, cells separated by ${separator === '\t' ? 'tabs' : `“${separator}”`}:`,
    ...columns,
    ...constants,
    `Dates: ${mapping.dateFormat ?? 'ISO 8601'}, times without a zone in ${mapping.timeZoneColumn ?? mapping.timeZone}.`,
    ...(ignored.length === 0 ? [] : [`Columns left out: ${ignored.join(', ')}.`]),
  ];
}

/** The result for people, a line each. */
export function describeDryRun({ rows, good, leftOut, bad, sumsMinor, first }: DryRun): string[] {
  const amounts = Object.entries(sumsMinor).map(
    ([currency, sum]) => `${formatAmount(sum, currency)} ${currency}`,
  );
  const reasons = Object.entries(leftOut).map(([reason, count]) => `  ${count} left out because ${reason}`);
  const payments = first.map(
    ({ amountMinor, currency = '', status = '', method, receiver, createdAt = 'now' }) =>
      `  ${createdAt}  ${formatAmount(amountMinor, currency)} ${currency}  ${status}  ${method}  ${receiver}`,
  );
  return [
    ...(payments.length === 0 ? [] : ['The first payments:', ...payments]),
    `${rows} rows: ${good} would be recorded, ${rows - good - bad} left out, ${bad} invalid. Nothing was sent.`,
    ...reasons,
    ...(amounts.length === 0 ? [] : [`Sums: ${amounts.join(', ')}.`]),
  ];
}
