import { paydeckEnvironment } from '../paydeck-server.ts';
import { type ServerProcess, startServerProcess } from '../server-process.ts';
import { askProcess } from '../worker-process.ts';
import type { Backend } from './backend.ts';
import type { Target } from './load/target.ts';
import type { ProbeRequest, Usage } from './servers/probe.ts';

export type Subject = {
  name: string;
  start(): Promise<RunningSubject>;
};

/** A server in a process of its own, loaded with the probe. */
export type RunningSubject = AsyncDisposable & {
  target: Target;
  usage(request: ProbeRequest): Promise<Usage>;
};

const probe = new URL('./servers/probe.ts', import.meta.url);
const bareWsServer = new URL('./servers/bare-ws.ts', import.meta.url);
const socketIoServer = new URL('./servers/socket-io.ts', import.meta.url);

/** All that is measured. Each start is a fresh process. */
export function liveSubjects({ databaseUrl, adminId, tokens }: Backend) {
  const token = tokens.accessToken;
  return {
    bareWs: {
      name: 'bare ws',
      start: async () =>
        withProbe(await startServerProcess({}, { entry: bareWsServer, nodeArgs }), {
          protocol: 'ws',
          token,
        }),
    },
    bareWsWithInsert: {
      name: 'bare ws after one INSERT',
      start: async () =>
        withProbe(
          await startServerProcess(
            { DATABASE_URL: databaseUrl, ADMIN_ID: adminId },
            { entry: bareWsServer, nodeArgs },
          ),
          { protocol: 'ws', token },
        ),
    },
    paydeck: {
      name: 'Paydeck',
      start: async () =>
        withProbe(await startServerProcess(paydeckEnvironment(databaseUrl), { nodeArgs }), {
          protocol: 'trpc',
          token,
        }),
    },
    socketIo: {
      name: 'Socket.IO',
      start: async () =>
        withProbe(await startServerProcess({}, { entry: socketIoServer, nodeArgs }), {
          protocol: 'socket.io',
          token,
        }),
    },
    socketIoWithRecovery: {
      name: 'Socket.IO with recovery',
      start: async () =>
        withProbe(await startServerProcess({ RECOVERY: '1' }, { entry: socketIoServer, nodeArgs }), {
          protocol: 'socket.io',
          token,
        }),
    },
  } satisfies Record<string, Subject>;
}

const nodeArgs = ['--expose-gc', `--import=${probe.href}`];

function withProbe(server: ServerProcess, target: Omit<Target, 'url'>): RunningSubject {
  return {
    target: { ...target, url: server.url },
    usage: (request) => askProcess(server.child, request),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
