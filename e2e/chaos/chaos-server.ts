import { type SpawnedServer, spawnServer } from '@paydeck/server/testing/spawn-server';
import { type FaultyLink, startFaultyLink } from './faulty-link.ts';

/** A server process with a faulty network on both sides. It can be killed and started again. */
export type ChaosServer = AsyncDisposable & {
  readonly name: string;
  /** The URL for clients. It stays the same when the process is started again. */
  readonly url: string;
  /** Between the clients and the server. */
  readonly clients: FaultyLink;
  /** Between the server and its database. */
  readonly database: FaultyLink;
  /** The process id. Null while no process runs. */
  pid(): number | null;
  /** Starts a process if none runs. `environment` adds to the server's own. Concurrent calls share one start. */
  start(environment?: Readonly<Record<string, string>>): Promise<void>;
  /** Sends the signal and waits for the end. Resolves to the exit code, which is null after SIGKILL. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null>;
  /** The output of all its processes. */
  output(): string;
};

/** Starts the links and the first process. */
export async function startChaosServer(
  name: string,
  databaseUrl: string,
  environment: Readonly<Record<string, string>>,
): Promise<ChaosServer> {
  let server: SpawnedServer | null = null;
  let starting: Promise<void> | null = null;
  let earlierOutput = '';
  // A connection that arrives while no process runs goes to a port that refuses it.
  const clients = await startFaultyLink(() => server?.url ?? 'http://127.0.0.1:1');
  const database = await startFaultyLink(() => databaseUrl);
  const linkedUrl = new URL(databaseUrl);
  linkedUrl.port = String(database.port);

  const isRunning = () =>
    server !== null && server.process.exitCode === null && server.process.signalCode === null;
  const start = async (more: Readonly<Record<string, string>>) => {
    if (isRunning()) return;
    earlierOutput += server?.output() ?? '';
    server = null;
    server = await spawnServer({ DATABASE_URL: linkedUrl.href, ...environment, ...more }).catch(
      (error: unknown) => {
        earlierOutput += String(error);
        throw error;
      },
    );
  };
  const end = async (signal: NodeJS.Signals) => (server === null ? null : server.end(signal));

  const chaosServer: ChaosServer = {
    name,
    url: `http://127.0.0.1:${clients.port}`,
    clients,
    database,
    pid: () => (isRunning() ? (server?.process.pid ?? null) : null),
    start: (more = {}) => {
      starting ??= start(more).finally(() => {
        starting = null;
      });
      return starting;
    },
    end,
    output: () => earlierOutput + (server?.output() ?? ''),
    [Symbol.asyncDispose]: async () => {
      await starting?.catch(() => undefined);
      await end('SIGKILL');
      await clients[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
  await chaosServer.start();
  return chaosServer;
}
