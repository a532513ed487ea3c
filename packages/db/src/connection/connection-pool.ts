import postgres, { type Sql } from 'postgres';
import { DatabaseUnavailableError, translateDatabaseError } from './database-error.ts';

export type ConnectionPool = {
  /**
   * Runs one query on a connection of its own. Rejects with `DatabaseUnavailableError` when the connection is lost or
   * can't be had, and when the deadline passes, waiting for a connection included; one still waiting never runs late.
   */
  run<Result>(query: (client: Sql) => PromiseLike<Result>): Promise<Result>;
  /** Refuses new queries, waits for the others, 5 s at most, and disconnects. */
  close(): Promise<void>;
};

export type ConnectionPoolOptions = {
  /** Makes a driver's client of one connection, that calls `onLost` when its connection closes. */
  connect(onLost: () => void): Sql;
  maxConnections: number;
  deadlineMs: number;
};

type Connection = { client: Sql; openedAt: number; abandonQuery: ((error: unknown) => void) | null };
type Waiting = { start(connection: Connection): void; fail(error: unknown): void };

const closeMs = 5_000;
const maxAgeMs = 45 * 60_000;

/**
 * A pool that never trusts a connection again after a failure: it drops the client and makes a new one. The driver's
 * own pool reconnects a client in place and carries the old connection's state over. Then a query that was never sent
 * resolves with no rows, others hang or fail for an earlier one's reason, and withdrawing a query can end the process.
 * Held by connection-pool.test.ts and database-connections.test.ts.
 */
export function createConnectionPool({
  connect,
  maxConnections,
  deadlineMs,
}: ConnectionPoolOptions): ConnectionPool {
  const connections = new Set<Connection>();
  const idle: Connection[] = [];
  /** In the order of their coming. */
  const waiting = new Set<Waiting>();
  let closing: Promise<void> | null = null;
  let onQuiet = () => {};

  const open = (): Connection => {
    const client = connect(() => drop(connection));
    const connection: Connection = { client, openedAt: Date.now(), abandonQuery: null };
    connections.add(connection);
    return connection;
  };

  const drop = (connection: Connection) => {
    if (!connections.delete(connection)) return;
    const at = idle.indexOf(connection);
    if (at !== -1) idle.splice(at, 1);
    connection.abandonQuery?.(new DatabaseUnavailableError('The connection to the database was lost.'));
    connection.client.end({ timeout: 0 }).catch(() => {});
    serve();
  };

  const release = (connection: Connection) => {
    connection.abandonQuery = null;
    if (!connections.has(connection)) return;
    if (Date.now() - connection.openedAt > maxAgeMs) return drop(connection);
    idle.push(connection);
    serve();
  };

  const serve = () => {
    for (const query of waiting) {
      const connection = idle.pop() ?? (connections.size < maxConnections ? open() : null);
      if (connection === null) return;
      waiting.delete(query);
      query.start(connection);
    }
    if (idle.length === connections.size) onQuiet();
  };

  const run = <Result>(query: (client: Sql) => PromiseLike<Result>): Promise<Result> =>
    new Promise((resolve, reject) => {
      if (closing !== null) return reject(closed());
      let connection: Connection | null = null;
      const timer = setTimeout(() => {
        waiting.delete(own);
        reject(new DatabaseUnavailableError(`The database did not answer within ${deadlineMs} ms.`));
        if (connection !== null) drop(connection);
      }, deadlineMs);
      const fail = (error: unknown) => {
        clearTimeout(timer);
        reject(error);
      };
      const start = (given: Connection) => {
        connection = given;
        given.abandonQuery = fail;
        query(given.client).then(
          (result) => {
            clearTimeout(timer);
            resolve(result);
            release(given);
          },
          (cause: unknown) => {
            const error = translateDatabaseError(cause);
            fail(error);
            // PostgreSQL refused the statement and goes on; after anything else nobody knows where the protocol is.
            const isUnharmed =
              cause instanceof postgres.PostgresError && !(error instanceof DatabaseUnavailableError);
            if (isUnharmed) release(given);
            else drop(given);
          },
        );
      };
      const own = { start, fail };
      waiting.add(own);
      serve();
    });

  const close = async () => {
    const { promise: quiet, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, closeMs);
    onQuiet = resolve;
    serve();
    await quiet;
    clearTimeout(timer);
    for (const { fail } of waiting) fail(closed());
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

const closed = () => new DatabaseUnavailableError('The database is closed.');
