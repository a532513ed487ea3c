import type { Socket } from 'node:net';
import { authenticate } from '@paydeck/api/authenticate';
import type { Caller } from '@paydeck/api/caller';
import type { Services } from '@paydeck/api/context';
import { AppError, toAppError } from '@paydeck/api/errors';
import type { FastifyBaseLogger } from 'fastify';
import { WebSocket } from 'ws';
import type { EndReason, LiveConnections } from './live-connections.ts';
import { createRate } from './rate.ts';
import { createSocketCalls } from './socket-calls.ts';
import { closeCodes, socketLimits } from './socket-limits.ts';
import { numberProblem, parseJson, tokenOf } from './socket-messages.ts';

export type LiveSocket = {
  /** Whether the socket has sent a valid token. */
  isIdentified(): boolean;
  /** Called every second: pings the client, and closes a socket that is silent. `now` is a `performance.now()`. */
  check(now: number): void;
  end(reason: EndReason): void;
  terminate(): void;
};

type Deps = { services: Services; connections: LiveConnections; log: FastifyBaseLogger };
type Opening = {
  /** The token of the request's `Authorization` header; null when there is none. */
  token: string | null;
  /** Whether the first message holds tRPC's connection parameters. */
  expectsParams: boolean;
  caller: Caller;
};

const endings: Record<EndReason, [code: number, text: string]> = {
  access_changed: [closeCodes.signInAgain, 'Access changed'],
  token_expired: [closeCodes.signInAgain, 'Token expired'],
  anonymous: [closeCodes.signInAgain, 'Sign in first'],
  restarting: [closeCodes.restarting, 'Restarting'],
};

const largeMessage = `A message must not be larger than ${socketLimits.anonymousMessageBytes / 1024} kB before you sign in. Open the socket with a token.`;

/** On this notice, a tRPC client opens a new socket with a fresh token, and keeps the old one until the new one is open. */
const reconnectNotice = JSON.stringify({ id: null, method: 'reconnect' });
/** A socket gets the notice this long before its token expires; later if the token lives less than two minutes. */
const renewalLeadMs = 20_000;

/**
 * Serves one socket that speaks tRPC's ws protocol: checks its token and its limits, and closes it when it does not read.
 * socket-calls.ts answers its calls.
 */
