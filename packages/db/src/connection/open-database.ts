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
  /** Calls `onWake` for each notification of the channel, and each time that some may have been missed. */
  listen(channel: string, onWake: () => void): { close(): Promise<void> };
  /** A client of one connection, for what may not share one: COPY, migrations. The caller ends it. */
  dedicatedClient(options?: { statementTimeoutMs?: number }): Sql;
  /** Waits for running queries, 5 s at most. */
  close(): Promise<void>;
};

export type DatabaseOptions = {
  url: string;
  /** How long a caller waits for any one query. */
  deadlineMs?: number;
  maxConnections?: number;
  applicationName?: string;
  /** Called after each query, except those of `listen` and of dedicated clients. Without it nothing is measured. */
  onQuery?: OnQuery | undefined;
};

/**
 * Opens a pool on a PostgreSQL ≥ 15. Nothing connects before the first query.
 * Every query rejects with `DatabaseUnavailableError` when the database is away or silent.
 */
export function openDatabase(options: DatabaseOptions): Database {
  const { url, deadlineMs = 10_000, maxConnections = 10, applicationName = 'paydeck', onQuery } = options;

  const settings = (statementTimeoutMs: number) => ({
    max: 1,
    connect_timeout: 5,
    // Read on each new connection, outside any query: killed meanwhile, it ends the process with an unhandled rejection.
    fetch_types: false,
    types: { int8: safeInteger },
    onnotice: () => {},
    connection: {
      application_name: applicationName,
      statement_timeout: statementTimeoutMs,
      // PostgreSQL's own 4 MB don't hold where 70,000 matches of a search are: it would read others beside them.
      work_mem: '16MB',
      // How instants are read and literals quoted here, whatever a database or a role has set for itself.
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

/** PostgreSQL's bigint as a number; one beyond 2^53 is refused, never rounded. */
const safeInteger = {
  to: 20,
  from: [20],
  serialize: (value: number) => String(value),
  parse: (text: string) => {
    const value = Number(text);
    if (!Number.isSafeInteger(value)) throw new RangeError(`${text} is beyond the safe integers.`);
    return value;
  },
};
