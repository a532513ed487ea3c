import { StartError } from './start-error.ts';

/** The `StartError` for an address that the server can't listen on; any other error is returned unchanged. */
export function listenStartError(error: unknown, { host, port }: { host: string; port: number }): unknown {
  const messages: Record<string, string> = {
    EADDRINUSE: `Port ${port} is in use. Stop the other program, or set PORT to another port.`,
    EACCES: `This user may not listen on port ${port}. Set PORT to 1024 or more.`,
  };
  for (const code of ['EADDRNOTAVAIL', 'ENOTFOUND', 'EAI_AGAIN', 'EINVAL'])
    messages[code] =
      `${host} is not an address of this machine. Set HOST to one of its addresses, or to 0.0.0.0 for all of them.`;
  const message = messages[error instanceof Error && 'code' in error ? String(error.code) : ''];
  return message === undefined ? error : new StartError(message, { cause: error });
}
