import Table from 'cli-table3';
import { formatCount } from './progress.ts';

export const print = (line: string) => void process.stdout.write(`${line}\n`);

/** One JSON document. */
export const printJson = (value: unknown) => print(inert(JSON.stringify(value, null, 2)));

/** One JSON document, as a line of JSON Lines. */
export const printJsonLine = (value: unknown) => print(inert(JSON.stringify(value)));

export const printJsonLines = (values: readonly unknown[]) => values.forEach(printJsonLine);

/** What moves a terminal's cursor, colours it, or turns the order of what it shows: control characters, and bidirectional ones. */
const active = /[\p{Cc}\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu;

/** JSON with its active characters as escapes, which say the same; line ends and indents stay. */
const inert = (json: string) =>
  json.replaceAll(active, (found) =>
    found === '\n'
      ? found
      : [...found].map((one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
  );

type Column = string | { name: string; align: 'right' };

/** A table for people: without lines, so that it can be copied; what would move the cursor is left out. */
export function printTable(
  columns: readonly Column[],
  rows: readonly (readonly (string | number | null)[])[],
): void {
  const table = new Table({
    head: columns.map((column) => (typeof column === 'string' ? column : column.name)),
    colAligns: columns.map((column) => (typeof column === 'string' ? 'left' : column.align)),
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2 },
    chars: Object.fromEntries(
      ['top', 'bottom', 'left', 'right', 'mid']
        .flatMap((side) => [side, `${side}-mid`, `${side}-left`, `${side}-right`])
        .concat('middle')
        .map((name) => [name, '']),
    ),
  });
  for (const row of rows) table.push(row.map((cell) => plain(cell ?? '–')));
  print(
    table
      .toString()
      .split('\n')
      .map((line) => line.trimEnd())
      .join('\n'),
  );
}

/** Names and values, one a line. */
export function printFields(fields: Readonly<Record<string, string | number | null>>): void {
  const width = Math.max(...Object.keys(fields).map((name) => name.length));
  for (const [name, value] of Object.entries(fields)) print(`${name.padEnd(width)}  ${plain(value ?? '–')}`);
}

/** A text, such as from the server or a file, as one line that a terminal takes for text. */
export const plain = (value: string | number) =>
  typeof value === 'number' ? formatCount(value) : value.replaceAll(active, ' ');

/** An instant for people: `2026-03-01 14:00:00Z`. */
export const formatInstant = (instant: Date | null) =>
  instant === null ? null : instant.toISOString().replace('T', ' ').replace(/\.\d+/, '');
