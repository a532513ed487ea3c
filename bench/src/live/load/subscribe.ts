import { openRawWebSocket } from './raw-websocket.ts';
import type { Protocol, Target } from './target.ts';

export type Subscriber = {
  /** Reads no longer, and stays connected. */
  stall(): void;
  /** Reads what has come meanwhile, and whether it was closed. */
  wake(): void;
  close(): void;
};

type Dialogue = {
  path: string;
  /** Sent as soon as the socket is open. */
  opening: readonly string[];
  /** The answer to a text of the server; null for none. */
  answer(text: string): string | null;
  /** Whether this text says that events will come from now on; null for a socket that needs no such text. */
  isReady: ((text: string) => boolean) | null;
};

const dialogues: Record<Protocol, (target: Target) => Dialogue> = {
  ws: () => ({ path: '/', opening: [], answer: () => null, isReady: null }),
  trpc: ({ token }) => ({
    path: '/trpc?connectionParams=1',
    opening: [
      JSON.stringify({ method: 'connectionParams', data: { token } }),
      JSON.stringify({
        id: 1,
        jsonrpc: '2.0',
        method: 'subscription',
        params: { path: 'payments.onChange', input: {} },
      }),
    ],
    answer: (text) => (text === 'PING' ? 'PONG' : null),
    isReady: (text) => text.includes('"started"'),
  }),
  // Engine.IO 4 and Socket.IO 5: "0" opens the transport, "40" joins the namespace, "2" is a ping.
  'socket.io': () => ({
    path: '/socket.io/?EIO=4&transport=websocket',
    opening: [],
    answer: (text) => (text.startsWith('0') ? '40' : text === '2' ? '3' : null),
    isReady: (text) => text.startsWith('40'),
  }),
};

/** An event has 380 bytes at least. Shorter texts are of the protocol: pings, and the end of a subscription. */
const shortestEventBytes = 330;

/**
 * Subscribes to all events of a server. Resolves when they will come; rejects when the server refuses. `onEvent` is
 * called for each; `onClose` when the socket ends without `close()`.
 */
export function subscribe(
  target: Target,
  { onEvent, onClose }: { onEvent(bytes: number): void; onClose(reason: string): void },
): Promise<Subscriber> {
  const { path, opening, answer, isReady } = dialogues[target.protocol](target);
  const { promise, resolve, reject } = Promise.withResolvers<Subscriber>();
  let said = '';
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
      said = text;
      const reply = answer(text);
      if (reply !== null) socket.send(reply);
      else if (isReady?.(text)) ready();
    },
    onLongText: onEvent,
    onClose: (reason) => {
      reject(new Error(`A subscriber was refused: ${reason}. ${said}`));
      if (!closedHere) onClose(reason);
    },
  });
  return promise;
}
