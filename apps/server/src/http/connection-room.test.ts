import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type Socket } from 'node:net';
import { expect, test, vi } from 'vitest';
import { keepConnectionRoom } from './connection-room.ts';

const maxDescriptors = 200;
/** 25 of 100 connections for clients are for refusals. */
const room = 75;

async function serve() {
  const server = createServer((request, response) => {
    const isRefused = refuses(request.socket);
    response.writeHead(isRefused ? 429 : 200, isRefused ? { connection: 'close' } : {}).end();
  });
  const { refuses } = keepConnectionRoom(server, maxDescriptors);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const sockets: Socket[] = [];
  return {
    /** Opens a connection, and asks on it if `path` is given. Returns the status, or `cut`. */
    open: async (isAsking: boolean) => {
      const socket = connect(port, '127.0.0.1').on('error', () => {});
      sockets.push(socket);
      await once(socket, 'connect');
      return isAsking ? ask(socket) : '';
    },
    sockets,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const ask = (socket: Socket): Promise<string> =>
  new Promise((resolve) => {
    socket.once('data', (head) => resolve(head.toString().split(' ')[1] ?? ''));
    socket.once('close', () => resolve('cut'));
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  });

test('connections beyond the room are refused, those within it are served, and room that becomes free is used', async () => {
  await using server = await serve();
  const first = await server.open(true);
  expect(first).toBe('200');
  // Connections that have not sent anything are not idle.
  for (let n = 1; n <= room; n++) await server.open(false);
  await vi.waitFor(async () => expect(await server.open(true)).toBe('429'));
  const [, second] = server.sockets;
  expect(await ask(second ?? expect.unreachable())).toBe('200');

  for (const socket of server.sockets.slice(2, 20)) socket.destroy();
  await vi.waitFor(async () => expect(await server.open(true)).toBe('200'));
});

test('idle connections make room', async () => {
  await using server = await serve();
  for (let n = 0; n < 2 * room; n++) expect(await server.open(true)).toBe('200');
});

test('beyond the limit, connections are closed at once', async () => {
  await using server = await serve();
  for (let n = 0; n < maxDescriptors / 2; n++) await server.open(false);
  await vi.waitFor(async () => expect(await server.open(true)).toBe('cut'));
});
