import { currencyExponents } from '@paydeck/contract/money';
import { type SQL, sql } from '../drizzle.ts';
import type { Payment } from '../payments/payment.ts';
import { jsonFields } from '../payments/payment-columns.ts';
import type { LineFormat } from './gather-rows.ts';

/**
 * The currencies by their number of decimals, the most frequent number first: PostgreSQL looks a currency up in a long list by
 * its hash, but compares it with each item of a short one.
 */
const byExponent = [
  ...Map.groupBy(currencyExponents.keys(), (code) => currencyExponents.get(code) ?? 2),
].sort(([, a], [, b]) => b.length - a.length);
const units = byExponent.map(
  ([exponent, codes]) => sql`when currency in ${codes} then ${sql.raw((10 ** -exponent).toFixed(exponent))}`,
);
const amountMajor = sql`amount_minor::numeric * (case ${sql.join(units, sql` `)} else 0.01 end)`;

/**
 * Puts an apostrophe before a text that starts with a sign of a formula, in ASCII or full width, or with a character that
 * spreadsheets skip before one (OWASP, CSV injection). A text that starts with apostrophes before a formula gets one more, so
 * that removing one always gives the stored text. Most texts start with a character between those signs, from A to U+FF0A,
 * which is cheaper to check than the regular expression. `guardFormulas` does the same within a text.
 */
const withoutFormula = (column: string): SQL =>
  sql.raw(`case
    when ascii(${column}) between 65 and 65290 then ${column}
    when ${column} ~ '^''*[-=+@＝＋－＠\\t\\r\\n]' then '''' || ${column}
    else ${column} end`);

/**
 * The cells of a row of CSV in their order; null for the fields that the specification's columns leave out. The microsecond
 * makes PostgreSQL print a time with all digits. `writeInstant` turns it into the text of the API, as `to_char` would take a
 * fifth of the time of an export.
 */
const csvFields: Record<keyof Payment, SQL | null> = {
  id: sql`id`,
  amountMinor: amountMajor,
  method: sql`method`,
  status: sql`status`,
  receiver: withoutFormula('receiver'),
  description: withoutFormula('description'),
  createdAt: sql.raw(`created_at + interval '1 microsecond'`),
  currency: null,
  failureCode: null,
  failureMessage: null,
  updatedAt: null,
};

const jsonLineFields = jsonFields('payments').map(({ name, value }) =>
  name === 'amountMinor' ? sql`${amountMajor} as amount` : sql`${value} as ${sql.identifier(name)}`,
);

export type CopyFormat = 'csv' | 'jsonl';

/** Columns of CSV that the specification leaves out, in their order in a file. They come before the last one, `createdAt`. */
const moreCells = {
  currency: sql`currency`,
  failureCode: sql`failure_code`,
  failureMessage: withoutFormula('failure_message'),
} as const;
export type MoreColumn = keyof typeof moreCells;

/** The character before the decimals of an amount. */
export type DecimalMark = 'point' | 'comma';
const amountWithComma = sql`replace((${amountMajor})::text, '.', ',')`;

/** The cells of a row of CSV with these columns more. */
export function csvCells(more: readonly MoreColumn[], decimal: DecimalMark = 'point'): SQL {
  const fields = decimal === 'comma' ? { ...csvFields, amountMinor: amountWithComma } : csvFields;
  const cells = Object.values(fields).filter((cell) => cell !== null);
  return sql.join(
    [...cells.slice(0, -1), ...more.map((name) => moreCells[name]), ...cells.slice(-1)],
    sql`, `,
  );
}

/** The cells of a row, and how COPY separates and quotes them. The marks of `jsonl` never occur in JSON, which escapes control characters. */
export const copyFormats: Record<
  CopyFormat,
  { cells: SQL; delimiter: string; quote: string } & Omit<LineFormat, 'breaks'>
> = {
  csv: {
    cells: csvCells([]),
    delimiter: ',',
    quote: '"',
    lineEnd: '\r\n',
    endsWithInstant: true,
  },
  jsonl: {
    cells: sql`row_to_json((select payment from (select ${sql.join(jsonLineFields, sql`, `)}) payment))`,
    delimiter: '\x02',
    quote: '\x01',
    lineEnd: '\n',
    endsWithInstant: false,
  },
};
