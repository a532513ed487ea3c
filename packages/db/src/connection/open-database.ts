import type { Sql } from 'postgres';
import { type ConnectionPool, createConnectionPool, type QueryOwner } from './connection-pool.ts';
import {
  databaseErrorCode,
  QueryTooExpensiveError,
  queryCanceled,
  TooManyQueriesError,
  translateDatabaseError,
} from './database-error.ts';
import { createDriverClient } from './driver-client.ts';
import { createQueries, drizzleTypes, type Queries, type RunQuery } from './drizzle-queries.ts';
import { keepListening } from './keep-listening.ts';
import { type Lane, laneConnections, lanes, longConnectionsPerCaller, longReadsPerCaller } from './lanes.ts';
import { type OnQuery, runReported } from './run-reported.ts';
import type { Statement } from './statement.ts';

export type Database = {
  readonly url: string;
  /** Queries built with Drizzle, in the lane `control`. */
  readonly orm: Queries;
  /** Queries built with Drizzle, in the lane `access`. */
  readonly access: Queries;
  /** Runs a prepared statement: one round trip, one transaction. */
  execute<Input, Row>(statement: Statement<Input, Row>, input: Input): Promise<Row[]>;
  /** On whose behalf this database runs queries. Null for the server itself, whose queries are never refused. */
  readonly owner: QueryOwner | null;
  /** The same connections, for queries on behalf of an owner: it takes turns with the others, and its queries end with it. */
  ownedBy(owner: QueryOwner): Database;
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
  /** How long a read of the lane `long` may run, and how long it may wait for a connection before. */
  longReadTimeoutMs?: number;
  /** How long a query that has an owner may wait for a connection. Default: until its deadline. */
  maxWaitMs?: number;
  /** For tools and tests: all lanes share this many connections. Default: each lane has its own. */
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
  const { url, deadlineMs = 10_000, longReadTimeoutMs = 2_000, maxConnections, onQuery } = options;
  const { maxWaitMs = deadlineMs } = options;
  const settings = sessionSettings(options.applicationName ?? 'paydeck');
  const openPool = (lane: Lane | 'all', connections: number): ConnectionPool => {
    const pooled = {
      ...settings(lane === 'long' ? longReadTimeoutMs : Math.max(1, deadlineMs - 500), planning(lane)),
      types: { int8: safeInteger, ...drizzleTypes },
      // The pool limits the age of connections. The driver would close one to which a query was just given.
      max_lifetime: null,
    };
    return createConnectionPool({
      connect: (onLost) => createDriverClient(url, { ...pooled, onclose: onLost }),
      maxConnections: connections,
      deadlineMs,
      // A batch of writes has the writes of many callers. How long they may wait is decided where batches gather.
      ...(lane !== 'write' && { maxOwnerWaitMs: Math.min(maxWaitMs, deadlineMs) }),
      ...(lane === 'long' && longReads(longReadTimeoutMs)),
    });
  };
  const pools = new Map<Lane, ConnectionPool>();
  const shared = maxConnections === undefined ? null : openPool('all', maxConnections);
  for (const lane of lanes) pools.set(lane, shared ?? openPool(lane, laneConnections[lane]));

  const runIn = (lane: Lane, owner: QueryOwner | null): RunQuery => {
    const pool = pools.get(lane);
    if (pool === undefined) throw new Error(`There is no lane ${lane}.`);
    if (onQuery === undefined) return (_statement, query) => pool.run(query, owner);
    return (statement, query) => runReported(pool, { statement, query, owner, onQuery });
  };

  const databaseOf = (owner: QueryOwner | null): Database => {
    let orm: Queries | null = null;
    let access: Queries | null = null;
    return {
      url,
      owner,
      // Most calls use prepared statements only.
      get orm() {
        orm ??= createQueries(runIn('control', owner));
        return orm;
      },
      get access() {
        access ??= createQueries(runIn('access', owner));
        return access;
      },
      execute: async (statement, input) => {
        const rows = await runIn(statement.lane, owner)(statement.text, (client) =>
          client.unsafe(statement.text, statement.values(input), { prepare: statement.isPrepared }).values(),
        );
        return rows.map((row) => statement.decode(row));
      },
      ownedBy: databaseOf,
      listen: (channel, onWake) =>
        keepListening(url, { ...settings(5_000), max_lifetime: null }, { channel, onWake }),
      dedicatedClient: ({ statementTimeoutMs = 0 } = {}) =>
        createDriverClient(url, settings(statementTimeoutMs)),
      close: async () => {
        await Promise.all([...new Set(pools.values())].map((pool) => pool.close()));
      },
    };
  };
  return databaseOf(null);
}

/** The settings of every connection, pooled or not, for a time after which PostgreSQL cancels a query. */
const sessionSettings =
  (applicationName: string) =>
  (statementTimeoutMs: number, planning = {}) => ({
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
      // Compiling takes longer than the queries do: a list with a bound inside a quarter hour took 492 ms instead of 30.
      jit: 'off',
      // PostgreSQL's default of 4 MB can't hold the exact places of 70,000 matches of a search. It would keep pages only,
      // and check every row in them.
      work_mem: '16MB',
      // How Paydeck reads times and quotes literals, even if the database or the role has other defaults.
      DateStyle: 'ISO',
      TimeZone: 'UTC',
      standard_conforming_strings: true,
      // Statements that wait for the log's lock then read what was committed before them. A stricter level would refuse that.
      default_transaction_isolation: 'read committed' as const,
      ...planning,
    },
  });

/**
 * In the lane `quick`, an index answers each statement, whatever the values. So PostgreSQL plans a prepared statement once.
 * By default it would compare estimates for each call, and often decide to plan again, which takes longer than the read.
 */
const planning = (lane: Lane | 'all') => (lane === 'quick' ? { plan_cache_mode: 'force_generic_plan' } : {});

/** In the lane `long`, a timeout means that the query is too expensive, not that the database is unavailable. */
const longReads = (timeoutMs: number) => ({
  maxWaitMs: timeoutMs,
  maxOwnerWaitMs: timeoutMs,
  maxPerOwner: longReadsPerCaller,
  maxConnectionsPerOwner: longConnectionsPerCaller,
  // PostgreSQL cancels a query at its timeout. Only a database that does not answer lets one reach the deadline.
  deadlineMs: 2 * timeoutMs + 1_000,
  waitedTooLong: () => new TooManyQueriesError('Too many long reads are running.'),
  translateError: (cause: unknown) =>
    databaseErrorCode(cause) === queryCanceled
      ? new QueryTooExpensiveError(`The query needed more than ${timeoutMs} ms.`, { cause })
      : translateDatabaseError(cause),
});

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
