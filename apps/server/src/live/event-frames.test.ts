import { once } from 'node:events';
import { expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { eventFrames } from './event-frames.ts';

test('another implementation reads frames of any length', async () => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : expect.unreachable();
  const texts = [0, 1, 10, 60, 125, 126, 4_000, 65_000, 66_000, 200_000].map((length) =>
    'ä€🦊'.repeat(length),
  );
  const messages = texts.map((text, position) => ({ position, data: { text, at: new Date(position) } }));
  server.on('connection', (_, request) => {
    request.socket.write(eventFrames(messages, '{"id":7,"result":'));
  });
  const client = new WebSocket(`ws://127.0.0.1:${port}`);
  const received: unknown[] = [];
  await new Promise<void>((resolve, reject) => {
    client.on('error', reject);
    client.on('message', (data) => {
      received.push(JSON.parse(String(data)));
      if (received.length === texts.length) resolve();
    });
  });
  expect(received).toEqual(
    messages.map(({ position, data }) => ({
      id: 7,
      result: {
        type: 'data',
        id: String(position),
        data: {
          json: { id: String(position), data: { text: data.text, at: data.at.toISOString() } },
          meta: expect.anything(),
        },
      },
    })),
  );
  client.terminate();
  server.close();
});

test('a page is encoded once for all subscriptions with the same opening, and an event once for all subscriptions', () => {
  const data = { type: 'reset' };
  const messages = [{ position: 1, data }];
  const first = eventFrames(messages, '{"id":1,"result":');
  expect(eventFrames(messages, '{"id":1,"result":')).toBe(first);
  expect(eventFrames(messages, '{"id":2,"result":')).not.toBe(first);
  data.type = 'changed';
  expect(eventFrames([{ position: 1, data }], '{"id":1,"result":')).toEqual(first);
});
