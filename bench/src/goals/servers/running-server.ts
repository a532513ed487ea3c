import type { ServerProcess } from '../../server-process.ts';

export type RunningServer = AsyncDisposable & {
  url: string;
  pid: number;
  /** Sent as a bearer token. Empty for a server that asks for none. */
  token: string;
};

/** Signs in at a server that has just been started. Stops the server if that fails. */
export async function toRunningServer(
  server: ServerProcess,
  signIn: (url: string) => Promise<string>,
): Promise<RunningServer> {
  await using started = new AsyncDisposableStack();
  const { url, child } = started.use(server);
  if (child.pid === undefined) throw new Error('The server must run.');
  const token = await signIn(url);
  const running = started.move();
  return { url, pid: child.pid, token, [Symbol.asyncDispose]: () => running.disposeAsync() };
}
