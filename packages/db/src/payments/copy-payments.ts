import type { Readable } from 'node:stream';
import { currencyExponents } from '@paydeck/contract/money';
import { translateDatabaseError } from '../connection/database-error.ts';
import { withDestroyableSocket } from '../connection/destroyable-socket.ts';
import type { Database } from '../connection/open-database.ts';
import { PgDialect, type SQL, sql } from '../drizzle.ts';
import { logPosition } from '../events/select-events.ts';
import { filterConditions, type PaymentFilter } from '../filter/payment-filter.ts';
import { isoText } from '../iso-text.ts';

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
  // COPY takes no parameters: they go in as literals, quoted by Drizzle.
  const { sql: text } = new PgDialect().sqlToQuery(query.inlineParams());
  const client = db.dedicatedClient();
  const cut = withDestroyableSocket(client);
  try {
    const rows = await client.unsafe(text).readable();
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

const csvCells = (amount: SQL): SQL => sql`
  id, ${amount}, method, status, ${unformulated('receiver')}, ${unformulated('description')},
  ${isoText('created_at')}`;

const jsonCell = (amount: SQL): SQL => sql`
  row_to_json((select one from (
    select id, ${amount} as amount, currency, method, status, receiver, description,
           failure_code as "failureCode", failure_message as "failureMessage",
           ${isoText('created_at')} as "createdAt", ${isoText('updated_at')} as "updatedAt"
  ) one))`;

/**
 * What begins a formula, in full width also, or is skipped before one (OWASP). Apostrophes before that get one more: who
 * takes one off has the text as it was.
 */
const unformulated = (column: string): SQL =>
  sql.raw(`case when ${column} ~ '^''*[-=+@＝＋－＠\\t\\r\\n]' then '''' || ${column} else ${column} end`);
