import { FileError } from './file-error.ts';
import { type FileRow, fieldNames, type RowFields, readRow } from './import-row.ts';

const maxLineLength = 1_000_000;

/** Reads payments from the text of JSON Lines: as the export writes them, or as `payments list --json` prints them. */
export async function* readJsonLines(
  pieces: AsyncIterable<string>,
  { defaultCurrency }: { defaultCurrency: () => string },
): AsyncGenerator<FileRow> {
  let line = 0;
  for await (const text of linesOf(pieces)) {
    line += 1;
    if (text.trim() === '') continue;
    const fields = fieldsOf(text);
    yield {
      line,
      text,
      ...(typeof fields === 'string' ? { problem: fields } : readRow(fields, defaultCurrency)),
    };
  }
}

async function* linesOf(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const piece of pieces) {
    const lines = `${rest}${piece}`.split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > maxLineLength)
      throw new FileError('A line must be at most 1 MB long.', 'Check that the file is JSON Lines.');
    for (const text of lines) yield text.replace(/\r$/, '');
  }
  if (rest !== '') yield rest;
}

/** The fields of a line as texts, or the problem of a line that has none. */
function fieldsOf(text: string): RowFields | string {
  const value = parseJson(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'must be a JSON object';
  const fields: RowFields = {};
  for (const [name, content] of Object.entries(value)) {
    const field = fieldNames.find((known) => known === name);
    if (field === undefined) return `${name} is not a field of a payment`;
    if (content === null || content === '') continue;
    if (typeof content !== 'string' && typeof content !== 'number')
      return `${name} must be a text or a number`;
    fields[field] = String(content);
  }
  return fields;
}

/** Numbers are texts, as the line has them: a double would round `100.00000000000000001`. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text, (_name, value: unknown, context?: { source?: string }) =>
      typeof value === 'number' && /^\d+(\.\d+)?$/.test(context?.source ?? '') ? context?.source : value,
    );
  } catch {
    return undefined;
  }
}
