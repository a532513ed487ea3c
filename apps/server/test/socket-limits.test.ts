import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startTestServer, type TestServer } from '../src/testing/start-test-server.ts';
import { bearer, post, send, signIn } from './plain-fetch.ts';
import { closing, openSocket, type RawSocket } from './raw-socket.ts';

const lifetimeMs = 10_000;
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ environment: { JWT_EXPIRES_IN: `${lifetimeMs / 1_000}s` } });
});
afterAll(() => server[Symbol.asyncDispose]());

/** Events of some 3 kB, each of which goes to every subscription of a socket. */
async function createLargePayments(token: string, count: number) {
  const large = { receiver: '漢'.repeat(100), description: '漢'.repeat(500) };
  const payment = { amountMinor: 1, method: 'credit_card', ...large };
  const payments = Array.from({ length: count }, () => payment);
  const { status } = await send(`${server.url}/trpc/payments.createMany`, post({ payments }, bearer(token)));
  expect(status).toBe(200);
}

const subscribe = async (socket: RawSocket, count: number) => {
  const ids = Array.from({ length: count }, () => socket.call('subscription', 'payments.onChange'));
  await Promise.all(ids.map((id) => socket.messages(id)));
  return ids;
};

test.concurrent('a socket and a stream end with their token, and the client can tell why', async () => {
  const token = await signIn(server.url);
  const signedInAt = performance.now();
  await using socket = await openSocket(server.url, { token });
  await subscribe(socket, 1);
  await using anonymous = await openSocket(server.url);
  const stream = await fetch(`${server.url}/trpc/payments.onChange`, { headers: bearer(token) });
  const streamed = stream.text().catch(() => 'cut');

  expect(await closing(socket, lifetimeMs + 2_000)).toEqual({ code: 4401, reason: 'Token expired' });
  expect(performance.now() - signedInAt).toBeGreaterThan(lifetimeMs - 2_000);
  expect(await streamed).toBe('cut');
  expect(anonymous.closed()).toBeNull();
});

test.concurrent('a reader that does not read is cut; others get everything', async () => {
  const token = await signIn(server.url);
  await using slow = await openSocket(server.url, { token });
  await using quick = await openSocket(server.url, { token });
  await subscribe(slow, 40);
  const [id = 0] = await subscribe(quick, 1);
  slow.ws.pause();

  // 40 × 250 × 3 kB: more than the limit and what the system's own buffers take.
  for (const _ of Array.from({ length: 5 })) await createLargePayments(token, 50);

  await quick.messages(id, 251);
  // Paused, it does not read that it was cut, but it can't write any more.
  await vi.waitFor(
    () => {
      slow.ws.send('PONG');
      expect(slow.closed()).not.toBeNull();
    },
    { interval: 20, timeout: 30_000 },
  );
  expect(slow.received.length).toBeLessThan(40 * 251);
  expect(quick.closed()).toBeNull();
});
