import { test } from 'vitest';
import { WebSocket } from 'ws';
import { signIn } from '../plain-fetch.ts';
import { card, expectRecorded } from './expect-recorded.ts';

test('the frames of a socket', () =>
  expectRecorded('socket.txt', async ({ url, add }) => {
    await using socket = await openFrames(`${url.replace('http', 'ws')}/trpc?connectionParams=1`);
    const token = await signIn(url);
    const exchange = async (name: string, message: unknown, frames = 1) => {
      const text = typeof message === 'string' ? message : JSON.stringify(message);
      add(name, [`> ${text}`, ...(await socket.exchange(text, frames)).map((frame) => `< ${frame}`)]);
    };
    await exchange('the token', { method: 'connectionParams', data: { token } }, 0);
    const call = (id: number | string, method: string, path: string, input?: unknown) => ({
      id,
      method,
      params: { path, input },
    });
    await exchange('a query', call(1, 'query', 'payments.list', { limit: 2 }));
    await exchange('a query with a version', { ...call('a', 'query', 'auth.me'), jsonrpc: '2.0' });
    await exchange('a mutation', call(2, 'mutation', 'payments.create', card));
    await exchange('an invalid input', call(4, 'query', 'payments.list', { limit: 0 }));
    await exchange('an unknown procedure', call(5, 'query', 'payments.nothing'));
    await exchange('a query as a mutation', call(6, 'mutation', 'payments.list'));
    await exchange('a subscription', call(7, 'subscription', 'payments.onChange', { lastEventId: 0 }), 2);
    await exchange('its end', { id: 7, method: 'subscription.stop' });
    await exchange('a new subscription', call(8, 'subscription', 'payments.onChange'));
    await exchange('its message', call(9, 'mutation', 'payments.create', card), 2);
    await exchange('a subscription that is open', call(8, 'subscription', 'payments.onChange'));
    await exchange('a batch', [call(10, 'query', 'auth.me'), call(11, 'query', 'nothing')], 2);
    await exchange('no call', { id: 12, method: 'query' });
    await exchange('no id', { method: 'query', params: { path: 'auth.me' } });
    await exchange('no JSON', '{');
    await exchange('a ping', 'PING');
    await exchange('an output without a value', call(13, 'mutation', 'auth.logout'));
  }));

type Frames = AsyncDisposable & {
  /** Sends a message and resolves to the frames that came since the last one, once there are as many as expected. */
  exchange(text: string, expected: number): Promise<string[]>;
};

async function openFrames(url: string): Promise<Frames> {
  const ws = new WebSocket(url);
  let received: string[] = [];
  let onFrame = () => {};
  ws.on('message', (data) => {
    received.push(String(data));
    onFrame();
  });
  await new Promise((resolve, reject) => ws.once('open', resolve).once('error', reject));
  return {
    exchange: async (text, expected) => {
      ws.send(text);
      await new Promise<void>((resolve) => {
        onFrame = () => {
          if (received.length >= expected) resolve();
        };
        onFrame();
      });
      const frames = received;
      received = [];
      // Answers of one turn come in any order.
      return frames.sort();
    },
    [Symbol.asyncDispose]: async () => {
      const closed = new Promise((resolve) => ws.once('close', resolve));
      ws.terminate();
      await closed;
    },
  };
}
