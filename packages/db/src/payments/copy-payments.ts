import { connect, type Socket } from 'node:net';
import type { Readable } from 'node:stream';
import type { Sql } from 'postgres';
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
  const cut = withOwnSocket(client);
  try {
    const rows = await client.unsafe(text).readable();
    const close = async () => {
      if (!rows.readableEnded) cut();
      await client.end({ timeout: 0 });
    };
    return { rows, close };
  } catch (error) {
    await client.end({ timeout: 0 });
    throw error;
  }
}

/**
 * Gives a client that is not connected yet a socket that can be destroyed. The driver's `end` only closes its own
 * side: a backend that waits for its rows to be read, which nobody does any more, would wait for ever.
 * Held by export-stream.test.ts.
 */
function withOwnSocket(client: Sql): () => void {
  const sockets: Socket[] = [];
  const socket = ({ host, port, path }: { host: string[]; port: number[]; path: string | false }) => {
    const opened = path ? connect(path) : connect(port[0] ?? 5432, host[0]);
    sockets.push(opened);
    return opened;
  };
  Object.assign(client.options, { socket });
  return () => {
    for (const opened of sockets) opened.destroy();
  };
}

const unformulated = (column: string): SQL =>
  sql.raw(`case when ${column} ~ '^[-=+@\\t\\r]' then '''' || ${column} else ${column} end`);
