import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { listenLocally } from '../../listen-locally.ts';
import { startCuttingProxy } from './cutting-proxy.ts';

/** Connects, and shows that bytes go there and back. */
async function connectThrough(url: string) {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.on('error', () => {});
  socket.write('here');
  const [echo] = await once(socket, 'data');
  expect(String(echo)).toBe('here');
  return socket;
}

/** A reset comes as an error first, which `once` would reject with. */
const closed = (socket: Socket) => new Promise((resolve) => socket.on('close', resolve));

test('connections are cut, those that stand and those to come, until it heals', async () => {
  const echo = createServer((socket) => {
    socket.on('error', () => {});
    socket.pipe(socket);
  });
  const proxy = await startCuttingProxy(await listenLocally(echo));
  const standing = await connectThrough(proxy.url);
  proxy.cut(20);
  await closed(standing);
  const next = connect(Number(new URL(proxy.url).port), '127.0.0.1');
  next.on('error', () => {});
  await closed(next);

  proxy.heal();
  const last = await connectThrough(proxy.url);
  const ended = closed(last);
  await proxy.close();
  await ended;
  echo.close();
});
