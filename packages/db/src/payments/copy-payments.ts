import type { Readable } from 'node:stream';
import { currencyExponents } from '@paydeck/contract/money';
import { translateDatabaseError } from '../connection/database-error.ts';
import { withDestroyableSocket } from '../connection/destroyable-socket.ts';
import type { Database } from '../connection/open-database.ts';
import { textWithLiterals } from '../connection/statement.ts';
import { type SQL, sql } from '../drizzle.ts';
import { logPosition } from '../events/select-events.ts';
import { filterConditions, type PaymentFilter } from '../filter/payment-filter.ts';
import { isoText } from '../iso-text.ts';
import type { Payment } from './payment.ts';
import { jsonFields } from './payment-columns.ts';

export type PaymentCopy = {
  /** Rows as COPY writes them, without a header, oldest first. */
  rows: Readable;
  /** Ends the query and its connection, whether or not all was read. */
  close(): Promise<void>;
};

export type CopyFormat = keyof typeof copyMarks;

/** What separates and quotes the cells. JSON has neither of its two: it writes control characters as escapes. */
export const copyMarks = {
  csv: { delimiter: ',', quote: '"' },
  jsonl: { delimiter: '\x02', quote: '\x01' },
} as const;

/**
 * Streams the filtered payments as a file of CSV or JSON Lines. Each row begins with three cells that are for who
 * sends it, not for the file: the log position that all is true as of, currency and amount in minor units.
 *
 * CSV: id, amount in major units, method, status, receiver, description, created at; texts that a spreadsheet would
 * run as a formula get a leading apostrophe (OWASP, CSV injection). JSON: all fields, the amount in major units.
 *
 * COPY holds a connection while it runs, so it has one of its own. Rejects with `DatabaseUnavailableError` when the
 * database is away.
 */
export async function copyPayments(
  db: Database,
  { filter, format }: { filter: PaymentFilter; format: CopyFormat },
): Promise<PaymentCopy> {
  const { delimiter, quote } = copyMarks[format];
  const cells = { csv: csvCells, jsonl: jsonCell }[format](amountMajor);
  const query = sql`
    copy (
      select ${logPosition}, currency, amount_minor, ${cells}
      from payments where ${filterConditions(filter) ?? sql`true`}
      order by created_at, id
    ) to stdout with (format csv, delimiter ${delimiter}, quote ${quote})`;
  const client = db.dedicatedClient();
  const cut = withDestroyableSocket(client);
  try {
    const rows = await client.unsafe(textWithLiterals(query)).readable();
    const close = async () => {
      if (!rows.readableEnded) cut();
      await client.end({ timeout: 0 });
    };
    return { rows, close };
  } catch (error) {
    await client.end({ timeout: 0 });
    throw translateDatabaseError(error);
  }
}

/** The unit of each amount in major units: 0.01 for most currencies. */
const units = [...Map.groupBy(currencyExponents.keys(), (code) => currencyExponents.get(code))].flatMap(
  ([exponent = 2, codes]) =>
    exponent === 2 ? [] : [sql`when currency in ${codes} then ${sql.raw(String(10 ** -exponent))}`],
);
const amountMajor = sql`amount_minor::numeric * (case ${sql.join(units, sql` `)} else 0.01 end)`;

/** Null: the specification's columns leave the field out. */
const csvCells = (amount: SQL): SQL =>
  cells({
    id: sql`id`,
    amountMinor: amount,
    method: sql`method`,
    status: sql`status`,
    receiver: unformulated('receiver'),
    description: unformulated('description'),
    createdAt: isoText('created_at'),
    currency: null,
    failureCode: null,
    failureMessage: null,
    updatedAt: null,
  });

const cells = (ofField: Record<keyof Payment, SQL | null>): SQL =>
  sql.join(
    Object.values(ofField).filter((cell) => cell !== null),
    sql`, `,
  );

const jsonCell = (amount: SQL): SQL => {
  const fields = jsonFields('payments').map(({ name, value }) =>
    name === 'amountMinor' ? sql`${amount} as amount` : sql`${value} as ${sql.identifier(name)}`,
  );
  return sql`row_to_json((select payment from (select ${sql.join(fields, sql`, `)}) payment))`;
};

/**
 * What begins a formula, in full width also, or is skipped before one (OWASP). Apostrophes before that get one more: who
 * takes one off has the text as it was.
 */
const unformulated = (column: string): SQL =>
  sql.raw(`case when ${column} ~ '^''*[-=+@＝＋－＠\\t\\r\\n]' then '''' || ${column} else ${column} end`);
