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
async function createLargePayments({ url }: TestServer, token: string, count: number) {
  const large = { receiver: '漢'.repeat(100), description: '漢'.repeat(500) };
  const payment = { amountMinor: 1, method: 'credit_card', ...large };
  const payments = Array.from({ length: count }, () => payment);
  const { status } = await send(`${url}/trpc/payments.createMany`, post({ payments }, bearer(token)));
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

test.concurrent('a reader that takes nothing is cut; others get everything, and it can resume', async () => {
  await using patient = await startTestServer();
  const token = await signIn(patient.url);
  await using slow = await openSocket(patient.url, { token });
  await using quick = await openSocket(patient.url, { token });
  await subscribe(slow, 40);
  const [id = 0] = await subscribe(quick, 1);
  slow.ws.pause();

  // 40 × 250 × 3 kB: more than the limit and what the system's own buffers take.
  for (const _ of Array.from({ length: 5 })) await createLargePayments(patient, token, 50);

  const all = await quick.messages(id, 251);
  // Paused, it does not read that it was cut, but it can't write any more.
  await vi.waitFor(
    () => {
      slow.ws.send('PONG');
      expect(slow.closed()).not.toBeNull();
    },
    { interval: 50, timeout: 50_000 },
  );
  expect(slow.received.length).toBeLessThan(40 * 251);
  expect(quick.closed()).toBeNull();

  const last = slow.received.findLast(({ result }) => result?.id !== undefined)?.result?.id ?? '0';
  const missed = all.filter(({ result }) => Number(result?.id) > Number(last));
  expect(missed.length).toBeGreaterThan(0);
  await using again = await openSocket(patient.url, { token });
  const resumed = again.call('subscription', 'payments.onChange', { lastEventId: last });
  const [, ...replayed] = await again.messages(resumed, missed.length + 1);
  expect(replayed.map(({ result }) => result)).toEqual(missed.map(({ result }) => result));
});

test('a socket takes a hundred subscriptions, and one more when one has ended', async () => {
  await using socket = await openSocket(server.url, { token: await signIn(server.url) });
  await subscribe(socket, 100);
  const [refused] = await socket.messages(socket.call('subscription', 'payments.onChange'));
  expect(refused?.error?.json.data).toMatchObject({ reason: 'too_many_requests', httpStatus: 429 });
  socket.ws.send(JSON.stringify({ id: 1, method: 'subscription.stop' }));
  await socket.messages(1, 2);
  const [started] = await socket.messages(socket.call('subscription', 'payments.onChange'));
  expect(started?.result?.type).toBe('started');
});

test.each([
  [
    'one after the other',
    (socket: RawSocket) => {
      for (let n = 0; n < 400; n++) socket.ws.send('PING');
    },
  ],
  [
    'in one batch',
    (socket: RawSocket) => {
      const stop = { id: 1, method: 'subscription.stop' };
      socket.ws.send(JSON.stringify(Array.from({ length: 400 }, () => stop)));
    },
  ],
])('a socket that sends 400 messages at once, %s, is closed', async (_, sendAll) => {
  await using socket = await openSocket(server.url, { token: await signIn(server.url) });
  sendAll(socket);
  expect(await closing(socket)).toEqual({ code: 4429, reason: 'Too many messages' });
});

test('of many calls at once on one socket twenty are made, and the others are told so', async () => {
  await using socket = await openSocket(server.url, { token: await signIn(server.url) });
  const ids = Array.from({ length: 60 }, () => socket.call('query', 'payments.list'));
  const answers = (await Promise.all(ids.map((id) => socket.messages(id)))).flat();
  const refused = answers.filter(({ error }) => error !== undefined);
  expect(refused.length).toBeLessThanOrEqual(40);
  for (const { error } of refused) expect(error?.json.data.reason).toBe('too_many_requests');
  await socket.messages(socket.call('query', 'payments.list'));
});

test('a user may have so many sockets and streams, and others when some are closed', async () => {
  await using few = await startTestServer({ environment: { LIVE_MAX_SOCKETS_PER_USER: '2' } });
  const token = await signIn(few.url);
  await using first = await openSocket(few.url, { token });
  await using second = await openSocket(few.url, { token });
  await Promise.all([first, second].map((socket) => socket.messages(socket.call('query', 'auth.me'))));

  await using third = await openSocket(few.url, { token });
  const [refused] = await third.messages(null);
  expect(refused?.error?.json.data.reason).toBe('too_many_requests');
  expect(await closing(third)).toEqual({ code: 4429, reason: 'Too many connections' });
  const stream = await send(`${few.url}/trpc/payments.onChange`, { headers: bearer(token) });
  expect(stream.text).toContain('"reason":"too_many_requests"');

  await first[Symbol.asyncDispose]();
  await using fourth = await openSocket(few.url, { token });
  await fourth.messages(fourth.call('query', 'auth.me'));
});
