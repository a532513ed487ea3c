import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Services } from '@paydeck/api/context';
import type { FastifyBaseLogger } from 'fastify';
import { WebSocketServer } from 'ws';
import type { Config } from '../config.ts';
import { withoutBasePath } from '../http/base-path.ts';
import { bearerToken } from '../http/bearer-token.ts';
import type { CallerOf } from '../http/caller.ts';
import type { ConnectionRoom } from '../http/connection-room.ts';
import { createHostRefusal } from '../http/hosts.ts';
import { isListed, isOwnOrListed } from '../http/origins.ts';
import type { LiveConnections } from './live-connections.ts';
import { type LiveSocket, serveSocket } from './live-socket.ts';
import { maxAnonymousSockets, socketLimits } from './socket-limits.ts';

const checkMs = 1_000;

/** Serves tRPC calls and subscriptions over ws at `/trpc`. */
export function serveWebSocket(
  server: Server,
  services: Services,
  {
    config,
    connections,
    callerOf,
    room,
    log,
  }: {
    config: Pick<Config, 'allowedOrigins' | 'environment' | 'host' | 'basePath'>;
    connections: LiveConnections;
    callerOf: CallerOf;
    room: ConnectionRoom;
    log: FastifyBaseLogger;
  },
): { close(): Promise<void> } {
  const wss = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: socketLimits.messageBytes,
  });
  const { allowedOrigins, basePath } = config;
  const hostRefusal = createHostRefusal(config);
  const sockets = new Set<LiveSocket>();
  let onEmpty = () => {};

  const refusalOf = ({ url = '', headers, socket }: IncomingMessage): string | null => {
    if (room.refuses(socket)) return '503 Service Unavailable';
    if (withoutBasePath(url, basePath).split('?')[0] !== '/trpc') return '404 Not Found';
    if (hostRefusal(headers) !== null) return '403 Forbidden';
    const isAllowed = isOwnOrListed(headers, allowedOrigins) || isListed(headers.origin, allowedOrigins);
    return isAllowed ? null : '403 Forbidden';
  };

  const onUpgrade = (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    stream.on('error', () => stream.destroy());
    const refusal = refusalOf(request);
    if (refusal !== null) {
      // Without this, Node would leave its half of the connection open.
      stream.once('finish', () => stream.destroy());
      stream.end(`HTTP/1.1 ${refusal}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    // Read now, so that the socket does not keep the whole request in memory.
    const opening = {
      token: bearerToken(request.headers.authorization),
      expectsParams: new URLSearchParams(request.url?.split('?')[1]).get('connectionParams') === '1',
      caller: callerOf(request),
    };
    wss.handleUpgrade(request, stream, head, (socket) => {
      // This listener must come first: an error event without a listener ends the process.
      socket.on('error', (err) => log.info({ err }, 'socket failed'));
      const served = serveSocket(socket, request.socket, opening, { services, connections, log });
      sockets.add(served);
      socket.on('close', () => {
        sockets.delete(served);
        if (sockets.size === 0) onEmpty();
      });
    });
  };
  server.on('upgrade', onUpgrade);

  const clock = setInterval(() => {
    const now = performance.now();
    for (const socket of sockets) socket.check(now);
    const anonymous = [...sockets].filter((socket) => !socket.isIdentified());
    for (const socket of anonymous.slice(0, -maxAnonymousSockets)) socket.end('anonymous');
  }, checkMs);
  clock.unref();

  return {
    close: async () => {
      server.off('upgrade', onUpgrade);
      clearInterval(clock);
      const emptied = new Promise<void>((resolve) => {
        onEmpty = resolve;
      });
      if (sockets.size === 0) return;
      for (const socket of sockets) socket.end('restarting');
      const leftOver = setTimeout(() => {
        for (const socket of sockets) socket.terminate();
      }, 1_000);
      await emptied;
      clearTimeout(leftOver);
    },
  };
}
