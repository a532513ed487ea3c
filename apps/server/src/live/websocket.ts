import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { authenticate } from '@paydeck/api/authenticate';
import type { Context, Services } from '@paydeck/api/context';
import { toAppError } from '@paydeck/api/errors';
import { appRouter } from '@paydeck/api/router';
import { getWSConnectionHandler } from '@trpc/server/adapters/ws';
import type { FastifyBaseLogger } from 'fastify';
import { type WebSocket, WebSocketServer } from 'ws';
import { anyOrigin } from '../config.ts';
import type { EndReason, LiveConnection, LiveConnections } from './live-connections.ts';

/** Codes a socket is closed with (RFC 6455, 7.4: 4000–4999 are the application's). */
const closeCodes = {
  /** The token ended, or its user's rights changed: connect again with a fresh token. */
  signInAgain: 4401,
  /** More was waiting to be sent than a reader may leave unread: connect again and resume. */
  tooSlow: 4408,
  restarting: 1012,
} as const;

const maxPayloadBytes = 256 * 1024;
const maxUnsentBytes = 8 * 1024 * 1024;
const checkMs = 1_000;

const endings: Record<EndReason, [code: number, text: string]> = {
  access_changed: [closeCodes.signInAgain, 'Access changed'],
  token_expired: [closeCodes.signInAgain, 'Token expired'],
  restarting: [closeCodes.restarting, 'Restarting'],
};

/** Serves tRPC's subscriptions and calls over ws at `/trpc`. */
export function serveWebSocket(
  server: Server,
  services: Services,
  {
    allowedOrigins,
    connections,
    log,
  }: { allowedOrigins: readonly string[]; connections: LiveConnections; log: FastifyBaseLogger },
): { close(): Promise<void> } {
  const wss = new WebSocketServer({ noServer: true, maxPayload: maxPayloadBytes });
  const sockets = new Map<WebSocket, LiveConnection>();

  const handle = getWSConnectionHandler<typeof appRouter>({
    wss,
    router: appRouter,
    keepAlive: { enabled: true, pingMs: 20_000, pongWaitMs: 10_000 },
    createContext: async ({ res, info }): Promise<Context> => {
      const token = info.connectionParams?.token ?? null;
      const own = sockets.get(res);
      // A bad token is refused now, so that the client can renew it; no token may still sign in.
      if (token !== null && own !== undefined) own.actor = await authenticate(services, token);
      return {
        ...services,
        requestId: randomUUID(),
        idempotencyKey: null,
        authenticate: () => authenticate(services, token),
      };
    },
    onError: ({ error, path }) => {
      const { reason, httpStatus } = toAppError(error);
      if (httpStatus >= 500) log.error({ err: error, path, reason }, 'call over ws failed');
      else log.info({ path, reason }, 'call over ws refused');
    },
  });

  wss.on('connection', (socket: WebSocket, request: IncomingMessage) => {
    // First of all: an error event without a listener would end the process.
    socket.on('error', (err) => log.info({ err }, 'socket failed'));
    const connection: LiveConnection = { actor: null, end: (reason) => socket.close(...endings[reason]) };
    sockets.set(socket, connection);
    const forget = connections.add(connection);
    socket.on('close', () => {
      forget();
      sockets.delete(socket);
    });
    try {
      handle(socket, request);
    } catch (err) {
      log.info({ err }, 'connection refused');
      socket.close(1011);
    }
  });

  const onUpgrade = (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    stream.on('error', () => stream.destroy());
    const { origin, host } = request.headers;
    const refusal =
      request.url?.split('?')[0] !== '/trpc'
        ? '404 Not Found'
        : isAllowedOrigin(origin, host, allowedOrigins)
          ? null
          : '403 Forbidden';
    if (refusal !== null) {
      stream.end(`HTTP/1.1 ${refusal}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    wss.handleUpgrade(request, stream, head, (socket) => wss.emit('connection', socket, request));
  };
  server.on('upgrade', onUpgrade);

  const guard = setInterval(() => {
    for (const socket of sockets.keys()) if (socket.bufferedAmount > maxUnsentBytes) endSlow(socket);
  }, checkMs);
  guard.unref();

  return {
    close: async () => {
      server.off('upgrade', onUpgrade);
      clearInterval(guard);
      for (const { end } of sockets.values()) end('restarting');
      const leftOver = setTimeout(() => {
        for (const socket of sockets.keys()) socket.terminate();
      }, 1_000);
      await new Promise((resolve) => wss.close(resolve));
      clearTimeout(leftOver);
    },
  };
}

/** A reader that does not read won't read the close frame either, so the socket is cut right after it. */
function endSlow(socket: WebSocket): void {
  socket.close(closeCodes.tooSlow, 'Too slow');
  socket.terminate();
}

/** Programs send no Origin; a browser's must be the server's own or a listed one. */
function isAllowedOrigin(
  origin: string | undefined,
  host: string | undefined,
  allowedOrigins: readonly string[],
): boolean {
  if (origin === undefined) return true;
  if (!URL.canParse(origin)) return false;
  return (
    new URL(origin).host === host || allowedOrigins.includes(origin) || allowedOrigins.includes(anyOrigin)
  );
}
