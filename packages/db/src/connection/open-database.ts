import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import postgres, { type Sql } from 'postgres';
import { withDeadline } from './deadline.ts';
import type { Statement } from './statement.ts';

/** Queries built with Drizzle. Each one is under the deadline; transactions are for migrations and tests. */
export type Queries = PostgresJsDatabase<Record<string, never>>;

export type Database = {
  readonly url: string;
  readonly orm: Queries;
  /** Runs a prepared statement: one round trip, one transaction. */
  execute<Input, Row>(statement: Statement<Input, Row>, input: Input): Promise<Row[]>;
  /** A client of one connection, for what may not share one: LISTEN, COPY, migrations. The caller ends it. */
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
};

/**
 * Opens a pool on a PostgreSQL ≥ 15. Nothing connects before the first query.
 * Every query rejects with `DatabaseUnavailableError` when the database is away or silent.
 */
export function openDatabase(options: DatabaseOptions): Database {
  const { url, deadlineMs = 10_000, maxConnections = 10, applicationName = 'paydeck' } = options;

  const connect = (max: number, statementTimeoutMs: number, pipelining?: { max_pipeline: number }) => {
    const settings = {
      max,
      ...pipelining,
      connect_timeout: 5,
      fetch_types: false,
      backoff: (attempt: number) => Math.min(0.05 * 2 ** attempt, 1),
      types: { int8: safeInteger },
      onnotice: () => {},
      connection: { application_name: applicationName, statement_timeout: statementTimeoutMs },
    };
    return postgres(url, settings);
  };

  // Without pipelining a query waits for a free connection, not behind another one's slow answer.
  const pool = connect(maxConnections, Math.max(1, deadlineMs - 500), { max_pipeline: 0 });
  const orm = drizzle(underDeadline(pool, deadlineMs));

  return {
    url,
    orm,
    execute: async (statement, input) => {
      const query = pool.unsafe(statement.text, statement.parameters(input), { prepare: true }).values();
      const rows = await withDeadline(query, deadlineMs);
      return rows.map((row) => statement.decode(row));
    },
    dedicatedClient: ({ statementTimeoutMs = 0 } = {}) => connect(1, statementTimeoutMs),
    close: () => pool.end({ timeout: 5 }),
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

/** The same client, whose `unsafe` (all that Drizzle calls outside transactions) is under the deadline. */
function underDeadline(client: Sql, deadlineMs: number): Sql {
  const unsafe = (text: string, parameters: never[], options: { prepare?: boolean }) => {
    const query = client.unsafe(text, parameters, options);
    const settle = (pending: typeof query) => withDeadline(pending, deadlineMs);
    return {
      // biome-ignore lint/suspicious/noThenProperty: like the driver's, this query starts when it is awaited.
      then: (...handlers: Parameters<Promise<unknown>['then']>) => settle(query).then(...handlers),
      values: () => withDeadline(query.values(), deadlineMs),
    };
  };
  return new Proxy(client, {
    get: (target, property) => (property === 'unsafe' ? unsafe : Reflect.get(target, property)),
  });
}
