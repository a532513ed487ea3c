import { isReport, withoutReportColumns } from './report/report-columns.ts';
import { decodeFile, type Encoding } from './text/decode.ts';
import { openRows, type TableOptions } from './text/open-rows.ts';

const maxRows = 200;

/** The beginning of a file: the titles of its columns, and its first rows. */
export type FileSample = {
  header: readonly string[];
  separator: string;
  rows: readonly (readonly string[])[];
};

/**
 * Reads the columns of a CSV file and its first 200 rows as they are, so that somebody can say what the columns mean. Throws
 * `FileError` for another encoding.
 */
export async function readSample(
  pieces: AsyncIterable<Uint8Array>,
  options: TableOptions & { encoding?: Encoding | undefined },
): Promise<FileSample> {
  const { separator, rows } = await openRows(decodeFile(pieces, options.encoding), options);
  let header: readonly string[] | null = null;
  const sample: (readonly string[])[] = [];
  for await (const { cells, problem } of rows) {
    if (problem !== undefined && header !== null) continue;
    if (header === null) header = cells;
    else if (cells.some((cell) => cell.trim() !== '')) sample.push(cells);
    if (sample.length === maxRows) break;
  }
  if (header === null || !isReport(header)) return { header: header ?? [], separator, rows: sample };
  return { header: withoutReportColumns(header), separator, rows: sample.map(withoutReportColumns) };
}
