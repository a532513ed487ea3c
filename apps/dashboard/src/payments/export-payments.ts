import { csvColumns, exportQuery, type PaymentFilter } from '@paydeck/client';
import { checkExport } from '@paydeck/client/check-export';
import { client } from '../client.ts';
import type { ExportChoices } from './export-choices.ts';
import { openChosenFile, openDownload } from './export-file.ts';

/** A file of this many rows or more is streamed to disk, because it would take too much memory. */
const streamedFromRows = 100_000;
const fileName = 'payments.csv';

type ExportOptions = { expectedRows: number; signal: AbortSignal; onProgress: (rows: number) => void };

/**
 * Saves all payments of a filter as CSV, and resolves to their number. `onProgress` gets the number of rows so far. The file has
 * a column for the currency where amounts need it, whatever is chosen. Rejects with `AbortError` when cancelled, and when the
 * download fails or is not whole. No file is left behind then.
 */
export async function exportPayments(
  { filter, choices }: { filter: PaymentFilter; choices: ExportChoices },
  { expectedRows, signal, onProgress }: ExportOptions,
): Promise<number> {
  // Must come first: browsers open the file picker only right after a click.
  const chosen = expectedRows >= streamedFromRows ? await openChosenFile(fileName) : null;
  const file = chosen ?? openDownload(fileName, 'text/csv');
  try {
    const { separator, decimal, bom } = choices;
    const currencies = await client.api.payments.currencies.query();
    const { columns, onlyCurrency } = csvColumns(currencies, filter, choices.columns);
    const query = exportQuery(filter, 'csv', { columns, separator, decimal, bom });
    // Some proxies end a file that was cut as if it were whole.
    query.set('totals', 'line');
    const response = await fetch(`${client.url}/api/payments/export?${query}`, {
      signal,
      headers: { authorization: `Bearer ${await client.accessToken()}` },
    });
    if (!response.ok || response.body === null) throw new Error(await messageOf(response));
    const check = checkExport({ format: 'csv', separator, decimal, onlyCurrency });
    const reader = response.body.getReader();
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      await file.write(check.add(read.value));
      onProgress(check.rows);
    }
    const { rest, summary } = check.end();
    await file.write(rest);
    await file.finish();
    return summary.rows;
  } catch (error) {
    await file.abort();
    throw error;
  }
}

/** The message of a REST error: `{statusCode, timestamp, path, message}`. */
async function messageOf(response: Response): Promise<string> {
  const body: unknown = await response.json().catch(() => null);
  const hasMessage = typeof body === 'object' && body !== null && 'message' in body;
  return hasMessage ? String(body.message) : `The server answered ${response.status}.`;
}
