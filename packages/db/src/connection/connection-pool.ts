import { performance } from 'node:perf_hooks';
import postgres, { type Sql } from 'postgres';
import { cancelQuery } from './cancel-request.ts';
import {
  CallerLeftError,
  DatabaseUnavailableError,
  databaseErrorCode,
  OverloadedError,
  queryCanceled,
  TooManyQueriesError,
  translateDatabaseError,
} from './database-error.ts';
import { createFairQueue } from './fair-queue.ts';
import { createWaitEstimate } from './wait-estimate.ts';

/** On whose behalf a query runs. */
export type QueryOwner = {
  /** Queries with the same id share one turn. */
  readonly id: string;
  /** Aborted when nobody waits for the query's result any more. */
  readonly signal?: AbortSignal | undefined;
};

export type ConnectionPool = {
  /**
   * Runs a query on a connection that no other query uses at the same time. Rejects with `DatabaseUnavailableError` when the
   * connection is lost or can't be made, and after the deadline, which includes the wait for a connection. A query that
   * gets no connection in time is never sent.
   *
   * While all connections are in use, owners take turns; queries without an owner, those of the server itself, go first. The
   * query of an owner also rejects with `CallerLeftError` when its signal is aborted, and then PostgreSQL cancels it; with
   * `TooManyQueriesError` when the owner has too many; and with `OverloadedError` at once, if its turn would come too late.
   */
  run<Result>(query: (client: Sql) => PromiseLike<Result>, owner?: QueryOwner | null): Promise<Result>;
  /** Refuses new queries, waits at most 5 s for running ones, and disconnects. */
  close(): Promise<void>;
};

export type ConnectionPoolOptions = {
  /** Makes a client of the driver with one connection, and calls `onLost` when that connection closes. */
  connect(onLost: () => void): Sql;
  maxConnections: number;
  deadlineMs: number;
  /** How long a query may wait for a connection. Default: until its deadline. */
  maxWaitMs?: number;
  /** The same for a query that has an owner. Default: `maxWaitMs`. */
  maxOwnerWaitMs?: number;
  /** How many queries of an owner may run or wait. Default: any number. */
  maxPerOwner?: number;
  /** How many connections the queries of an owner may use at the same time. Default: all. */
  maxConnectionsPerOwner?: number;
  /** The error for a query that got no connection in time. Default: `DatabaseUnavailableError`, and `OverloadedError` for owners. */
  waitedTooLong?: () => Error;
  /** The error for what a query failed with. Default: `translateDatabaseError`. */
  translateError?: (cause: unknown) => unknown;
};

type Connection = { client: Sql; openedAt: number; failQuery: ((error: unknown) => void) | null };
type WaitingQuery = { start(connection: Connection): void; fail(error: unknown): void };

const closeTimeoutMs = 5_000;
const maxAgeMs = 45 * 60_000;
/** A query whose caller has left may still end by itself for so long: most take less time than canceling them. */
const cancelAfterMs = 100;

/**
 * A pool that drops a connection after any failure, together with its client, and never uses it again. The driver's own
 * pool reconnects a client in place and carries state over from the old connection. Then a query that was never sent
 * resolves with no rows, others never settle or fail with the error of an earlier one, and canceling a query can end the
 * process. The tests are connection-pool.test.ts, fair-turns.test.ts and database-connections.test.ts.
 */
