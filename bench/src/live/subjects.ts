import { paydeckEnvironment } from '../paydeck-server.ts';
import { startServerProcess } from '../server-process.ts';
import { askProcess } from '../worker-process.ts';
import type { Backend } from './backend.ts';
import type { Protocol, Target } from './load/target.ts';
import type { ProbeRequest, Usage } from './servers/probe.ts';

export type Subject = {
  name: string;
  start(): Promise<RunningSubject>;
};

/** A server in its own process, with the probe loaded. */
export type RunningSubject = AsyncDisposable & {
  target: Target;
  usage(request: ProbeRequest): Promise<Usage>;
};

const nodeArgs = ['--expose-gc', `--import=${new URL('./servers/probe.ts', import.meta.url).href}`];
const bareWsServer = new URL('./servers/bare-ws.ts', import.meta.url);
const socketIoServer = new URL('./servers/socket-io.ts', import.meta.url);

/** Everything that is measured. Each start is a fresh process. */
export function liveSubjects({ databaseUrl, adminId, tokens }: Backend) {
  const subject = (
    name: string,
    protocol: Protocol,
    environment: Record<string, string>,
    entry?: URL,
  ): Subject => ({
    name,
    start: async () => {
      const server = await startServerProcess(environment, { nodeArgs, ...(entry && { entry }) });
      return {
        target: { protocol, url: server.url, token: tokens.accessToken },
        usage: (request) => askProcess(server.child, request),
        [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
      };
    },
  });
  const database = { DATABASE_URL: databaseUrl, ADMIN_ID: adminId };
  return {
    bareWs: subject('bare ws', 'ws', {}, bareWsServer),
    bareWsWithInsert: subject('bare ws after one INSERT', 'ws', database, bareWsServer),
    paydeck: subject('Paydeck', 'trpc', paydeckEnvironment(databaseUrl)),
    socketIo: subject('Socket.IO', 'socket.io', {}, socketIoServer),
    socketIoWithRecovery: subject('Socket.IO with recovery', 'socket.io', { RECOVERY: '1' }, socketIoServer),
  };
}
