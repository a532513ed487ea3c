import type { Socket } from 'node:net';
import { authenticate } from '@paydeck/api/authenticate';
import type { Services } from '@paydeck/api/context';
import { toAppError } from '@paydeck/api/errors';
import type { FastifyBaseLogger } from 'fastify';
import { WebSocket } from 'ws';
import type { EndReason, LiveConnections } from './live-connections.ts';
import { createMessageRate } from './message-rate.ts';
import { createSocketCalls } from './socket-calls.ts';
import { closeCodes, socketLimits } from './socket-limits.ts';
import { parseJson, tokenOf } from './socket-messages.ts';

export type LiveSocket = {
  /** Whether it has shown a token that was good. */
  isIdentified(): boolean;
  /** Called every second: pings, and closes who is silent or gone. `now` is a `performance.now()`. */
  check(now: number): void;
  end(reason: EndReason): void;
  terminate(): void;
};

type Deps = { services: Services; connections: LiveConnections; log: FastifyBaseLogger };
type Opening = {
  /** The token of the request's `Authorization`; null for none. */
  token: string | null;
  /** Whether the first message brings connection parameters. */
  expectsParams: boolean;
};

const endings: Record<EndReason, [code: number, text: string]> = {
  access_changed: [closeCodes.signInAgain, 'Access changed'],
  token_expired: [closeCodes.signInAgain, 'Token expired'],
  anonymous: [closeCodes.signInAgain, 'Sign in first'],
  restarting: [closeCodes.restarting, 'Restarting'],
};

/** tRPC's protocol: the client opens a new socket, with a fresh token, while this one goes on. */
const reconnectNotice = JSON.stringify({ id: null, method: 'reconnect' });
/** How long before its token ends a socket is told to be replaced; less for tokens that live shorter than two minutes. */
const renewalLeadMs = 20_000;

/**
 * One socket that speaks tRPC's ws protocol: who it belongs to, what it may send, and whether it reads. Its calls are
 * answered by socket-calls.ts.
 */
export function serveSocket(
  socket: WebSocket,
  stream: Socket,
  opening: Opening,
  { services, connections, log }: Deps,
): LiveSocket {
  const openedAt = performance.now();
  const rate = createMessageRate(socketLimits.messages);
  let heardAt = openedAt;
  let pingedAt = openedAt;
  let closingSince: number | null = null;
  let renewAt = Number.POSITIVE_INFINITY;
  let isIdentified = false;
  /** More waits for it than a socket may have; what it sends is not read until it has taken that. */
  let isFull = false;

  const close = (code?: number, reason?: string) => {
    closingSince ??= performance.now();
    socket.close(code, reason);
  };
  const end = (reason: EndReason) => {
    close(...endings[reason]);
    // A reader with a backlog would read on in it before it finds that it may not.
    if (reason === 'access_changed' && stream.writableLength > 0) socket.terminate();
  };
  const connection = connections.add({ end });

  const onFull = () => {
    if (isFull) return;
    isFull = true;
    // The system's view: `writableLength` says nothing of how much of a large write was taken.
    stream.setTimeout(socketLimits.stalledMs);
    // Nor does it get answers: what it asks has to wait.
    socket.pause();
  };
  stream.on('timeout', () => close(closeCodes.tooSlow, 'Too slow'));
  const calls = createSocketCalls(socket, stream, { services, log, onFull });

  const identify = async (token: string | null): Promise<void> => {
    if (token === null) return;
    const actor = await authenticate(services, token);
    if (socket.readyState !== WebSocket.OPEN) return;
    connection.identify(actor);
    isIdentified = true;
    // An API key can't be renewed: the socket lasts as long as the key.
    if (actor.apiKey !== null || actor.expiresAt === null) return;
    const lifeMs = actor.expiresAt.getTime() - Date.now();
    renewAt = performance.now() + lifeMs - Math.min(renewalLeadMs, lifeMs / 6);
  };
  /** A bad token is refused now, so that the client can renew it; no token may still sign in. */
  const admit = (readToken: () => string | null): Promise<string | null> => {
    const admission = (async () => {
      const token = readToken();
      await identify(token);
      return token;
    })();
    admission.catch((error: unknown) => {
      calls.refuse(error);
      if (toAppError(error).reason === 'too_many_requests') close(closeCodes.tooMany, 'Too many connections');
      else close();
    });
    return admission;
  };
  let admitted = opening.expectsParams ? null : admit(() => opening.token);

  const receive = (text: string) => {
    if (admitted === null) {
      admitted = admit(() => tokenOf(parseJson(text)) ?? opening.token);
      return;
    }
    const json = parseJson(text);
    const messages: readonly unknown[] = Array.isArray(json) ? json : [json];
    if (!rate.take(Math.max(0, messages.length - 1))) return close(closeCodes.tooMany, 'Too many messages');
    for (const message of messages) calls.answer(message, admitted);
  };

  socket.on('message', (data, isBinary) => {
    heardAt = performance.now();
    const text = String(data);
    if (!rate.take(1)) return close(closeCodes.tooMany, 'Too many messages');
    if (!isBinary && text === 'PONG') return;
    if (!isBinary && text === 'PING') return socket.send('PONG');
    try {
      receive(text);
    } catch (error) {
      calls.refuse(error);
    }
  });
  socket.on('pong', () => {
    heardAt = performance.now();
  });
  stream.on('drain', () => {
    isFull = false;
    heardAt = performance.now();
    stream.setTimeout(0);
    socket.resume();
    calls.resume();
  });
  socket.on('close', () => {
    calls.close();
    connection.remove();
  });

  return {
    isIdentified: () => isIdentified,
    check: (now) => {
      if (closingSince !== null) {
        if (now - closingSince > socketLimits.closingMs) socket.terminate();
        return;
      }
      // A full one can't be heard: its timeout sees whether it still takes something.
      if (!isFull && now - heardAt > socketLimits.silentMs) return socket.terminate();
      if (!isFull && now - Math.max(heardAt, pingedAt) > socketLimits.pingAfterMs) {
        pingedAt = now;
        socket.ping();
      }
      if (now > renewAt) {
        renewAt = Number.POSITIVE_INFINITY;
        socket.send(reconnectNotice);
      }
      if (!isIdentified && now - Math.max(openedAt, calls.calledAt()) > socketLimits.anonymousMs) {
        end('anonymous');
      }
    },
    end,
    terminate: () => socket.terminate(),
  };
}