export function createConnectionPool({
  connect,
  maxConnections,
  deadlineMs,
  maxWaitMs = deadlineMs,
  maxOwnerWaitMs = maxWaitMs,
  maxPerOwner = Number.POSITIVE_INFINITY,
  maxConnectionsPerOwner = maxConnections,
  waitedTooLong,
  translateError = translateDatabaseError,
}: ConnectionPoolOptions): ConnectionPool {
  const connections = new Set<Connection>();
  const idle: Connection[] = [];
  const waiting = createFairQueue<WaitingQuery>();
  /** How many queries of each owner run. */
  const running = new Map<string, number>();
  const estimate = createWaitEstimate(maxConnections);
  /** Since when some query has been waiting. Null while none is. */
  let backlogSince: number | null = null;
  let closing: Promise<void> | null = null;
  let onIdle = () => {};

  const open = (): Connection => {
    const client = connect(() => drop(connection));
    const connection: Connection = { client, openedAt: Date.now(), failQuery: null };
    connections.add(connection);
    return connection;
  };

  const drop = (connection: Connection) => {
    if (!connections.delete(connection)) return;
    const index = idle.indexOf(connection);
    if (index !== -1) idle.splice(index, 1);
    connection.failQuery?.(new DatabaseUnavailableError('The connection to the database was lost.'));
    connection.client.end({ timeout: 0 }).catch(() => {});
    startWaiting();
  };

  const release = (connection: Connection) => {
    connection.failQuery = null;
    if (!connections.has(connection)) return;
    if (Date.now() - connection.openedAt > maxAgeMs) return drop(connection);
    idle.push(connection);
    startWaiting();
  };

  const mayStart = (id: string | null) => id === null || (running.get(id) ?? 0) < maxConnectionsPerOwner;

  const startWaiting = () => {
    while (idle.length > 0 || connections.size < maxConnections) {
      const query = waiting.take(mayStart);
      if (query === undefined) break;
      query.start(idle.pop() ?? open());
    }
    backlogSince = waiting.size === 0 ? null : (backlogSince ?? performance.now());
    if (waiting.size === 0 && idle.length === connections.size) onIdle();
  };

  const waitError = (id: string | null): Error => {
    if (waitedTooLong !== undefined) return waitedTooLong();
    return id === null
      ? noAnswerError(deadlineMs)
      : new OverloadedError('The query got no connection in time.');
  };

  /** Why a query can't even wait. */
  const refusal = ({ id, signal }: QueryOwner): Error | null => {
    if (signal?.aborted === true) return callerLeft();
    if ((running.get(id) ?? 0) + waiting.countOf(id) >= maxPerOwner)
      return new TooManyQueriesError(`More than ${maxPerOwner} queries of one caller at a time.`);
    // A burst that has just arrived may still be answered in time, whatever the estimate says.
    const backlogMs = backlogSince === null ? 0 : performance.now() - backlogSince;
    if (backlogMs < maxOwnerWaitMs / 4) return null;
    const waitMs = estimate.waitMs(waiting.ahead(id, estimate.queryMs()));
    return waitMs > maxOwnerWaitMs ? waitError(id) : null;
  };

  /** Counts a query as running until the returned function is called. */
  const beginTurn = (id: string | null): (() => void) => {
    const assumedMs = estimate.queryMs();
    const end = estimate.start();
    waiting.charge(id, assumedMs);
    if (id !== null) running.set(id, (running.get(id) ?? 0) + 1);
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      waiting.charge(id, end() - assumedMs);
      if (id !== null) countDown(running, id);
    };
  };

  const run = <Result>(
    query: (client: Sql) => PromiseLike<Result>,
    owner: QueryOwner | null = null,
  ): Promise<Result> =>
    new Promise((resolve, reject) => {
      const refused = closing === null ? owner && refusal(owner) : closedError();
      if (refused) return reject(refused);
      const id = owner?.id ?? null;
      const patienceMs = owner === null ? maxWaitMs : maxOwnerWaitMs;
      let usedConnection: Connection | null = null;
      let runningQuery: PromiseLike<Result> | null = null;
      /** Whether PostgreSQL has processed the request to cancel this query. Null when there is none. */
      let canceling: Promise<boolean> | null = null;
      let cancelTimer: NodeJS.Timeout | undefined;

      const giveUp = () => {
        const error = usedConnection === null ? waitError(id) : noAnswerError(deadlineMs);
        waiting.remove(id, waitingQuery);
        fail(error);
        if (usedConnection !== null) drop(usedConnection);
      };
      const calledAt = performance.now();
      let timer = setTimeout(giveUp, patienceMs);
      const stopWatching = () => {
        clearTimeout(timer);
        clearTimeout(cancelTimer);
        owner?.signal?.removeEventListener('abort', leave);
      };
      const fail = (error: unknown) => {
        stopWatching();
        reject(error);
      };
      /** The query keeps its connection and its deadline until it has ended. */
      const leave = () => {
        reject(callerLeft());
        if (waiting.remove(id, waitingQuery)) return stopWatching();
        const cancel = () => {
          if (usedConnection !== null && runningQuery !== null)
            canceling = cancelQuery(usedConnection.client, runningQuery);
        };
        cancelTimer = setTimeout(cancel, cancelAfterMs);
      };
      owner?.signal?.addEventListener('abort', leave);

      const start = (connection: Connection) => {
        usedConnection = connection;
        if (patienceMs < deadlineMs) {
          clearTimeout(timer);
          timer = setTimeout(giveUp, deadlineMs - (performance.now() - calledAt));
        }
        const endTurn = beginTurn(id);
        connection.failQuery = (error) => {
          endTurn();
          fail(error);
        };
        const finish = async (isUsable: boolean) => {
          stopWatching();
          endTurn();
          // Until then, the request could cancel the next query.
          if (isUsable && (canceling === null || (await canceling))) release(connection);
          else drop(connection);
        };
        runningQuery = query(connection.client);
        runningQuery.then(
          (result) => {
            resolve(result);
            void finish(true);
          },
          (cause: unknown) => {
            const error = translateError(cause);
            reject(error);
            // After an error that PostgreSQL reports, the connection is in a known state. After any other error it is not.
            const isReported = cause instanceof postgres.PostgresError;
            const isCanceled = canceling !== null && databaseErrorCode(cause) === queryCanceled;
            void finish(isReported && (isCanceled || !(error instanceof DatabaseUnavailableError)));
          },
        );
      };
      const waitingQuery = { start, fail };
      waiting.add(id, waitingQuery);
      startWaiting();
    });

  const close = async () => {
    const { promise: allIdle, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, closeTimeoutMs);
    onIdle = resolve;
    startWaiting();
    await allIdle;
    clearTimeout(timer);
    for (let query = waiting.take(); query !== undefined; query = waiting.take()) query.fail(closedError());
    await Promise.all([...connections].map(({ client }) => client.end({ timeout: 1 })));
  };

  return {
    run,
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

function countDown(counts: Map<string, number>, key: string): void {
  const count = (counts.get(key) ?? 0) - 1;
  if (count > 0) counts.set(key, count);
  else counts.delete(key);
}

const noAnswerError = (deadlineMs: number) =>
  new DatabaseUnavailableError(`The database did not answer within ${deadlineMs} ms.`);
const closedError = () => new DatabaseUnavailableError('The database is closed.');
const callerLeft = () => new CallerLeftError('Nobody waits for the result any more.');
