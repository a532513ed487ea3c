import { exportQuery, type PaymentFilter } from '@paydeck/client';
import { countCsvRows } from '@paydeck/client/count-rows';
import { client } from '../client.ts';
import { openChosenFile, openDownload } from './export-file.ts';

/** A file of this many rows or more is streamed to disk, because it would take too much memory. */
const streamedFromRows = 100_000;
const fileName = 'payments.csv';

type ExportOptions = { expectedRows: number; signal: AbortSignal; onProgress: (rows: number) => void };

/**
 * Saves all payments of a filter as CSV, and resolves to their number. `onProgress` gets the number of rows so far.
 * Rejects with `AbortError` when cancelled, and when the download fails. No file is left behind then.
 */
export async function exportPayments(
  filter: PaymentFilter,
  { expectedRows, signal, onProgress }: ExportOptions,
): Promise<number> {
  // Must come first: browsers open the file picker only right after a click.
  const chosen = expectedRows >= streamedFromRows ? await openChosenFile(fileName) : null;
  const file = chosen ?? openDownload(fileName, 'text/csv');
  try {
    const response = await fetch(`${client.url}/api/payments/export?${exportQuery(filter, 'csv')}`, {
      signal,
      headers: { authorization: `Bearer ${await client.accessToken()}` },
    });
    if (!response.ok || response.body === null) throw new Error(await messageOf(response));
    const counter = countCsvRows();
    const reader = response.body.getReader();
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      await file.write(read.value);
      counter.add(read.value);
      onProgress(counter.rows);
    }
    await file.finish();
    return counter.rows;
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
