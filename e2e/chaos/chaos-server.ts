import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
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
  /** Sends the signal, also to a process that is starting. Resolves to the exit code, which is null after SIGKILL. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null>;
  /** The output of all its processes. */
  output(): string;
};

/** How often a process that can't start is started again, as a supervisor such as systemd does. */
const maxStarts = 20;

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

  let child: ChildProcess | null = null;
  let ends = 0;
  const isRunning = () =>
    server !== null && server.process.exitCode === null && server.process.signalCode === null;
  const start = async (more: Readonly<Record<string, string>>) => {
    if (isRunning()) return;
    earlierOutput += server?.output() ?? '';
    server = null;
    const endsBefore = ends;
    const all = { DATABASE_URL: linkedUrl.href, ...environment, ...more };
    for (let starts = 1; server === null; starts += 1) {
      try {
        server = await spawnServer(all, {
          onSpawn: (spawned) => {
            child = spawned;
          },
        });
      } catch (error) {
        earlierOutput += String(error);
        if (starts === maxStarts || ends > endsBefore) throw error;
      }
    }
  };
  const end = async (signal: NodeJS.Signals) => {
    ends += 1;
    if (child === null) return null;
    if (child.exitCode === null && child.signalCode === null) {
      child.kill(signal);
      await once(child, 'exit');
    }
    return child.exitCode;
  };

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
      await end('SIGKILL');
      await starting?.catch(() => undefined);
      await clients[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
  await chaosServer.start();
  return chaosServer;
}
