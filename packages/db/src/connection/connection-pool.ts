import postgres, { type Sql } from 'postgres';
import { DatabaseUnavailableError, translateDatabaseError } from './database-error.ts';

export type ConnectionPool = {
  /**
   * Runs a query on a connection that no other query uses at the same time. Rejects with `DatabaseUnavailableError` when the
   * connection is lost or can't be made, and after the deadline, which includes the wait for a connection. A query that
   * gets no connection in time is never sent.
   */
  run<Result>(query: (client: Sql) => PromiseLike<Result>): Promise<Result>;
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
  /** The error for a query that got no connection in time. Default: `DatabaseUnavailableError`. */
  waitedTooLong?: () => Error;
  /** The error for what a query failed with. Default: `translateDatabaseError`. */
  translateError?: (cause: unknown) => unknown;
};

type Connection = { client: Sql; openedAt: number; failQuery: ((error: unknown) => void) | null };
type WaitingQuery = { start(connection: Connection): void; fail(error: unknown): void };

const closeTimeoutMs = 5_000;
const maxAgeMs = 45 * 60_000;

/**
 * A pool that drops a connection after any failure, together with its client, and never uses it again. The driver's own
 * pool reconnects a client in place and carries state over from the old connection. Then a query that was never sent
 * resolves with no rows, others never settle or fail with the error of an earlier one, and canceling a query can end the
 * process. The tests are connection-pool.test.ts and database-connections.test.ts.
 */
export function createConnectionPool({
  connect,
  maxConnections,
  deadlineMs,
  maxWaitMs = deadlineMs,
  waitedTooLong = () => noAnswerError(deadlineMs),
  translateError = translateDatabaseError,
}: ConnectionPoolOptions): ConnectionPool {
  const connections = new Set<Connection>();
  const idle: Connection[] = [];
  /** FIFO. */
  const waiting = new Set<WaitingQuery>();
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

  const startWaiting = () => {
    for (const query of waiting) {
      const connection = idle.pop() ?? (connections.size < maxConnections ? open() : null);
      if (connection === null) return;
      waiting.delete(query);
      query.start(connection);
    }
    if (idle.length === connections.size) onIdle();
  };

  const run = <Result>(query: (client: Sql) => PromiseLike<Result>): Promise<Result> =>
    new Promise((resolve, reject) => {
      if (closing !== null) return reject(closedError());
      let usedConnection: Connection | null = null;
      const giveUp = () => {
        waiting.delete(waitingQuery);
        reject(usedConnection === null ? waitedTooLong() : noAnswerError(deadlineMs));
        if (usedConnection !== null) drop(usedConnection);
      };
      let timer = setTimeout(giveUp, maxWaitMs);
      const fail = (error: unknown) => {
        clearTimeout(timer);
        reject(error);
      };
      const start = (connection: Connection) => {
        usedConnection = connection;
        connection.failQuery = fail;
        if (maxWaitMs < deadlineMs) {
          clearTimeout(timer);
          timer = setTimeout(giveUp, deadlineMs - maxWaitMs);
        }
        query(connection.client).then(
          (result) => {
            clearTimeout(timer);
            resolve(result);
            release(connection);
          },
          (cause: unknown) => {
            const error = translateError(cause);
            fail(error);
            // After an error that PostgreSQL reports, the connection is in a known state. After any other error it is not.
            const isUsable =
              cause instanceof postgres.PostgresError && !(error instanceof DatabaseUnavailableError);
            if (isUsable) release(connection);
            else drop(connection);
          },
        );
      };
      const waitingQuery = { start, fail };
      waiting.add(waitingQuery);
      startWaiting();
    });

  const close = async () => {
    const { promise: allIdle, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, closeTimeoutMs);
    onIdle = resolve;
    startWaiting();
    await allIdle;
    clearTimeout(timer);
    for (const { fail } of waiting) fail(closedError());
    waiting.clear();
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

const noAnswerError = (deadlineMs: number) =>
  new DatabaseUnavailableError(`The database did not answer within ${deadlineMs} ms.`);
const closedError = () => new DatabaseUnavailableError('The database is closed.');
