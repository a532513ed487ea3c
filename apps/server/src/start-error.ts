import { databaseErrorCode } from '@paydeck/db/database-error';

/** The server can't start, for a reason that its operator can correct; the message says how. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

/** Not reached, signed in or permitted (PostgreSQL's appendix A, and the system's); anything else is a fault of ours. */
const outsideCodes = /^(E[A-Z]+|CONNECT\w+|(08|28|3D|53|57)\w{3}|42501)$/;

/** Why the database can't be used. An error of another kind is given back as it is. */
export function databaseStartError(error: unknown, url: string): unknown {
  const code = databaseErrorCode(error);
  if (!(error instanceof Error) || code === undefined || !outsideCodes.test(code)) return error;
  const { host, pathname } = new URL(url);
  return new StartError(
    `The database at ${host}${pathname} can't be used: ${error.message}. Check that PostgreSQL runs there, and ` +
      'check the user, the password and the database name in DB_* or DATABASE_URL.',
    { cause: error },
  );
}

/** Why the server can't listen. An error of another kind is given back as it is. */
export function listenStartError(error: unknown, { host, port }: { host: string; port: number }): unknown {
  const messages: Record<string, string> = {
    EADDRINUSE: `Port ${port} is in use. Stop the other program, or set PORT to another port.`,
    EACCES: `This user may not listen to port ${port}. Set PORT to 1024 or more.`,
  };
  for (const code of ['EADDRNOTAVAIL', 'ENOTFOUND', 'EAI_AGAIN', 'EINVAL'])
    messages[code] =
      `${host} is not an address of this machine. Set HOST to one that is, such as 0.0.0.0 for all.`;
  const message = messages[databaseErrorCode(error) ?? ''];
  return message === undefined ? error : new StartError(message, { cause: error });
}
