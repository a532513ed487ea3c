import { createWSClient, type TRPCWebSocketClient } from '@trpc/client';
import { type Backoff, backoffMs, pause } from './backoff.ts';
import { promptSocket } from './prompt-socket.ts';
import type { Session } from './session.ts';
import { type WatchedValue, watchedValue } from './watched-value.ts';

/**
 * `idle`: no subscription needs the socket. `connecting`: the first try, or the first one after a loss. `live`: events
 * arrive. `offline`: a try has failed, and more follow.
 */
export type ConnectionState = 'idle' | 'connecting' | 'live' | 'offline';

export type LiveConnection = {
  /** What `wsLink` sends through. */
  client: TRPCWebSocketClient;
  state: WatchedValue<ConnectionState>;
  /** After a subscription's 401: whether it can start again, on a socket that has another token. */
  recover(error: unknown): Promise<boolean>;
  /** Gives the socket up for one with the tokens of now; subscriptions go on there. */
  restart(): void;
  close(): Promise<void>;
};

const reconnectBackoff: Backoff = { firstMs: 250, maxMs: 5_000 };

/** Shorter than the pings' interval: each PONG starts tRPC's idle time anew. */
const idleCloseMs = 3_000;
const keepAlive = { enabled: true, intervalMs: 10_000, pongTimeoutMs: 5_000 };

/**
 * The one socket of a client, open while there are subscriptions. It is opened with a fresh token each time, and
 * reconnects until it succeeds.
 */
export function openLiveConnection(
  options: { url: string; WebSocket: typeof WebSocket },
  session: Session,
  closed: AbortSignal,
): LiveConnection {
  const state = watchedValue<ConnectionState>('idle');
  let delayMs = 0;
  /** The access token that the socket was opened with. */
  let socketToken: string | null = null;

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
      await freshOrSignedOut(session);
      closed.throwIfAborted();
      return options.url;
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
    client,
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
}

/** With no way to get a token the socket is opened without one: each subscription then learns why it is refused. */
async function freshOrSignedOut(session: Session): Promise<void> {
  try {
    await session.fresh();
  } catch (error) {
    if (session.current() !== null) throw error;
  }
}
