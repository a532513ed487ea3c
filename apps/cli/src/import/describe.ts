import { formatAmount } from '@paydeck/contract/money';
import type { DryRun } from '@paydeck/payment-files/dry-run';
import type { FileReading } from '@paydeck/payment-files/read-payments';

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

const refundRule =
  'Each would be recorded as it succeeded, with its whole amount; the refund itself is not recorded.';

/**
 * The result of a dry run for people, a line each. `currency` is that of the rows that name none, and `isChosen` says whether the
 * user has named it.
 */
export function describeDryRun(
  { rows, good, leftOut, bad, withoutCurrency, refunded, sumsMinor, first, unknown }: DryRun,
  { currency, isChosen }: { currency: string; isChosen: boolean },
): string[] {
  const fallback =
    `Rows that name no currency: ${withoutCurrency}. Their amounts are read as ${currency}` +
    (isChosen
      ? ', as --currency says.'
      : ', the default currency of the server. If they are in another one, name it: --currency EUR.');
  const amounts = Object.entries(sumsMinor).map(
    ([currency, sum]) => `${formatAmount(sum, currency)} ${currency}`,
  );
  const reasons = Object.entries(leftOut).map(([reason, count]) => `  ${count} left out because ${reason}`);
  const payments = first.map(
    ({ amountMinor, currency = '', status = '', method, receiver, createdAt = 'now' }) =>
      `  ${createdAt}  ${formatAmount(amountMinor, currency)} ${currency}  ${status}  ${method}  ${receiver}`,
  );
  const texts = unknown.map(({ field, text, count }) => `  ${field} “${text}” in ${count} rows`);
  return [
    ...(payments.length === 0 ? [] : ['The first payments:', ...payments]),
    `${rows} rows: ${good} would be recorded, ${rows - good - bad} left out, ${bad} invalid. Nothing was sent.`,
    ...(good === 0 ? [] : ['The import skips those of them that exist already.']),
    ...reasons,
    ...(texts.length === 0 ? [] : ['Give these texts a meaning, as “values” of --mapping:', ...texts]),
    ...(refunded === 0 ? [] : [`Payments that were refunded later: ${refunded}. ${refundRule}`]),
    ...(withoutCurrency === 0 ? [] : [fallback]),
    ...(amounts.length === 0 ? [] : [`Sums: ${amounts.join(', ')}.`]),
  ];
}
