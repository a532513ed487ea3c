import type { RunningServer } from '../servers/running-server.ts';
import { startBareHttp, startPaydeck } from '../servers/start-servers.ts';
import type { Stage } from '../stage.ts';

/** Paydeck on its own copy of the small database. `running` stops it. */
export async function startSmallPaydeck(
  { databases, sizes }: Stage,
  running: AsyncDisposableStack,
): Promise<{ databaseUrl: string; paydeck: RunningServer }> {
  const { url } = running.use(await databases.copy('paydeck', sizes.small));
  return { databaseUrl: url, paydeck: running.use(await startPaydeck(url)) };
}

/** The same, and the bare limits on the same database. */
export async function startSmallPaydeckAndBare(stage: Stage, running: AsyncDisposableStack) {
  const { databaseUrl, paydeck } = await startSmallPaydeck(stage, running);
  return { databaseUrl, paydeck, bare: running.use(await startBareHttp(databaseUrl)) };
}
