import { paydeckEnvironment, signIn } from '../../paydeck-server.ts';
import { startServerProcess } from '../../server-process.ts';
import { createCopyOfPayments } from '../../writes/bare-inserts.ts';

export type RunningServer = AsyncDisposable & {
  url: string;
  pid: number;
  /** Sent as a bearer token. Empty for a server that asks for none. */
  token: string;
};

const bareHttp = new URL('./bare-http.ts', import.meta.url);

/** Starts Paydeck as `pnpm start` runs it, and signs in as the admin. */
export async function startPaydeck(databaseUrl: string): Promise<RunningServer> {
  const server = await startServerProcess(paydeckEnvironment(databaseUrl));
  const { accessToken: token } = await signIn(server.url);
  return running(server, token);
}

/** Starts the bare limits on a database of Paydeck that has a user. It gets a copy of the table to write to. */
export async function startBareHttp(databaseUrl: string): Promise<RunningServer> {
  const { adminId } = await createCopyOfPayments(databaseUrl);
  const environment = { DATABASE_URL: databaseUrl, ADMIN_ID: adminId };
  return running(await startServerProcess(environment, { entry: bareHttp }), '');
}

function running(server: Awaited<ReturnType<typeof startServerProcess>>, token: string): RunningServer {
  const { pid } = server.child;
  if (pid === undefined) throw new Error('The server must run.');
  return { url: server.url, pid, token, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}
