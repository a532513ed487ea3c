import { createClient, memoryTokenStore, type Tokens } from '@paydeck/client';
import { io } from 'socket.io-client';
import { WebSocket } from 'ws';
import type { PaymentEvent } from '../servers/listen-for-creates.ts';
import type { Protocol } from './target.ts';

type FollowOptions = {
  url: string;
  tokens: Tokens;
  /** Called with the description of the payment in each event. */
  onEvent(description: string | null): void;
};

/** Subscribes to the events of a server as its users do, and reconnects. Resolves when the first connection is open. */
type Follow = (options: FollowOptions) => Promise<{ close(): void | Promise<void> }>;

export const followers: Record<Protocol, Follow> = {
  ws: followWs,
  'socket.io': followSocketIo,
  trpc: followPaydeck,
};

const retryMs = 50;

/** A `ws` client that reconnects at once, and retries while it is refused. */
async function followWs({ url, onEvent }: FollowOptions) {
  const first = Promise.withResolvers<void>();
  let closed = false;
  let socket: WebSocket;
  const open = () => {
    socket = new WebSocket(url);
    let wasOpen = false;
    socket.on('open', () => {
      wasOpen = true;
      first.resolve();
    });
    socket.on('message', (data: Buffer) => {
      const event: PaymentEvent = JSON.parse(data.toString());
      onEvent(event.payment.description);
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      if (!closed) setTimeout(open, wasOpen ? 0 : retryMs);
    });
  };
  open();
  await first.promise;
  return {
    close: () => {
      closed = true;
      socket.terminate();
    },
  };
}

/** Socket.IO's client with its defaults. */
async function followSocketIo({ url, onEvent }: FollowOptions) {
  const socket = io(url, { forceNew: true });
  socket.on('payment', (event: PaymentEvent) => onEvent(event.payment.description));
  await new Promise<void>((resolve) => socket.once('connect', resolve));
  return { close: () => void socket.disconnect() };
}

/** Paydeck's client with its defaults, signed in. */
async function followPaydeck({ url, tokens, onEvent }: FollowOptions) {
  const store = memoryTokenStore();
  await store.save(tokens);
  const client = createClient({ url, tokens: store });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  client.api.payments.onChange.subscribe(
    {},
    {
      onStarted: () => resolve(),
      onData: ({ data }) => {
        if (data.type !== 'reset') onEvent(data.payment.description);
      },
      onError: reject,
    },
  );
  await promise;
  return { close: () => client.close() };
}
