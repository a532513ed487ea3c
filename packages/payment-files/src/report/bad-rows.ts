import type { BadRow } from '../sending/send-rows.ts';
import { splitRow } from '../text/split-rows.ts';
import { withGuard, withReportColumns } from './report-columns.ts';

/**
 * The bad rows of a file as CSV: their cells, their line and their problem. It has the separator of the file, so it can be
 * corrected and imported again. A row that does not have the cells of the header is a text in the first cell. `header` is
 * empty for JSON Lines.
 */
export function* badRowsFile(
  { header, separator }: { header: readonly string[]; separator: string },
  rows: Iterable<BadRow>,
): Generator<string> {
  const titles = header.length === 0 ? ['Row'] : header;
  const write = (cells: readonly string[]) =>
    `${cells.map((cell) => quoted(withGuard(cell), separator)).join(separator)}\r\n`;
  yield `\uFEFF${write(withReportColumns(titles))}`;
  for (const { line, problem, text } of rows) {
    const cells = header.length === 0 ? null : splitRow(text, separator);
    const padding = Array.from({ length: titles.length }, () => '');
    const aligned =
      cells === null || cells.length > titles.length
        ? [text, ...padding.slice(1)]
        : [...cells, ...padding.slice(cells.length)];
    yield write([...aligned, String(line), problem]);
  }
}

const quoted = (cell: string, separator: string): string =>
  cell.includes(separator) || /["\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
