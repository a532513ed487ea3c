/** The database can't be reached, or did not answer in time. A write may or may not have happened. */
export class DatabaseUnavailableError extends Error {
  override readonly name: string = 'DatabaseUnavailableError';
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

/** The disk of the database is full. Reads still work, and nothing can be written until someone frees space. */
export class DiskFullError extends DatabaseUnavailableError {
  override readonly name: string = 'DiskFullError';
}

/** Codes of the driver for a connection that ended or could not be made. */
const driverCodes = new Set([
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECTION_DESTROYED',
  'CONNECT_TIMEOUT',
]);

const diskFull = '53100';

/**
 * Codes of PostgreSQL (appendix A of its manual) that say "not now": the same statement may succeed later. The others are
 * mistakes of the statement. The classes: 08 connection exceptions, which PgBouncer uses too, 53 insufficient resources, 57P
 * operator intervention, 58 system errors such as a failed read of the disk.
 */
const unavailableCode = /^(08...|53...|57P..|58...|25006|40001|40003|40P01|55P03|57014)$/;
/** Whether it is one of the errors above, which say what became of a query. */
export const isAboutQueries = (error: unknown): boolean =>
  error instanceof DatabaseUnavailableError ||
  error instanceof QueryTooExpensiveError ||
  error instanceof TooManyQueriesError ||
  error instanceof OverloadedError ||
  error instanceof CallerLeftError;

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
  if (code === diskFull) return new DiskFullError('The disk of the database is full.', { cause: error });
  if (!meansUnavailable(error)) return error;
  return new DatabaseUnavailableError(`The database is unavailable (${code}).`, { cause: error });
}

function meansUnavailable(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    // PostgreSQL ends the session itself, or has refused it: no such database, a changed password, shutting down.
    if ('severity' in cause && (cause.severity === 'FATAL' || cause.severity === 'PANIC')) return true;
    // A failed system call of a socket, such as ECONNRESET, or EMFILE: no more files may be open.
    if ('syscall' in cause) return true;
    if (!('code' in cause) || typeof cause.code !== 'string') continue;
    if (driverCodes.has(cause.code) || unavailableCode.test(cause.code)) return true;
  }
  return false;
}
