import type { Readable } from 'node:stream';
import type { Database } from '../connection/open-database.ts';
import { PgDialect, type SQL, sql } from '../drizzle.ts';
import { filterConditions, type PaymentFilter } from './filter.ts';
import { isoText } from './payment-sql.ts';

export type PaymentCopy = {
  /** CSV rows as COPY writes them, without a header, oldest first. */
  rows: Readable;
  /** Ends the query and its connection, whether or not all was read. */
  close(): Promise<void>;
};

/**
 * Streams the filtered payments as CSV: id, amount in major units, method, status, receiver, description, created
 * at. Texts that a spreadsheet would run as a formula get a leading apostrophe (OWASP, CSV injection).
 * COPY holds a connection while it runs, so it has one of its own.
 * `unusualExponents` names the currencies whose exponent is not 2, by exponent.
 */
export async function copyPayments(
  db: Database,
  {
    filter,
    unusualExponents,
  }: { filter: PaymentFilter; unusualExponents: ReadonlyMap<number, readonly string[]> },
): Promise<PaymentCopy> {
  const cases = [...unusualExponents].map(
    ([exponent, currencies]) =>
      sql`when currency in ${[...currencies]} then ${sql.raw(String(10 ** -exponent))}`,
  );
  const unit = cases.length === 0 ? sql.raw('0.01') : sql`case ${sql.join(cases, sql` `)} else 0.01 end`;
  const query = sql`
    copy (
      select id, amount_minor::numeric * (${unit}), method, status, ${unformulated('receiver')},
             ${unformulated('description')}, ${isoText('created_at')}
      from payments where ${filterConditions(filter) ?? sql`true`}
      order by created_at, id
    ) to stdout with (format csv)`;
  // COPY takes no parameters: they go in as literals, quoted by Drizzle.
  const { sql: text } = new PgDialect().sqlToQuery(query.inlineParams());
  const client = db.dedicatedClient();
  try {
    const rows = await client.unsafe(text).readable();
    return { rows, close: () => client.end({ timeout: 0 }) };
  } catch (error) {
    await client.end({ timeout: 0 });
    throw error;
  }
}

const unformulated = (column: string): SQL =>
  sql.raw(`case when ${column} ~ '^[-=+@\\t\\r]' then '''' || ${column} else ${column} end`);
