import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Actor } from '@paydeck/api/actor';
import { authenticate } from '@paydeck/api/authenticate';
import type { Context, Services } from '@paydeck/api/context';
import { toAppError } from '@paydeck/api/errors';
import { appRouter } from '@paydeck/api/router';
import { getWSConnectionHandler } from '@trpc/server/adapters/ws';
import type { FastifyBaseLogger } from 'fastify';
import { type WebSocket, WebSocketServer } from 'ws';

/** Codes a socket is closed with (RFC 6455, 7.4: 4000–4999 are the application's). */
export const closeCodes = {
  /** The token ended, or its user's rights changed: connect again with a fresh token. */
  signInAgain: 4401,
  /** More was waiting to be sent than a reader may leave unread: connect again and resume. */
  tooSlow: 4408,
  restarting: 1012,
} as const;

const maxPayloadBytes = 256 * 1024;
const maxUnsentBytes = 8 * 1024 * 1024;
const checkMs = 1_000;

type Socket = { socket: WebSocket; actor: Actor | null };

/** Serves tRPC's subscriptions and calls over ws at `/trpc`. */
export function serveWebSocket(
  server: Server,
  services: Services & { sessionCache: Services['sessionCache'] },
  { allowedOrigins, log }: { allowedOrigins: readonly string[]; log: FastifyBaseLogger },
): { close(): Promise<void> } {
  const wss = new WebSocketServer({ noServer: true, maxPayload: maxPayloadBytes });
  const sockets = new Map<WebSocket, Socket>();

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
    sockets.set(socket, { socket, actor: null });
    socket.on('close', () => sockets.delete(socket));
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

  const detach = services.sessionCache.onAccessChanged(({ userId, sessionId }) => {
    for (const { socket, actor } of sockets.values()) {
      const affected = actor?.userId === userId && (sessionId === null || actor.sessionId === sessionId);
      if (affected) socket.close(closeCodes.signInAgain, 'Access changed');
    }
  });
  const guard = setInterval(() => {
    const now = new Date();
    for (const { socket, actor } of sockets.values()) {
      if (actor !== null && actor.expiresAt <= now) socket.close(closeCodes.signInAgain, 'Token expired');
      if (socket.bufferedAmount > maxUnsentBytes) endSlow(socket);
    }
  }, checkMs);
  guard.unref();

  return {
    close: async () => {
      server.off('upgrade', onUpgrade);
      detach();
      clearInterval(guard);
      for (const { socket } of sockets.values()) socket.close(closeCodes.restarting, 'Restarting');
      const leftOver = setTimeout(() => {
        for (const { socket } of sockets.values()) socket.terminate();
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
export function isAllowedOrigin(
  origin: string | undefined,
  host: string | undefined,
  allowedOrigins: readonly string[],
): boolean {
  if (origin === undefined) return true;
  if (!URL.canParse(origin)) return false;
  return new URL(origin).host === host || allowedOrigins.includes(origin);
}
