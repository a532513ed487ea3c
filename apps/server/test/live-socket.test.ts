import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import { setInterval } from 'node:timers/promises';
import { createServices } from '@paydeck/api/services';
import { createTestDatabase } from '@paydeck/db/testing';
import { fastify } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { type LiveConnections, watchConnections } from '../src/live/live-connections.ts';
import { type LiveSocket, serveSocket } from '../src/live/live-socket.ts';
import { socketLimits } from '../src/live/socket-limits.ts';

const scope = new AsyncDisposableStack();
afterAll(() => scope.disposeAsync());
type ServerEnd = { served: LiveSocket; socket: WebSocket; stream: Socket };
/** Opens a socket and returns both of its ends. */
let open: (options?: { autoPong?: boolean }) => Promise<ServerEnd & { client: WebSocket }>;

beforeAll(async () => {
  const { db } = scope.use(await createTestDatabase());
  const services = await createServices({
    db,
    settings: { defaultCurrency: 'USD', amountLimits: {}, requireSecondFactor: 'nobody' },
    jwtSecret: 'a-secret-that-only-the-tests-know-0123456789',
    accessTokenTtlSeconds: 900,
    onError: () => {},
  });
  scope.defer(() => services.close());
  const connections: LiveConnections = watchConnections(services, { maxPerUser: 10 });
  scope.defer(() => connections.close());
  const { log } = fastify();
  const server = createServer();
  scope.defer(() => {
    server.closeAllConnections();
    server.close();
  });
  const wss = new WebSocketServer({ noServer: true });
  const caller = { address: '127.0.0.1', userAgent: null };
  const opening = { token: null, expectsParams: false, caller };
  const waiting: ((end: ServerEnd) => void)[] = [];
  server.on('upgrade', (request, stream, head) =>
    wss.handleUpgrade(request, stream, head, (socket) => {
      const served = serveSocket(socket, request.socket, opening, { services, connections, log });
      waiting.shift()?.({ served, socket, stream: request.socket });
    }),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : expect.unreachable();
  open = async (options = {}) => {
    const { promise: end, resolve } = Promise.withResolvers<ServerEnd>();
    waiting.push(resolve);
    const client = new WebSocket(`ws://127.0.0.1:${port}`, options);
    await once(client, 'open');
    return { ...(await end), client };
  };
});

const later = (seconds: number) => performance.now() + seconds * 1_000;
const call = JSON.stringify({ id: 1, method: 'query', params: { path: 'auth.me' } });

test('a silent socket is pinged after 20 seconds, and stays open while it answers', async () => {
  const { served, client } = await open();
  client.send(call);
  await once(client, 'message');
  served.check(later(19));
  const pinged = once(client, 'ping');
  served.check(later(21));
  await pinged;
  served.check(later(29));
  client.send(call);
  await once(client, 'message');
  client.terminate();
});

test('a half-open socket is cut within 60 seconds', async () => {
  const { served, client } = await open({ autoPong: false });
  client.send(call);
  await once(client, 'message');
  const closed = once(client, 'close');
  served.check(later(46));
  expect(await closed).toMatchObject([1006, expect.anything()]);
});

test('a socket that sends neither token nor call is closed after 30 seconds', async () => {
  const { served, client } = await open();
  const closed = once(client, 'close');
  served.check(later(29));
  expect(client.readyState).toBe(WebSocket.OPEN);
  served.check(later(31));
  expect(await closed).toEqual([4401, Buffer.from('Sign in first')]);
});

test('a socket that ignores the close frame is cut after ten seconds', async () => {
  const { served, client } = await open();
  client.pause();
  served.end('restarting');
  served.check(later(9));
  served.check(later(11));
  const closed = once(client, 'close');
  client.resume();
  expect(await closed).toMatchObject([1012, expect.anything()]);
});

/** Sends 64 MB of whole text messages, far more than the system's buffers of both sides hold. */
function fill(stream: Socket): void {
  const frame = Buffer.concat([
    Buffer.from([0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0]),
    Buffer.alloc(64 * 1024, ' '),
  ]);
  for (let sent = 0; sent < 64 * 1024 * 1024; sent += frame.length) stream.write(frame);
}

test('a client that reads slowly stays connected, while one that reads nothing is closed', async () => {
  const [slow, stalled] = [await open(), await open()];
  for (const { client, stream } of [slow, stalled]) {
    client.pause();
    fill(stream);
    client.send(call);
  }
  for await (const _ of setInterval(200)) {
    slow.client.resume();
    await once(slow.client, 'message');
    slow.client.pause();
    for (const { served } of [slow, stalled]) served.check(performance.now());
    if (stalled.socket.readyState !== WebSocket.OPEN) break;
  }
  expect(slow.stream.writableLength).toBeGreaterThan(socketLimits.unsentBytes);
  expect(slow.socket.isPaused).toBe(true);
  expect(slow.socket.readyState).toBe(WebSocket.OPEN);
  slow.client.terminate();
  stalled.client.terminate();
});
