import { paydeckEnvironment, signIn } from '../../paydeck-server.ts';
import { startServerProcess } from '../../server-process.ts';
import { createCopyOfPayments } from '../../writes/bare-inserts.ts';
import { type RunningServer, toRunningServer } from './running-server.ts';

const bareHttp = new URL('./bare-http.ts', import.meta.url);

/** Starts Paydeck as `pnpm start` runs it, and signs in as the admin. */
export async function startPaydeck(databaseUrl: string): Promise<RunningServer> {
  const server = await startServerProcess(paydeckEnvironment(databaseUrl));
  return toRunningServer(server, async (url) => (await signIn(url)).accessToken);
}

/** Starts the bare limits on a database of Paydeck that has a user. It gets a copy of the table to write to. */
export async function startBareHttp(databaseUrl: string): Promise<RunningServer> {
  const { adminId } = await createCopyOfPayments(databaseUrl);
  const environment = { DATABASE_URL: databaseUrl, ADMIN_ID: adminId };
  return toRunningServer(await startServerProcess(environment, { entry: bareHttp }), async () => '');
}
