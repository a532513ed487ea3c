import { startTcpProxy } from '@paydeck/db/testing/tcp-proxy';
import { type SpawnedServer, spawnServer } from '@paydeck/server/testing/spawn-server';

export type SupervisedServer = AsyncDisposable & {
  /** The proxy's URL: it stays the same when the server restarts. */
  url: string;
  /** Cuts the connections that the predicate selects. Returns their number. */
  cut(isSelected: () => boolean): number;
  /** Kills the process and starts another; resolves when that one serves. Concurrent calls share one restart. */
  restart(): Promise<void>;
  /** The output of all its processes. */
  output(): string;
};

const maxStarts = 10;

/** A server behind a proxy. It is started again when it was killed, or when it failed to start. */
export async function superviseServer(environment: Record<string, string>): Promise<SupervisedServer> {
  let server: SpawnedServer = await spawnServer(environment);
  let earlierOutput = '';
  let restarting: Promise<void> | null = null;
  const proxy = await startTcpProxy(() => server.url);

  const start = async (): Promise<SpawnedServer> => {
    for (let starts = 1; ; starts += 1) {
      try {
        return await spawnServer(environment);
      } catch (error) {
        earlierOutput += String(error);
        if (starts === maxStarts) throw error;
      }
    }
  };
  const killAndStart = async () => {
    await server.end('SIGKILL');
    earlierOutput += server.output();
    server = await start();
  };

  return {
    url: `http://127.0.0.1:${proxy.port}`,
    cut: (isSelected) => {
      const selected = [...proxy.connections].filter(isSelected);
      for (const { cut } of selected) cut();
      return selected.length;
    },
    restart: () => {
      restarting ??= killAndStart().finally(() => {
        restarting = null;
      });
      return restarting;
    },
    output: () => earlierOutput + server.output(),
    [Symbol.asyncDispose]: async () => {
      await restarting?.catch(() => undefined);
      await proxy[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}
