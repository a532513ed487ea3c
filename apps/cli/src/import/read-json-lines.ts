import type { Readable } from 'node:stream';
import { type FileRow, fieldNames, type RowFields, readRow } from './import-row.ts';
import { readLines } from './read-lines.ts';

/** Reads payments from JSON Lines: as the export writes them, or as `payments list --json` prints them. */
export async function* readJsonLines(
  input: Readable,
  { defaultCurrency }: { defaultCurrency: () => string },
): AsyncGenerator<FileRow> {
  let line = 0;
  for await (const text of readLines(input)) {
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

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
