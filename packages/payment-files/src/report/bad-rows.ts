import { withGuard } from '../formula-guards.ts';
import type { BadRow } from '../sending/send-rows.ts';
import { splitRow } from '../text/split-rows.ts';
import { withReportColumns } from './report-columns.ts';

/** How the imported file is laid out. `header` is empty for JSON Lines. */
type Layout = { header: readonly string[]; separator: string };

/**
 * Writes the bad rows of a file as CSV: their cells, their line and their problem. The result has the separator of the file,
 * so it can be corrected and imported again. A row that does not have the cells of the header is a text in the first cell.
 */
export function badRowsWriter({ header, separator }: Layout) {
  const titles = header.length === 0 ? ['Row'] : header;
  const padding = titles.map(() => '');
  const write = (cells: readonly string[]) =>
    `${cells.map((cell) => quoted(withGuard(cell, separator), separator)).join(separator)}\r\n`;
  return {
    head: `\uFEFF${write(withReportColumns(titles))}`,
    lineOf: ({ line, problem, text }: BadRow): string => {
      const cells = header.length === 0 ? null : splitRow(text, separator);
      const aligned =
        cells === null || cells.length > titles.length
          ? [text, ...padding.slice(1)]
          : [...cells, ...padding.slice(cells.length)];
      return write([...aligned, String(line), problem]);
    },
  };
}

/** All of the file that `badRowsWriter` writes, in pieces. */
export function* badRowsFile(layout: Layout, rows: Iterable<BadRow>): Generator<string> {
  const { head, lineOf } = badRowsWriter(layout);
  yield head;
  for (const row of rows) yield lineOf(row);
}

const quoted = (cell: string, separator: string): string =>
  cell.includes(separator) || /["\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
