import type { Readable } from 'node:stream';
import { currencyExponents } from '@paydeck/contract/money';
import { translateDatabaseError } from '../connection/database-error.ts';
import { withDestroyableSocket } from '../connection/destroyable-socket.ts';
import type { Database } from '../connection/open-database.ts';
import { textWithLiterals } from '../connection/statement.ts';
import { type SQL, sql } from '../drizzle.ts';
import { logPosition } from '../events/select-events.ts';
import { literalTerms } from '../filter/filter-terms.ts';
import { filterConditions, type PaymentFilter } from '../filter/payment-filter.ts';
import { isoText } from '../iso-text.ts';
import type { Payment } from './payment.ts';
import { jsonFields } from './payment-columns.ts';

export type PaymentCopy = {
  /** Rows as COPY writes them, without a header, oldest payment first. */
  rows: Readable;
  /** Ends the query and its connection, even if not all rows were read. */
  close(): Promise<void>;
};

export type CopyFormat = keyof typeof copyMarks;

/** The characters that separate and quote cells. Those of `jsonl` never occur in JSON, which escapes control characters. */
export const copyMarks = {
  csv: { delimiter: ',', quote: '"' },
  jsonl: { delimiter: '\x02', quote: '\x01' },
} as const;

/**
 * Streams the filtered payments as CSV or JSON Lines. Each row begins with three cells for the caller, which are not part of
 * the file: the log position as of which the rows are exact, the currency, and the amount in minor units.
 *
 * CSV has the specification's columns; a text that a spreadsheet would run as a formula starts with an apostrophe (OWASP,
 * CSV injection). JSON Lines has all fields. Both have the amount in major units.
 *
 * COPY uses its own connection, as it holds it until it ends. Rejects with `DatabaseUnavailableError` when the database
 * can't be reached.
 */
export async function copyPayments(
  db: Database,
  { filter, format }: { filter: PaymentFilter; format: CopyFormat },
): Promise<PaymentCopy> {
  const { delimiter, quote } = copyMarks[format];
  const query = sql`
    copy (
      select ${logPosition}, currency, amount_minor, ${cells[format]}
      from payments where ${filterConditions(literalTerms(filter)) ?? sql`true`}
      order by created_at, id
    ) to stdout with (format csv, delimiter ${delimiter}, quote ${quote})`;
  const client = db.dedicatedClient();
  const destroySocket = withDestroyableSocket(client);
  try {
    const rows = await client.unsafe(textWithLiterals(query)).readable();
    const close = async () => {
      if (!rows.readableEnded) destroySocket();
      await client.end({ timeout: 0 });
    };
    return { rows, close };
  } catch (error) {
    await client.end({ timeout: 0 });
    throw translateDatabaseError(error);
  }
}

/** One minor unit in major units, for the currencies in which it is not 0.01. */
const otherUnits = [...Map.groupBy(currencyExponents.keys(), (code) => currencyExponents.get(code))].flatMap(
  ([exponent = 2, codes]) =>
    exponent === 2 ? [] : [sql`when currency in ${codes} then ${sql.raw(String(10 ** -exponent))}`],
);
const amountMajor = sql`amount_minor::numeric * (case ${sql.join(otherUnits, sql` `)} else 0.01 end)`;

/**
 * Puts an apostrophe before a text that starts with a sign of a formula, in ASCII or full width, or with a character that
 * spreadsheets skip before one (OWASP). A text that starts with apostrophes before a formula gets one more, so that removing
 * one always gives the stored text.
 */
const withoutFormula = (column: string): SQL =>
  sql.raw(`case when ${column} ~ '^''*[-=+@＝＋－＠\\t\\r\\n]' then '''' || ${column} else ${column} end`);

/** The cells of a row of CSV in their order; null for the fields that the specification's columns leave out. */
const csvFields: Record<keyof Payment, SQL | null> = {
  id: sql`id`,
  amountMinor: amountMajor,
  method: sql`method`,
  status: sql`status`,
  receiver: withoutFormula('receiver'),
  description: withoutFormula('description'),
  createdAt: isoText('created_at'),
  currency: null,
  failureCode: null,
  failureMessage: null,
  updatedAt: null,
};

const jsonLineFields = jsonFields('payments').map(({ name, value }) =>
  name === 'amountMinor' ? sql`${amountMajor} as amount` : sql`${value} as ${sql.identifier(name)}`,
);

const cells: Record<CopyFormat, SQL> = {
  csv: sql.join(
    Object.values(csvFields).filter((cell) => cell !== null),
    sql`, `,
  ),
  jsonl: sql`row_to_json((select payment from (select ${sql.join(jsonLineFields, sql`, `)}) payment))`,
};
