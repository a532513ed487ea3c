import { type SpawnedServer, spawnServer } from '@paydeck/server/testing/spawn-server';
import { startCuttingProxy } from './cutting-proxy.ts';

export type SupervisedServer = AsyncDisposable & {
  /** Stays the same over restarts. */
  url: string;
  /** Cuts the connections of clients that the predicate picks; gives their number. */
  cut(picks: () => boolean): number;
  /** Kills the process and starts another one; resolves once that serves. Calls while one is under way join it. */
  restart(): Promise<void>;
  /** All that all of its processes have printed. */
  output(): string;
};

const maxStarts = 10;

/** A server behind a proxy, which is started again when it was killed, or when it could not start. */
export async function superviseServer(environment: Record<string, string>): Promise<SupervisedServer> {
  let server: SpawnedServer = await spawnServer(environment);
  let former = '';
  let restarting: Promise<void> | null = null;
  const proxy = await startCuttingProxy(() => server.url);

  const start = async (): Promise<SpawnedServer> => {
    for (let starts = 1; ; starts += 1) {
      try {
        return await spawnServer(environment);
      } catch (error) {
        former += String(error);
        if (starts === maxStarts) throw error;
      }
    }
  };
  const killAndStart = async () => {
    await server.end('SIGKILL');
    former += server.output();
    server = await start();
  };

  return {
    url: proxy.url,
    cut: proxy.cut,
    restart: () => {
      restarting ??= killAndStart().finally(() => {
        restarting = null;
      });
      return restarting;
    },
    output: () => former + server.output(),
    [Symbol.asyncDispose]: async () => {
      await restarting?.catch(() => undefined);
      await proxy[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}
