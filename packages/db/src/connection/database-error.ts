/** The database can't be reached, or did not answer in time. A write may or may not have happened. */
export class DatabaseUnavailableError extends Error {
  override readonly name = 'DatabaseUnavailableError';
}

/** A read of the lane `long` was canceled at its timeout. It would need as long again. */
export class QueryTooExpensiveError extends Error {
  override readonly name = 'QueryTooExpensiveError';
}

/** Too many reads of the lane `long` are running, of all callers or of this one. This one was never sent. */
export class TooManyQueriesError extends Error {
  override readonly name = 'TooManyQueriesError';
}

/** Too many queries wait for a connection. This one was never sent. */
export class OverloadedError extends Error {
  override readonly name = 'OverloadedError';
}

/** The caller of a query has left before its result. */
export class CallerLeftError extends Error {
  override readonly name = 'CallerLeftError';
}

/** PostgreSQL's code for a statement that was canceled, such as at `statement_timeout`. */
export const queryCanceled = '57014';

const unavailableCodes = new Set([
  // Codes of the driver and of the system.
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECTION_DESTROYED',
  'CONNECT_TIMEOUT',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  // Codes of PostgreSQL (appendix A of its manual).
  '25006', // read_only_sql_transaction: this server is no longer the primary after a failover
  '53300', // too_many_connections
  queryCanceled, // by a timeout
  '57P01', // admin_shutdown
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now: starting up or recovering
  '57P05', // idle_session_timeout
]);

/** The first error code, of PostgreSQL or of the system, in an error's chain of causes. */
export function databaseErrorCode(error: unknown): string | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && typeof cause.code === 'string') return cause.code;
  }
  return undefined;
}

/** A `DatabaseUnavailableError` for an error that means that the database is unavailable; any other error as it is. */
export function translateDatabaseError(error: unknown): unknown {
  const code = databaseErrorCode(error);
  if (code === undefined || !unavailableCodes.has(code)) return error;
  return new DatabaseUnavailableError(`The database is unavailable (${code}).`, { cause: error });
}
