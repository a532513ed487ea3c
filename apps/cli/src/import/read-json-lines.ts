import type { Readable } from 'node:stream';
import { readLines } from '../read-lines.ts';
import { type FileRow, fieldNames, type RowFields, readRow } from './import-row.ts';

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

/** The fields of a line, each as a text; or what is wrong with it. */
function fieldsOf(text: string): RowFields | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'This is no JSON.';
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'This is no JSON object.';
  const fields: RowFields = {};
  for (const [name, content] of Object.entries(value)) {
    const field = fieldNames.find((one) => one === name);
    if (field === undefined) return `${name}: is not a field of payments`;
    if (content === null || content === '') continue;
    if (typeof content !== 'string' && typeof content !== 'number')
      return `${name}: is neither text nor number`;
    fields[field] = String(content);
  }
  return fields;
}
