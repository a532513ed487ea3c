import type { AppRouter } from '@paydeck/api/router';
import { createWSClient, jsonEncoder, TRPCClientError, type TRPCLink, wsLink } from '@trpc/client';
import type { Session } from '../session/session.ts';
import { backoffMs, pause, reconnectBackoff } from '../transport/backoff.ts';
import { transformer } from '../transport/transformer.ts';
import { type WatchedValue, watchedValue } from '../watched-value.ts';
import { promptSocket } from './prompt-socket.ts';

/**
 * `idle`: there is no subscription. `connecting`: the first try to connect, or the first one after the connection was
 * lost. `live`: events arrive. `offline`: a try has failed, and the client keeps trying.
 */
export type ConnectionState = 'idle' | 'connecting' | 'live' | 'offline';

export type LiveConnection = {
  /** Carries subscriptions. */
  link: TRPCLink<AppRouter>;
  state: WatchedValue<ConnectionState>;
  /** After the server refused a subscription: whether it can start again with another token. */
  recover(error: unknown): Promise<boolean>;
  /** Reconnects with the current tokens, and resumes the subscriptions. */
  restart(): void;
  close(): Promise<void>;
};

export type LiveTransportOptions = {
  /** The URL of tRPC over HTTP. */
  url: string;
  WebSocket: typeof WebSocket;
  /** Asks the server for the position of its newest event. */
  newestPosition(): Promise<number>;
  /** Asks the server for a ticket that opens one event stream. */
  streamTicket(): Promise<string>;
};

/** Opens the connection that carries a client's subscriptions. */
export type LiveTransport = (
  options: LiveTransportOptions,
  session: Session,
  closed: AbortSignal,
) => LiveConnection;

/** Must be shorter than the interval of the pings: each PONG restarts tRPC's idle timer. */
const idleCloseMs = 3_000;
const keepAlive = { enabled: true, intervalMs: 10_000, pongTimeoutMs: 5_000 };

/**
 * The client's only socket, open while there are subscriptions. It reconnects until it succeeds, each time with a fresh
 * token.
 */
export const openLiveConnection: LiveTransport = (options, session, closed) => {
  const state = watchedValue<ConnectionState>('idle');
  let delayMs = 0;
  /** The access token that the client sent for this socket. */
  let socketToken: string | null = null;
  /** The server's error when it refused that token, and with it the whole socket. */
  let refusal: unknown = null;

  const client = createWSClient({
    WebSocket: promptSocket(options.WebSocket),
    lazy: { enabled: true, closeMs: idleCloseMs },
    keepAlive,
    // `close` can't cut tRPC's own wait short, so tRPC waits 0 ms and `url` below waits instead.
    retryDelayMs: (failures) => {
      delayMs = backoffMs(failures + 1, reconnectBackoff);
      if (failures > 0 && state.get() === 'connecting') state.set('offline');
      return 0;
    },
    url: async () => {
      const waitMs = delayMs;
      delayMs = 0;
      await pause(waitMs, closed);
      const error = refusal;
      refusal = null;
      await allowSignedOut(session, async () => {
        if (error !== null) await session.recover(socketToken, error);
        await session.fresh();
      });
      closed.throwIfAborted();
      return options.url.replace(/^http/, 'ws');
    },
    // tRPC's client does not report errors that concern the whole socket, so they are read from the messages.
    experimental_encoder: {
      encode: jsonEncoder.encode,
      decode: (data) => {
        const message: unknown = jsonEncoder.decode(data);
        if (isSocketError(message)) {
          refusal = TRPCClientError.from({ error: transformer.output.deserialize(message.error) });
        }
        return message;
      },
    },
    connectionParams: () => {
      socketToken = session.current()?.accessToken ?? null;
      return socketToken === null ? null : { token: socketToken };
    },
  });

  client.connectionState.subscribe({
    next: ({ state: reported }) => {
      if (reported === 'idle') state.set('idle');
      // In tRPC's client `pending` means that the socket is open.
      else if (reported === 'pending') state.set('live');
      else if (state.get() !== 'offline') state.set('connecting');
    },
  });

  const restart = () => client.connection?.ws.close();

  return {
    link: wsLink({ client, transformer }),
    state,
    restart,
    recover: async (error) => {
      const refusedToken = socketToken;
      if (!(await session.recover(refusedToken, error))) return false;
      // The subscriptions of one socket are refused together: only the first of them restarts it.
      if (socketToken === refusedToken) restart();
      return true;
    },
    close: async () => {
      const ended = client.close();
      client.connection?.ws.close();
      await ended;
    },
  };
};

/**
 * Gets a token. If that fails because nobody is signed in any more, the socket opens without a token, and the server then
 * refuses each subscription.
 */
async function allowSignedOut(session: Session, getToken: () => Promise<void>): Promise<void> {
  try {
    await getToken();
  } catch (error) {
    if (session.current() !== null) throw error;
  }
}

/** An error with a null id belongs to no call: the server's `createContext` has failed, and the socket is about to close. */
function isSocketError(message: unknown): message is { error: unknown } {
  return (
    typeof message === 'object' &&
    message !== null &&
    'id' in message &&
    message.id === null &&
    'error' in message
  );
}
