import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { promptSocket } from './prompt-socket.ts';

test('a socket whose other side is gone is closed within a second', async () => {
  const disposers: (() => unknown)[] = [];
  // After the handshake this server sends nothing, not even the close frame that `close` waits for.
  const server = createServer().on('upgrade', (request, socket) => {
    const accept = createHash('sha1')
      .update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
      .digest('base64');
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    socket.on('error', () => socket.destroy());
    disposers.push(
      () => socket.destroy(),
      () => server.close(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server does not listen.');

  const PromptSocket = promptSocket(WebSocket);
  const socket = new PromptSocket(`ws://127.0.0.1:${address.port}`);
  await new Promise((resolve) => socket.addEventListener('open', resolve));
  const closedAt = performance.now();
  socket.close();
  const event = await new Promise<CloseEvent>((resolve) => socket.addEventListener('close', resolve));
  expect(event.code).toBe(1006);
  expect(performance.now() - closedAt).toBeLessThan(2_000);
  for (const dispose of disposers) dispose();
});
