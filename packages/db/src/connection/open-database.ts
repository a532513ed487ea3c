import type { Sql } from 'postgres';
import { createConnectionPool } from './connection-pool.ts';
import { createDriverClient } from './driver-client.ts';
import { createQueries, drizzleTypes, type Queries, type RunQuery } from './drizzle-queries.ts';
import { keepListening } from './keep-listening.ts';
import { type OnQuery, runReported } from './run-reported.ts';
import type { Statement } from './statement.ts';

export type Database = {
  readonly url: string;
  readonly orm: Queries;
  /** Runs a prepared statement: one round trip, one transaction. */
  execute<Input, Row>(statement: Statement<Input, Row>, input: Input): Promise<Row[]>;
  /** Calls `onWake` for each notification of the channel, and whenever notifications may have been missed. */
  listen(channel: string, onWake: () => void): { close(): Promise<void> };
  /** A client with its own single connection, for COPY and migrations. The caller must end it. */
  dedicatedClient(options?: { statementTimeoutMs?: number }): Sql;
  /** Waits at most 5 s for running queries. */
  close(): Promise<void>;
};

export type DatabaseOptions = {
  url: string;
  /** How long a caller waits for a query, including the wait for a connection. */
  deadlineMs?: number;
  maxConnections?: number;
  applicationName?: string;
  /** Called after each query, except those of `listen` and of dedicated clients. Without it nothing is measured. */
  onQuery?: OnQuery | undefined;
};

/**
 * Opens a pool of connections to a PostgreSQL 15 or newer. It connects at the first query. Every query rejects with
 * `DatabaseUnavailableError` when the database can't be reached or does not answer in time.
 */
export function openDatabase(options: DatabaseOptions): Database {
  const { url, deadlineMs = 10_000, maxConnections = 10, applicationName = 'paydeck', onQuery } = options;

  const settings = (statementTimeoutMs: number) => ({
    max: 1,
    connect_timeout: 5,
    // The driver would read the types on each new connection. If the backend dies then, the process ends with an unhandled
    // rejection.
    fetch_types: false,
    types: { int8: safeInteger },
    onnotice: () => {},
    connection: {
      application_name: applicationName,
      statement_timeout: statementTimeoutMs,
      // PostgreSQL's default of 4 MB can't hold the exact places of 70,000 matches of a search. It would keep pages only,
      // and check every row in them.
      work_mem: '16MB',
      // How Paydeck reads times and quotes literals, even if the database or the role has other defaults.
      DateStyle: 'ISO',
      TimeZone: 'UTC',
      standard_conforming_strings: true,
    },
  });

  const pooled = {
    ...settings(Math.max(1, deadlineMs - 500)),
    types: { int8: safeInteger, ...drizzleTypes },
    // The pool limits the age of connections. The driver would close one to which a query was just given.
    max_lifetime: null,
  };
  const pool = createConnectionPool({
    connect: (onLost) => createDriverClient(url, { ...pooled, onclose: onLost }),
    maxConnections,
    deadlineMs,
  });
  const run: RunQuery =
    onQuery === undefined
      ? (_statement, query) => pool.run(query)
      : (statement, query) => runReported(pool, { statement, query, onQuery });

  return {
    url,
    orm: createQueries(run),
    execute: async (statement, input) => {
      const rows = await run(statement.text, (client) =>
        client.unsafe(statement.text, statement.values(input), { prepare: true }).values(),
      );
      return rows.map((row) => statement.decode(row));
    },
    listen: (channel, onWake) =>
      keepListening(url, { ...settings(5_000), max_lifetime: null }, { channel, onWake }),
    dedicatedClient: ({ statementTimeoutMs = 0 } = {}) =>
      createDriverClient(url, settings(statementTimeoutMs)),
    close: () => pool.close(),
  };
}

/** Reads PostgreSQL's bigint as a number. Throws `RangeError` above 2^53, as rounding would change the value. */
const safeInteger = {
  to: 20,
  from: [20],
  serialize: (value: number) => String(value),
  parse: (text: string) => {
    const value = Number(text);
    if (!Number.isSafeInteger(value)) throw new RangeError(`${text} is too large to be an exact number.`);
    return value;
  },
};
