import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { listenLocally } from '../../listen-locally.ts';
import { startCuttingProxy } from './cutting-proxy.ts';

/** Connects, and checks that an echo comes back. */
async function connectThrough(url: string) {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.on('error', () => {});
  socket.write('ping');
  const [echo] = await once(socket, 'data');
  expect(String(echo)).toBe('ping');
  return socket;
}

/** Not `once`: it rejects with the error that a reset emits first. */
const closed = (socket: Socket) => new Promise((resolve) => socket.on('close', resolve));

test('open and new connections are cut until cutting stops', async () => {
  const echo = createServer((socket) => {
    socket.on('error', () => {});
    socket.pipe(socket);
  });
  const proxy = await startCuttingProxy(await listenLocally(echo));
  const open = await connectThrough(proxy.url);
  proxy.startCutting(20);
  await closed(open);
  const next = connect(Number(new URL(proxy.url).port), '127.0.0.1');
  next.on('error', () => {});
  await closed(next);

  proxy.stopCutting();
  const last = await connectThrough(proxy.url);
  const ended = closed(last);
  await proxy[Symbol.asyncDispose]();
  await ended;
  echo.close();
});
