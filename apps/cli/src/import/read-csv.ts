import type { Readable } from 'node:stream';
import { parse } from 'csv-parse';
import { CommandError } from '../command-error.ts';
import { type FileRow, fieldNames, type RowFields, readRow } from './import-row.ts';

/** What `csv-parse` gives with `info` and `raw`. */
type ParsedRecord = { record: string[]; raw: string; info: { lines: number } };

const maxRecordBytes = 1_000_000;

/**
 * Reads payments from CSV as the export writes it, and with more columns: each has the name of a field, `Failure Code`
 * or `failureCode`, in any order. Rejects when the header says that it is another kind of file.
 */
export async function* readCsv(
  input: Readable,
  { defaultCurrency }: { defaultCurrency: () => string },
): AsyncGenerator<FileRow> {
  const skipped: FileRow[] = [];
  const parser = input.pipe(
    parse({
      bom: true,
      info: true,
      raw: true,
      max_record_size: maxRecordBytes,
      relax_column_count: true,
      skip_empty_lines: true,
      skip_records_with_error: true,
      on_skip: (error, raw = '') => {
        const line = Number(error?.lines ?? 0);
        skipped.push({ line, text: raw.trimEnd(), problem: error?.message ?? 'This is no CSV.' });
        return undefined;
      },
    }),
  );
  input.once('error', (error) => parser.destroy(error));

  let columns: (keyof RowFields)[] | null = null;
  let lastLine = 0;
  for await (const parsed of parser) {
    const { record, raw, info } = asParsedRecord(parsed);
    // A row may have lines in its texts: it is named by its first one.
    const line = lastLine + 1;
    lastLine = info.lines;
    yield* skipped.splice(0);
    if (columns === null) {
      columns = record.map(fieldOf);
      continue;
    }
    const text = raw.trimEnd();
    if (record.length === columns.length)
      yield { line, text, ...readRow(fieldsOf(record, columns), defaultCurrency) };
    else yield { line, text, problem: `has ${record.length} cells, and the header has ${columns.length}` };
  }
  yield* skipped;
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

/** The export puts an apostrophe before what a spreadsheet would run as a formula. */
const withoutGuard = (cell: string) => cell.replace(/^'(?=[-=+@\t\r])/, '');

/** So `csv-parse` gives them, with `info` and `raw`. */
function asParsedRecord(value: unknown): ParsedRecord {
  return value as ParsedRecord;
}
