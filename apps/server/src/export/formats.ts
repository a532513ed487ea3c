import { currencyExponent } from '@paydeck/api/money';
import { copyMarks } from '@paydeck/db/payments';

/** The file formats of an export. CSV has the specified columns; JSON Lines has the payments of the REST API. */
export const formats = {
  csv: {
    ...copyMarks.csv,
    lineEnd: '\r\n',
    contentType: 'text/csv; charset=utf-8',
    header: 'ID,Amount,Method,Status,Receiver,Description,Created At\r\n',
  },
  jsonl: { ...copyMarks.jsonl, lineEnd: '\n', contentType: 'application/x-ndjson', header: '' },
} as const;

let exponents: ReadonlyMap<number, readonly string[]> | undefined;

/** Currencies whose exponent is not 2, by exponent. Found once, when first asked for: it takes some 50 ms. */
export function unusualExponents(): ReadonlyMap<number, readonly string[]> {
  exponents ??= Map.groupBy(
    Intl.supportedValuesOf('currency').filter((currency) => currencyExponent(currency) !== 2),
    currencyExponent,
  );
  return exponents;
}
