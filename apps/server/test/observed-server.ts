import { createTestDatabase, type TestDatabase } from '@paydeck/db/testing';
import { expect } from 'vitest';
import { spawnServer } from '../testing/spawn-server.ts';
import { metricsSamples } from './metrics-samples.ts';
import { send, signIn } from './plain-fetch.ts';
import { openSocket } from './raw-socket.ts';
import { inspectable, retainedBytes } from './retained-bytes.ts';

export type ObservedServer = AsyncDisposable & {
  url: string;
  database: TestDatabase;
  /** The access token of the first admin. */
  token: string;
  /** Expects normal answers over HTTP and over a new socket. */
  expectAlive(): Promise<void>;
  /** The memory that the process keeps after a garbage collection, in bytes. */
  retainedBytes(): Promise<number>;
  /** The number of sockets and event streams that are open. */
  liveConnections(): Promise<number | undefined>;
};

/** Starts a server in a separate process with its own database. Its health is observed from outside. */
export async function startObservedServer(environment: Record<string, string> = {}): Promise<ObservedServer> {
  await using opened = new AsyncDisposableStack();
  const database = opened.use(await createTestDatabase());
  const { url, process, output } = opened.use(
    await spawnServer({ DATABASE_URL: database.url, LOG_LEVEL: 'error', ...inspectable, ...environment }),
  );
  const token = await signIn(url);
  const scope = opened.move();
  return {
    url,
    database,
    token,
    expectAlive: async () => {
      expect(process.exitCode).toBeNull();
      const signal = AbortSignal.timeout(10_000);
      expect((await send(`${url}/health`, { signal })).status).toBe(200);
      await using socket = await openSocket(url, { token });
      const [me] = await socket.messages(socket.call('query', 'auth.me'));
      expect(me?.result?.type).toBe('data');
    },
    retainedBytes: () => retainedBytes(output()),
    liveConnections: async () => (await metricsSamples(url)).get('paydeck_live_connections'),
    [Symbol.asyncDispose]: () => scope.disposeAsync(),
  };
}