export function serveSocket(
  socket: WebSocket,
  stream: Socket,
  opening: Opening,
  { services, connections, log }: Deps,
): LiveSocket {
  const openedAt = performance.now();
  const messageRate = createRate(socketLimits.messages);
  const byteRate = createRate(socketLimits.bytes);
  const anonymousByteRate = createRate(socketLimits.anonymousBytes);
  let lastHeardAt = openedAt;
  let pingedAt = openedAt;
  let closingSince: number | null = null;
  let closingMs: number = socketLimits.closingMs;
  let renewAt = Number.POSITIVE_INFINITY;
  let isIdentified = false;
  /** Ends when the token is verified or refused; null before it came, and afterwards. */
  let admitting: Promise<unknown> | null = null;
  /** The last of the messages that wait for it. */
  let waiting: Promise<unknown> | null = null;
  let bytesReadAtMessage = stream.bytesRead;
  /** Whether more bytes wait for the client than allowed. Until it has read them, nothing is read from it. */
  let isFull = false;

  const close = (code?: number, reason?: string) => {
    closingSince ??= performance.now();
    socket.close(code, reason);
  };
  /** Closes a socket that sends too much. The rest is not read: parsing it would take more CPU time than refusing it saved. */
  const closeUnread = (code: number, reason: string) => {
    close(code, reason);
    socket.pause();
    closingMs = socketLimits.closingUnreadMs;
  };
  const end = (reason: EndReason) => {
    close(...endings[reason]);
    // With a backlog the client would keep reading payments until it comes to the close frame.
    if (reason === 'access_changed' && stream.writableLength > 0) socket.terminate();
  };
  const connection = connections.add({ end });

  const onFull = () => {
    if (isFull) return;
    isFull = true;
    // The stream's own timeout, since `writableLength` does not show how much of a large write was sent.
    stream.setTimeout(socketLimits.stalledMs);
    // Answers would add to the backlog, so its calls have to wait.
    socket.pause();
  };
  stream.on('timeout', () => close(closeCodes.tooSlow, 'Too slow'));
  const calls = createSocketCalls(socket, stream, { services, caller: opening.caller, log, onFull });

  const identify = async (token: string | null): Promise<void> => {
    if (token === null) return;
    const actor = await authenticate(services, token);
    if (socket.readyState !== WebSocket.OPEN) return;
    connection.identify(actor);
    isIdentified = true;
    // An API key is not renewed: the socket lasts as long as the key.
    if (actor.apiKey !== null || actor.expiresAt === null) return;
    const lifeMs = actor.expiresAt.getTime() - Date.now();
    renewAt = performance.now() + lifeMs - Math.min(renewalLeadMs, lifeMs / 6);
  };
  /** Refuses an invalid token at once, so that the client can renew it. A socket without a token may still sign in. */
  const admit = (readToken: () => string | null): Promise<string | null> => {
    const attempt = (async () => {
      const token = readToken();
      await identify(token);
      return token;
    })();
    const settled = attempt
      .catch((error: unknown) => {
        calls.refuse(error);
        if (toAppError(error).reason === 'too_many_requests')
          close(closeCodes.tooMany, 'Too many connections');
        else close();
      })
      .finally(() => {
        if (admitting === settled) admitting = null;
      });
    admitting = settled;
    return attempt;
  };
  const refuseLarge = () => {
    calls.refuse(new AppError('payload_too_large', largeMessage));
    closeUnread(closeCodes.tooBig, 'Too large without a token');
  };
  let admission = opening.expectsParams ? null : admit(() => opening.token);

  const receive = (text: string) => {
    if (admission === null) {
      admission = admit(() => tokenOf(parseJson(text)) ?? opening.token);
      return;
    }
    const json = parseJson(text);
    const messages: readonly unknown[] = Array.isArray(json) ? json : [json];
    if (!messageRate.take(Math.max(0, messages.length - 1)))
      return closeUnread(closeCodes.tooMany, 'Too many messages');
    const problem = numberProblem(text);
    for (const message of messages) calls.answer(message, admission, problem);
  };

  const handle = (data: Buffer, isBinary: boolean) => {
    if (closingSince !== null) return;
    if (!isIdentified) {
      if (data.length > socketLimits.anonymousMessageBytes) return refuseLarge();
      if (!anonymousByteRate.take(data.length)) return closeUnread(closeCodes.tooMany, 'Too many bytes');
    }
    const text = data.toString();
    if (!isBinary && text === 'PONG') return;
    if (!isBinary && text === 'PING') return socket.send('PONG');
    try {
      receive(text);
    } catch (error) {
      calls.refuse(error);
    }
  };

  /** Large messages that came right after a token wait until it is verified. Messages behind them keep their order. */
  const handleAfter = (previous: Promise<unknown>, data: Buffer, isBinary: boolean) => {
    socket.pause();
    const turn = previous.then(() => {
      if (waiting === turn) waiting = null;
      if (waiting === null && !isFull) socket.resume();
      handle(data, isBinary);
    });
    waiting = turn;
  };

  socket.on('message', (data: Buffer, isBinary) => {
    if (closingSince !== null) return;
    lastHeardAt = performance.now();
    bytesReadAtMessage = stream.bytesRead;
    if (!messageRate.take(1)) return closeUnread(closeCodes.tooMany, 'Too many messages');
    if (!byteRate.take(data.length)) return closeUnread(closeCodes.tooMany, 'Too many bytes');
    const isLarge = data.length > socketLimits.anonymousMessageBytes;
    const previous = waiting ?? (isLarge ? admitting : null);
    if (previous === null) handle(data, isBinary);
    else handleAfter(previous, data, isBinary);
  });
  socket.on('pong', () => {
    lastHeardAt = performance.now();
  });
  stream.on('drain', () => {
    isFull = false;
    lastHeardAt = performance.now();
    stream.setTimeout(0);
    if (closingMs === socketLimits.closingMs) socket.resume();
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
        if (now - closingSince > closingMs) socket.terminate();
        return;
      }
      // A full socket is not read, so it can't be heard. The stream's timeout finds out whether the client still reads.
      if (!isFull && now - lastHeardAt > socketLimits.silentMs) return socket.terminate();
      if (!isFull && now - Math.max(lastHeardAt, pingedAt) > socketLimits.pingAfterMs) {
        pingedAt = now;
        socket.ping();
      }
      if (now > renewAt) {
        renewAt = Number.POSITIVE_INFINITY;
        socket.send(reconnectNotice);
      }
      // A message that has not ended is kept in memory, as are the fragments of one.
      if (!isIdentified && stream.bytesRead - bytesReadAtMessage > socketLimits.anonymousBytes.burst) {
        return refuseLarge();
      }
      if (!isIdentified && now - Math.max(openedAt, calls.lastCalledAt()) > socketLimits.anonymousMs) {
        end('anonymous');
      }
    },
    end,
    terminate: () => socket.terminate(),
  };
}
