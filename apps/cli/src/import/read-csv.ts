import type { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { CommandError } from '../errors/command-error.ts';
import { type FileRow, fieldNames, type RowFields, readRow } from './import-row.ts';

/** What `csv-parse` gives with `raw`: the cells, and the text since the end of the row before, empty lines included. */
type ParsedRecord = { record: string[]; raw: string };

const maxRecordBytes = 1_000_000;
const lineEnd = /\r\n|\n|\r/g;
/** Quotes where CSV has them: round a cell, and doubled within it (RFC 4180). */
const cell = '(?:[^",]*|"[^"]*(?:""[^"]*)*")';
const wellQuoted = new RegExp(`^${cell}(?:,${cell})*$`);

/**
 * Reads payments from CSV as the export writes it, and with more columns: each has the name of a field, `Failure Code`
 * or `failureCode`, in any order. Rejects when the header says that it is another kind of file.
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
      // A stray quote then spoils its own row only; `wellQuoted` finds it.
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
      // A row may have lines in its texts: it is named by its first one.
      const line = nextLine + countLineEnds(raw.slice(0, raw.indexOf(text)));
      nextLine += countLineEnds(raw);
      if (columns === null) columns = columnsOf(record);
      else yield { line, text, ...readRecord(record, text, columns, defaultCurrency) };
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    // All rows from here on have become one.
    const problem = 'opens a quote that is not closed, or is longer than 1 MB: nothing from here on was read';
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
    return { problem: 'has a quote that is not round a whole cell, or not doubled within one' };
  if (record.length !== columns.length)
    return { problem: `has ${record.length} cells, and the header has ${columns.length}` };
  return readRow(fieldsOf(record, columns), defaultCurrency);
}

const countLineEnds = (text: string) => text.match(lineEnd)?.length ?? 0;

function columnsOf(titles: readonly string[]): (keyof RowFields)[] {
  const columns = titles.map(fieldOf);
  const twice = titles.find((_, n) => columns.indexOf(columns[n] ?? 'id') !== n);
  if (twice === undefined) return columns;
  throw new CommandError(`The column “${twice}” is there twice.`, 'Leave one of them out.');
}

function fieldOf(title: string): keyof RowFields {
  const plainTitle = title.toLowerCase().replaceAll(/[\s_-]/g, '');
  const field = fieldNames.find((name) => name.toLowerCase() === plainTitle);
  if (field !== undefined) return field;
  throw new CommandError(
    `The column “${title}” is not one of payments.`,
    'The first line must name the columns: ID, Amount, Currency, Method, Status, Receiver, Description, Failure Code, ' +
      'Failure Message, Created At, Updated At.',
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
 * The export puts an apostrophe before what a spreadsheet would run as a formula, and before those that stand before
 * such a text already, so that exactly one comes off.
 */
const withoutGuard = (cell: string) => cell.replace(/^'(?='*[-=+@＝＋－＠\t\r\n])/, '');

/** So `csv-parse` gives them, with `raw`. */
function asParsedRecord(value: unknown): ParsedRecord {
  return value as ParsedRecord;
}
