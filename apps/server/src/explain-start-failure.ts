import { databaseErrorCode } from '@paydeck/db/connection';
import { SchemaError } from '@paydeck/db/migrate';
import { StartError } from './start-error.ts';

/** Codes of PostgreSQL (appendix A) and of the system: unreachable, access denied, a wrong parameter, shutting down. */
const operatorErrorCodes = /^(E[A-Z]+|CONNECT\w+|(08|28|3D|53|57)\w{3}|42501|42704)$/;

/** The `StartError` for a database that can't be used or migrated; any other error is returned unchanged. */
export function databaseStartError(error: unknown, url: string): unknown {
  if (error instanceof SchemaError) return new StartError(error.message, { cause: error });
  if (isRefusedByPooler(error)) {
    return new StartError(
      'DATABASE_URL leads to a pooler such as PgBouncer. Set DATABASE_POOLER to its mode: session or transaction.',
      { cause: error },
    );
  }
  const code = databaseErrorCode(error);
  if (!(error instanceof Error) || code === undefined || !operatorErrorCodes.test(code)) return error;
  const { host, pathname } = new URL(url);
  return new StartError(
    `The database at ${host}${pathname} can't be used: ${error.message}. Check that PostgreSQL is running there, and ` +
      'check the user, password and database name in DB_* or DATABASE_URL.',
    { cause: error },
  );
}

/** PgBouncer refuses the settings of a connection with this message. PostgreSQL accepts them. */
function isRefusedByPooler(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause.message.includes('unsupported startup parameter')) return true;
  }
  return false;
}
