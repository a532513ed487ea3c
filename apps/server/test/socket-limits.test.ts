import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../testing/start-test-server.ts';
import { bearer, send, signIn } from './plain-fetch.ts';
import { closing, openSocket, type RawSocket } from './raw-socket.ts';

const lifetimeMs = 10_000;
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ environment: { JWT_EXPIRES_IN: `${lifetimeMs / 1_000}s` } });
});
afterAll(() => server[Symbol.asyncDispose]());

const subscribe = async (socket: RawSocket, count: number) => {
  const ids = Array.from({ length: count }, () => socket.call('subscription', 'payments.onChange'));
  await Promise.all(ids.map((id) => socket.messages(id)));
  return ids;
};

test('a socket and a stream end when their token expires, and the client gets the reason', async () => {
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

test('a socket may have 100 subscriptions, and another one when one has ended', async () => {
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

test('a socket without a token may send 4 kB at once', async () => {
  await using socket = await openSocket(server.url);
  socket.call('mutation', 'auth.login', { username: 'admin', password: 'x'.repeat(3_000) });
  await socket.messages(1);
  for (let n = 0; n < 20; n++) socket.ws.send(JSON.stringify({ padding: 'x'.repeat(200_000) }));
  const [refused] = await socket.messages(null);
  expect(refused?.error?.json.data).toMatchObject({ reason: 'payload_too_large', httpStatus: 413 });
  expect(await closing(socket, 10_000)).toEqual({ code: 1009, reason: 'Too large without a token' });
  expect(socket.received).toHaveLength(2);
});

test('a message without an end is not kept for a socket without a token', async () => {
  await using socket = await openSocket(server.url);
  for (let n = 0; n < 5; n++) socket.ws.send('x'.repeat(20_000), { fin: false });
  expect(await closing(socket, 10_000)).toMatchObject({ code: 1009 });
});

test('large messages may follow a token at once, and keep their order', async () => {
  await using socket = await openSocket(server.url, { token: await signIn(server.url) });
  const filter = { search: 'x'.repeat(10_000) };
  const large = socket.call('query', 'payments.list', { filter });
  const small = socket.call('query', 'auth.me');
  const [[refused], [me]] = await Promise.all([socket.messages(large), socket.messages(small)]);
  expect(refused?.error?.json.data.reason).toBe('invalid_input');
  expect(me?.result?.type).toBe('data');
  await using stranger = await openSocket(server.url, { token: 'nonsense' });
  stranger.call('query', 'payments.list', { filter });
  await closing(stranger, 10_000);
  expect(stranger.received.map(({ error }) => error?.json.data.reason)).toEqual(['token_invalid']);
});

test.each([
  ['with', 250_000, 12],
  ['without', 4_000, 20],
] as const)(
  'a socket %s a token that sends too many bytes at once is closed',
  async (kind, length, count) => {
    await using socket = await openSocket(
      server.url,
      kind === 'with' ? { token: await signIn(server.url) } : {},
    );
    await socket.messages(socket.call('query', 'auth.me'));
    for (let n = 0; n < count; n++) socket.ws.send(' '.repeat(length));
    expect(await closing(socket, 10_000)).toEqual({ code: 4429, reason: 'Too many bytes' });
  },
);

test('a socket may have 20 calls running, and gets too_many_requests for others', async () => {
  await using socket = await openSocket(server.url, { token: await signIn(server.url) });
  const ids = Array.from({ length: 60 }, () => socket.call('query', 'payments.list'));
  const answers = (await Promise.all(ids.map((id) => socket.messages(id)))).flat();
  const refused = answers.filter(({ error }) => error !== undefined);
  expect(refused.length).toBeLessThanOrEqual(40);
  for (const { error } of refused) expect(error?.json.data.reason).toBe('too_many_requests');
  await socket.messages(socket.call('query', 'payments.list'));
});

test('a user may have a limited number of sockets and streams, and others when some are closed', async () => {
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
