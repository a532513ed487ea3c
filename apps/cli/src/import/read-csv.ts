import type { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { CommandError } from '../errors/command-error.ts';
import { columnTitles, type FileRow, fieldNames, type RowFields, readRow } from './import-row.ts';

/** A row of `csv-parse` with its option `raw`: the cells, and the text since the end of the previous row, empty lines included. */
type ParsedRecord = { record: string[]; raw: string };

const maxRecordBytes = 1_000_000;
const lineEnd = /\r\n|\n|\r/g;
/** Quotes may only be around a whole cell, and doubled inside it (RFC 4180). */
const cell = '(?:[^",]*|"[^"]*(?:""[^"]*)*")';
const wellQuoted = new RegExp(`^${cell}(?:,${cell})*$`);

/**
 * Reads payments from CSV as the export writes it. More columns are allowed, in any order, if each is named after a field,
 * such as `Failure Code` or `failureCode`. Rejects with `CommandError` when the header has any other column.
 */
export async function* readCsv(
  input: Readable,
  { defaultCurrency }: { defaultCurrency: () => string },
): AsyncGenerator<FileRow> {
  const parser = input.pipe(
    parse({
      bom: true,
      raw: true,
      max_record_size: maxRecordBytes,
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      // Without this a stray quote would end the whole file; `wellQuoted` finds the row that has it.
      relax_quotes: true,
      skip_empty_lines: true,
    }),
  );
  input.once('error', (error) => parser.destroy(error));

  let columns: (keyof RowFields)[] | null = null;
  let nextLine = 1;
  try {
    for await (const parsed of parser) {
      const { record, raw } = asParsedRecord(parsed);
      const text = raw.replace(/^[\r\n]+/, '').replace(/[\r\n]+$/, '');
      // A text may contain line ends: the row is reported by its first line.
      const line = nextLine + countLineEnds(raw.slice(0, raw.indexOf(text)));
      nextLine += countLineEnds(raw);
      if (columns === null) columns = columnsOf(record);
      else yield { line, text, ...readRecord(record, text, columns, defaultCurrency) };
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    // The parser takes the rest of the file for one row.
    const problem = 'must close its quote, and be at most 1 MB long; the rest of the file was not read';
    yield { line: nextLine, text: '', problem };
  }
}

function readRecord(
  record: readonly string[],
  text: string,
  columns: readonly (keyof RowFields)[],
  defaultCurrency: () => string,
): ReturnType<typeof readRow> {
  if (text.includes('"') && !wellQuoted.test(text))
    return { problem: 'must have quotes only around a whole cell, and doubled inside it' };
  if (record.length !== columns.length)
    return { problem: `must have ${columns.length} cells, as the header has, not ${record.length}` };
  return readRow(fieldsOf(record, columns), defaultCurrency);
}

const countLineEnds = (text: string) => text.match(lineEnd)?.length ?? 0;

function columnsOf(titles: readonly string[]): (keyof RowFields)[] {
  const columns = titles.map(fieldOf);
  const duplicate = titles.find((_, n) => columns.indexOf(columns[n] ?? 'id') !== n);
  if (duplicate === undefined) return columns;
  throw new CommandError(`The header must have the column “${duplicate}” only once.`, 'Remove one of them.');
}

function fieldOf(title: string): keyof RowFields {
  const plainTitle = title.toLowerCase().replaceAll(/[\s_-]/g, '');
  const field = fieldNames.find((name) => name.toLowerCase() === plainTitle);
  if (field !== undefined) return field;
  throw new CommandError(
    `The column “${title}” is not a field of a payment.`,
    `The first line must name the columns: ${columnTitles.join(', ')}.`,
  );
}

const fieldsOf = (record: readonly string[], columns: readonly (keyof RowFields)[]): RowFields =>
  Object.fromEntries(
    columns.flatMap((column, n) => {
      const cell = record[n] ?? '';
      return cell === '' ? [] : [[column, isText(column) ? withoutGuard(cell) : cell]];
    }),
  );

const isText = (column: keyof RowFields) => column === 'receiver' || column === 'description';

/**
 * The export puts an apostrophe before a text that a spreadsheet would run as a formula, and before one that already has
 * apostrophes there, so exactly one must be removed.
 */
const withoutGuard = (cell: string) => cell.replace(/^'(?='*[-=+@＝＋－＠\t\r\n])/, '');

/** `csv-parse` types its rows as `any`; this is their shape with the option `raw`. */
function asParsedRecord(value: unknown): ParsedRecord {
  return value as ParsedRecord;
}
