import { openRawWebSocket } from './raw-websocket.ts';
import type { Protocol, Target } from './target.ts';

export type Subscriber = {
  /** Stops reading, but stays connected. */
  stall(): void;
  /** Reads again, and notices whether the server closed the socket. */
  wake(): void;
  close(): void;
};

type Handshake = {
  path: string;
  /** Sent as soon as the socket is open. */
  opening: readonly string[];
  /** The answer to a text of the server, or null. */
  answer(text: string): string | null;
  /** Whether this text confirms the subscription. Null when the server sends no confirmation. */
  isReady: ((text: string) => boolean) | null;
};

const handshakes: Record<Protocol, (target: Target) => Handshake> = {
  ws: () => ({ path: '/', opening: [], answer: () => null, isReady: null }),
  trpc: ({ token, withStats = false }) =>
    trpcHandshake(token, ['payments.onChange', ...(withStats ? ['stats.onUpdate'] : [])]),
  // Engine.IO 4 and Socket.IO 5: "0" opens the transport, "40" joins the namespace, "2" is a ping.
  'socket.io': () => ({
    path: '/socket.io/?EIO=4&transport=websocket',
    opening: [],
    answer: (text) => (text.startsWith('0') ? '40' : text === '2' ? '3' : null),
    isReady: (text) => text.startsWith('40'),
  }),
};

/** Subscribes to all the procedures over one socket. */
function trpcHandshake(token: string, procedures: readonly string[]): Handshake {
  let started = 0;
  return {
    path: '/trpc?connectionParams=1',
    opening: [
      JSON.stringify({ method: 'connectionParams', data: { token } }),
      ...procedures.map((path, n) =>
        JSON.stringify({
          id: n + 1,
          jsonrpc: '2.0',
          method: 'subscription',
          params: { path, input: {} },
        }),
      ),
    ],
    answer: (text) => (text === 'PING' ? 'PONG' : null),
    isReady: (text) => {
      if (text.includes('"started"')) started += 1;
      return started === procedures.length;
    },
  };
}

/** An event has at least 380 bytes. Shorter texts belong to the protocol: pings, and the end of a subscription. */
const shortestEventBytes = 330;

/** An event has less than 1,000 bytes, and stats have more than 2,000. */
const shortestStatsBytes = 1_500;

/**
 * Subscribes to all events of a server. Resolves when the subscription is active; rejects when the server refuses it. Calls
 * `onEvent` for each event, and `onClose` when the socket closes without `close()`.
 */
export function subscribe(
  target: Target,
  { onEvent, onClose }: { onEvent(bytes: number): void; onClose(reason: string): void },
): Promise<Subscriber> {
  const { path, opening, answer, isReady } = handshakes[target.protocol](target);
  const { promise, resolve, reject } = Promise.withResolvers<Subscriber>();
  let lastText = '';
  let closedHere = false;
  const ready = () => {
    socket.skimFrom(shortestEventBytes);
    resolve({
      stall: () => socket.pause(),
      wake: () => socket.resume(),
      close: () => {
        closedHere = true;
        socket.destroy();
      },
    });
  };
  const socket = openRawWebSocket(new URL(path, target.url), {
    onOpen: () => {
      for (const text of opening) socket.send(text);
      if (isReady === null) ready();
    },
    onText: (text) => {
      lastText = text;
      const reply = answer(text);
      if (reply !== null) socket.send(reply);
      else if (isReady?.(text)) ready();
    },
    onLongText: (bytes) => {
      if (bytes < shortestStatsBytes) onEvent(bytes);
    },
    onClose: (reason) => {
      reject(new Error(`A subscriber was refused: ${reason}. ${lastText}`));
      if (!closedHere) onClose(reason);
    },
  });
  return promise;
}
