import Table from 'cli-table3';
import { formatCount } from './progress.ts';

export const print = (line: string) => void process.stdout.write(`${line}\n`);

/** One JSON document. */
export const printJson = (value: unknown) => print(JSON.stringify(value, null, 2));

/** JSON Lines: one document a line. */
export const printJsonLines = (values: readonly unknown[]) => {
  for (const value of values) print(JSON.stringify(value));
};

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

/** A text as one line that a terminal takes for text. */
export const plain = (value: string | number) =>
  typeof value === 'number' ? formatCount(value) : value.replaceAll(/\p{Cc}+/gu, ' ');

/** An instant for people: `2026-03-01 14:00:00Z`. */
export const formatInstant = (instant: Date | null) =>
  instant === null ? null : instant.toISOString().replace('T', ' ').replace(/\.\d+/, '');
