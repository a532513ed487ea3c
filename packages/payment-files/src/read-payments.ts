import { FileError } from './file-error.ts';
import { withoutGuard, withoutGuards } from './formula-guards.ts';
import { idOfReference } from './identify-rows.ts';
import { type FileRow, readRow } from './import-row.ts';
import { changeMapping, type MappingChange } from './mapping/change-mapping.ts';
import { compileMapping, ignoredColumns, missingColumns } from './mapping/map-cells.ts';
import type { Mapping } from './mapping/mapping.ts';
import { nativeMapping } from './mapping/native.ts';
import { presetOf, presets } from './mapping/presets.ts';
import { readJsonLines } from './read-json-lines.ts';
import { refuseRepeatedIds } from './repeated-rows.ts';
import { isReport, withoutReportColumns } from './report/report-columns.ts';
import { decodeFile, type Encoding } from './text/decode.ts';
import { openRows } from './text/open-rows.ts';
import type { SeparatedRow } from './text/split-rows.ts';

export { FileError } from './file-error.ts';
export { type Encoding, encodings } from './text/decode.ts';
export { type SeparatorName, separators } from './text/separator.ts';

/** How a file is read. `header` and `ignored` are empty for JSON Lines. */
export type FileReading = {
  mapping: Mapping;
  header: readonly string[];
  ignored: readonly string[];
  separator: string;
};

export type ReadOptions = {
  format: 'csv' | 'jsonl';
  /** Without one: a byte order mark names it, otherwise it is UTF-8. */
  encoding?: Encoding | undefined;
  /** Without one: as the first line says (`sep=;`), otherwise the one that the header has. */
  separator?: string | undefined;
  /** The line of the header of a CSV file, from 1. Default: the first line that is not empty. */
  headerLine?: number | undefined;
  /**
   * The name of a preset, `payments` for columns that are named after fields, or `own` if `change` has all columns. Without
   * one, the header decides.
   */
  preset?: string | undefined;
  /** The caller's part of the mapping. Columns that are not mapped are then left out. */
  change?: MappingChange | undefined;
  ignoresOtherColumns?: boolean;
  /** The currency of rows that have none. */
  defaultCurrency: () => string;
  /** Called once, before the first row. */
  onReading?: (reading: FileReading) => void;
};

/**
 * Reads payments from the bytes of a file, row by row, in constant memory. It runs in Node and in browsers. A row that can't be
 * read is reported, and the next one is read. Throws `FileError` for a file that can't be read: another encoding, a header with
 * unknown columns, a mapping without a date format.
 */
export function readPayments(
  pieces: AsyncIterable<Uint8Array>,
  options: ReadOptions,
): AsyncGenerator<FileRow> {
  const text = decodeFile(pieces, options.encoding);
  const rows = options.format === 'jsonl' ? readJsonLines(text, options) : readSeparated(text, options);
  return refuseRepeatedIds(rows);
}

async function* readSeparated(pieces: AsyncIterable<string>, options: ReadOptions): AsyncGenerator<FileRow> {
  const { separator, skippedLines, rows } = await openRows(pieces, options);
  let read: ((row: SeparatedRow) => FileRow | null) | null = null;
  for await (const row of rows) {
    const result = read?.({ ...row, line: row.line + skippedLines });
    if (result) yield result;
    read ??= readerOf(row, separator, options);
  }
}

/** Reads the header, and compiles what its mapping does with a row. A row without any text is null. */
function readerOf(
  { cells: titles, problem }: SeparatedRow,
  separator: string,
  options: ReadOptions,
): (row: SeparatedRow) => FileRow | null {
  if (problem !== undefined) throw new FileError(`The header ${problem}.`, 'Correct the first line.');
  const isCorrected = isReport(titles);
  const header = isCorrected ? withoutReportColumns(titles) : titles;
  const mapping = mappingOf(header, options);
  const ignored = ignoredColumns(mapping, header);
  const mapCells = compileMapping(mapping, header, options.defaultCurrency);
  const isNative = mapping.name === nativeName && options.preset !== ownName;
  options.onReading?.({ mapping, header, ignored, separator });

  return ({ line, text, cells: all, problem: strayQuote }) => {
    const row = { line, text };
    if (strayQuote !== undefined) return { ...row, problem: strayQuote };
    const cells = isCorrected ? withoutReportColumns(all).map((cell) => withoutGuard(cell, separator)) : all;
    // Spreadsheets write the empty rows and columns around a table, too.
    if (cells.every((cell) => cell.trim() === '')) return null;
    const width = header.length;
    if (cells.length < width || cells.slice(width).some((cell) => cell.trim() !== ''))
      return { ...row, problem: `must have ${width} cells, as the header has, not ${cells.length}` };
    const nameless = header.findIndex((title, n) => title.trim() === '' && cells[n]?.trim() !== '');
    if (nameless !== -1)
      return { ...row, problem: `has a text in column ${nameless + 1}, which has no name` };
    const mapped = mapCells(cells);
    if (!('fields' in mapped)) return { ...row, ...mapped };
    const { fields, reference, isRefunded } = mapped;
    const read = readRow(isNative ? withoutGuards(fields, separator) : fields, options.defaultCurrency);
    const result = isRefunded && 'payment' in read ? { ...read, isRefunded } : read;
    if (reference === '' || 'problem' in result || result.payment.id !== undefined)
      return { ...row, ...result };
    return { ...row, ...result, payment: { ...result.payment, id: idOfReference(mapping.name, reference) } };
  };
}

const nativeName = 'payments';
const ownName = 'own';

/** The mapping of a header: the preset that is named or recognized, or that of the field names; with the caller's changes. */
function mappingOf(
  header: readonly string[],
  { preset, change, ignoresOtherColumns = false }: ReadOptions,
): Mapping {
  const chosen = preset === undefined ? presetOf(header) : presets.find(({ name }) => name === preset);
  if (preset !== undefined && preset !== nativeName && preset !== ownName && chosen === undefined)
    throw new FileError(
      `There is no preset “${preset}”.`,
      `Use one of: ${[...presets.map(({ name }) => name), nativeName].join(', ')}.`,
    );
  const [missing] = missingColumns(change ?? {}, header);
  if (missing !== undefined)
    throw new FileError(
      `The file has no column “${missing}”.`,
      `Its columns are: ${header.filter((title) => title.trim() !== '').join(', ')}.`,
    );
  const ignoresOthers = ignoresOtherColumns || Object.keys(change?.columns ?? {}).length > 0;
  const mapping = chosen ?? nativeMapping(preset === ownName ? [] : header, { ignoresOthers });
  return change === undefined ? mapping : changeMapping(mapping, change);
}
