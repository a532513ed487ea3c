import type { ServerProcess } from '../../server-process.ts';

export type RunningServer = AsyncDisposable & {
  url: string;
  pid: number;
  /** Sent as a bearer token. Empty for a server that asks for none. */
  token: string;
};

export function toRunningServer(server: ServerProcess, token: string): RunningServer {
  const { pid } = server.child;
  if (pid === undefined) throw new Error('The server must run.');
  return { url: server.url, pid, token, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}
