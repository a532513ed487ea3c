import { createWriteStream } from 'node:fs';
import { lstat, rm } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import { badRowsWriter } from '@paydeck/payment-files/bad-rows';
import type { BadRow } from '@paydeck/payment-files/send-rows';

type Layout = { header: readonly string[]; separator: string };

/** The file of `--report`. `failed` rejects when it can't be written. `end` removes a file without rows. */
export type Report = { write(row: BadRow): void; failed: Promise<never>; end(): Promise<void> };

/**
 * Opens the report of invalid lines: CSV if its name ends so, otherwise JSON Lines. Without a name, nothing is written.
 * `layoutOf` is called at the first row, and gives the columns of the imported file.
 */
export function openReport(file: string | undefined, layoutOf: () => Layout): Report {
  if (file === undefined) return { write: () => {}, failed: new Promise(() => {}), end: async () => {} };
  const stream = createWriteStream(file);
  const failed = new Promise<never>((_, reject) => stream.once('error', reject));
  let csv: ReturnType<typeof badRowsWriter> | null = null;
  let isEmpty = true;
  return {
    failed,
    write: (row) => {
      isEmpty = false;
      if (!/\.csv$/i.test(file)) return void stream.write(`${JSON.stringify(row)}\n`);
      if (csv === null) {
        csv = badRowsWriter(layoutOf());
        stream.write(csv.head);
      }
      stream.write(csv.lineOf(row));
    },
    end: async () => {
      await finished(stream.end());
      // A device, a pipe or a link stays.
      if (isEmpty && (await lstat(file)).isFile()) await rm(file);
    },
  };
}
