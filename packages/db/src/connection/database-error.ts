import postgres from 'postgres';

/** The database could not be reached, or did not answer in time. Whether a write happened is not known. */
export class DatabaseUnavailableError extends Error {
  override readonly name = 'DatabaseUnavailableError';
}

const unavailableCodes = new Set([
  // The driver's own.
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
  // PostgreSQL, appendix A: the former primary after a failover, connections exhausted, cancelled by a timeout, shut
  // down, crashed, starting up.
  '25006',
  '53300',
  '57014',
  '57P01',
  '57P02',
  '57P03',
  '57P05',
]);

/** The PostgreSQL or system error at the bottom of a chain of causes, by its code. */
export function databaseErrorCode(error: unknown): string | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string') return at.code;
  }
  return undefined;
}

/** The name of the constraint that refused a row, for example `users_username_key`. */
export function violatedConstraint(error: unknown): string | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at instanceof postgres.PostgresError) return at.constraint_name;
  }
  return undefined;
}

/** Turns what means "no database just now" into `DatabaseUnavailableError`; leaves every other error as it is. */
export function translateDatabaseError(error: unknown): unknown {
  const code = databaseErrorCode(error);
  if (code === undefined || !unavailableCodes.has(code)) return error;
  return new DatabaseUnavailableError(`The database is unavailable (${code}).`, { cause: error });
}
