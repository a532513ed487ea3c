import type { AppRouter } from '@paydeck/api/router';
import { createWSClient, jsonEncoder, TRPCClientError, type TRPCLink, wsLink } from '@trpc/client';
import { type Backoff, backoffMs, pause } from '../calls/backoff.ts';
import { transformer } from '../calls/transformer.ts';
import type { Session } from '../session/session.ts';
import { promptSocket } from './prompt-socket.ts';
import { type WatchedValue, watchedValue } from './watched-value.ts';

/**
 * `idle`: there is no subscription. `connecting`: the first try, or the first one after a loss. `live`: events arrive.
 * `offline`: a try has failed, and more follow.
 */
export type ConnectionState = 'idle' | 'connecting' | 'live' | 'offline';

export type LiveConnection = {
  /** Carries subscriptions. */
  link: TRPCLink<AppRouter>;
  state: WatchedValue<ConnectionState>;
  /** After a subscription's 401: whether it can start again, with another token. */
  recover(error: unknown): Promise<boolean>;
  /** Gives up what is open for what has the tokens of now; subscriptions go on there. */
  restart(): void;
  close(): Promise<void>;
};

export type LiveTransportOptions = {
  /** That of tRPC over HTTP. */
  url: string;
  WebSocket: typeof WebSocket;
  /** Asks the server for the position of its newest event. */
  newestPosition(): Promise<number>;
};

/** Opens what carries a client's subscriptions. */
export type LiveTransport = (
  options: LiveTransportOptions,
  session: Session,
  closed: AbortSignal,
) => LiveConnection;

const reconnectBackoff: Backoff = { firstMs: 250, maxMs: 5_000 };

/** Shorter than the pings' interval: each PONG starts tRPC's idle time anew. */
const idleCloseMs = 3_000;
const keepAlive = { enabled: true, intervalMs: 10_000, pongTimeoutMs: 5_000 };

/**
 * The one socket of a client, open while there are subscriptions. It is opened with a fresh token each time, and
 * reconnects until it succeeds.
 */
export const openLiveConnection: LiveTransport = (options, session, closed) => {
  const state = watchedValue<ConnectionState>('idle');
  let delayMs = 0;
  /** The access token that the socket was opened with. */
  let socketToken: string | null = null;
  /** What the server said when it refused that token, and so the whole socket. */
  let refusal: unknown = null;

  const client = createWSClient({
    WebSocket: promptSocket(options.WebSocket),
    lazy: { enabled: true, closeMs: idleCloseMs },
    keepAlive,
    // tRPC's own wait cannot be cut short by `close`, so it is made in `url`.
    retryDelayMs: (failures) => {
      delayMs = backoffMs(failures + 1, reconnectBackoff);
      if (failures > 0 && state.get() === 'connecting') state.set('offline');
      return 0;
    },
    url: async () => {
      const waitMs = delayMs;
      delayMs = 0;
      await pause(waitMs, closed);
      const refused = refusal;
      refusal = null;
      await unlessSignedOut(session, async () => {
        if (refused !== null) await session.recover(socketToken, refused);
        await session.fresh();
      });
      closed.throwIfAborted();
      return options.url.replace(/^http/, 'ws');
    },
    // tRPC's client keeps to itself what it is told about the socket as a whole.
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
      const refused = socketToken;
      if (!(await session.recover(refused, error))) return false;
      // Several subscriptions of one socket are refused together; the first to come restarts it.
      if (socketToken === refused) restart();
      return true;
    },
    close: async () => {
      const ended = client.close();
      client.connection?.ws.close();
      await ended;
    },
  };
};

/** With no way to a token the socket is opened without one: each subscription then learns why it is refused. */
async function unlessSignedOut(session: Session, getToken: () => Promise<void>): Promise<void> {
  try {
    await getToken();
  } catch (error) {
    if (session.current() !== null) throw error;
  }
}

/** An error that belongs to no call: `createContext` of the server has failed, and the socket is about to be closed. */
function isSocketError(message: unknown): message is { error: unknown } {
  return (
    typeof message === 'object' &&
    message !== null &&
    'id' in message &&
    message.id === null &&
    'error' in message
  );
}
