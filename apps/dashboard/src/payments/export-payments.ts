import { exportQuery, type PaymentFilter } from '@paydeck/client';
import { client } from '../client.ts';
import { csvRowCounter } from './count-csv-rows.ts';
import { openChosenFile, openDownload } from './export-file.ts';

/** From here on a file is written as it comes: gathered first, it would be a large part of the memory. */
const chosenFromRows = 100_000;
const fileName = 'payments.csv';

type ExportOptions = { expectedRows: number; signal: AbortSignal; onProgress: (rows: number) => void };

/**
 * Saves all payments of a filter as CSV, and gives how many there were. `onProgress` hears how many have come. Rejects
 * with `AbortError` when it was cancelled, and when the file broke off: then none is left behind.
 */
export async function exportPayments(
  filter: PaymentFilter,
  { expectedRows, signal, onProgress }: ExportOptions,
): Promise<number> {
  // First of all: browsers ask for a place only right after a click.
  const chosen = expectedRows >= chosenFromRows ? await openChosenFile(fileName) : null;
  const file = chosen ?? openDownload(fileName, 'text/csv');
  try {
    const response = await fetch(`/api/payments/export?${exportQuery(filter, 'csv')}`, {
      signal,
      headers: { authorization: `Bearer ${await client.accessToken()}` },
    });
    if (!response.ok || response.body === null) throw new Error(await refusalOf(response));
    const counter = csvRowCounter();
    const reader = response.body.getReader();
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      await file.write(read.value);
      counter.add(read.value);
      onProgress(counter.rows());
    }
    await file.finish();
    return counter.rows();
  } catch (error) {
    await file.abort();
    throw error;
  }
}

/** The server's own words: its failures are `{statusCode, timestamp, path, message}`. */
async function refusalOf(response: Response): Promise<string> {
  const body: unknown = await response.json().catch(() => null);
  const isWorded = typeof body === 'object' && body !== null && 'message' in body;
  return isWorded ? String(body.message) : `The server answered ${response.status}.`;
}
