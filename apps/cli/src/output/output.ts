import { formatAmount } from '@paydeck/contract/money';
import Table from 'cli-table3';
import { formatCount } from './progress.ts';

export const print = (line: string) => void process.stdout.write(`${line}\n`);

export const printJson = (value: unknown) => print(escapeControls(JSON.stringify(value, null, 2)));

/** Prints one JSON document on one line, as JSON Lines has it. */
export const printJsonLine = (value: unknown) => print(escapeControls(JSON.stringify(value)));

export const printJsonLines = (values: readonly unknown[]) => values.forEach(printJsonLine);

/** Characters that move a terminal's cursor, colour its text, or reverse the order in which it shows text. */
const terminalControls = /[\p{Cc}\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu;

/** Replaces terminal controls with JSON escapes, which mean the same. Line ends stay. */
const escapeControls = (json: string) =>
  json.replaceAll(terminalControls, (controls) =>
    controls === '\n'
      ? controls
      : [...controls]
          .map((character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
          .join(''),
  );

type Column = string | { name: string; align: 'right' };

/** An amount for people, with thousands separators: `4,905,133.33`. Scripts use `--json`. */
export const formatMoney = (amountMinor: number | bigint, currency: string) =>
  formatAmount(amountMinor, currency).replace(/^\d+/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, ','));

/** A share for people, always with one decimal, so that the numbers of a column line up: `28.0`. */
export const formatShare = (percentage: number) => percentage.toFixed(1);

/** Prints a table, or the sentence when it would have no rows. */
export function printTableOr(none: string, ...[columns, rows]: Parameters<typeof printTable>): void {
  if (rows.length === 0) print(none);
  else printTable(columns, rows);
}

/** Prints a table for people, without rules between the cells, so that it can be copied. */
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
  for (const row of rows) table.push(row.map((cell) => toPlainLine(cell ?? '–')));
  print(
    table
      .toString()
      .split('\n')
      .map((line) => line.trimEnd())
      .join('\n'),
  );
}

/** Prints names and values, one pair per line. */
export function printFields(fields: Readonly<Record<string, string | number | null>>): void {
  const width = Math.max(...Object.keys(fields).map((name) => name.length));
  for (const [name, value] of Object.entries(fields))
    print(`${name.padEnd(width)}  ${toPlainLine(value ?? '–')}`);
}

/** One line without terminal controls, for texts that come from the server or from a file. */
export const toPlainLine = (value: string | number) =>
  typeof value === 'number' ? formatCount(value) : value.replaceAll(terminalControls, ' ');

/** A list of choices: `pending, success, or failed`. */
export const formatChoices = (names: readonly string[]) =>
  new Intl.ListFormat('en', { type: 'disjunction' }).format(names);

/** An instant for people: `2026-03-01 14:00:00Z`. */
export const formatInstant = (instant: Date | null) =>
  instant === null ? null : instant.toISOString().replace('T', ' ').replace(/\.\d+/, '');
