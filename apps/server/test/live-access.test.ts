import { once } from 'node:events';
import type { PaydeckClient } from '@paydeck/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../testing/start-test-server.ts';
import { bearer, post, send, signIn } from './plain-fetch.ts';
import { closing, openSocket, type RawSocket } from './raw-socket.ts';

/** Two processes of one installation, as far as they can see: they share nothing but the database. */
let one: TestServer;
let two: TestServer;
let admin: PaydeckClient;
let adminToken: string;
beforeAll(async () => {
  one = await startTestServer();
  two = await startTestServer({ database: one.database });
  admin = await one.signedInClient();
  adminToken = await signIn(one.url);
});
afterAll(async () => {
  await two[Symbol.asyncDispose]();
  await one[Symbol.asyncDispose]();
});

const password = 'a-password-of-a-viewer';
type User = { id: string; token: string; otherToken: string };

/** A new user with two sessions. */
async function newUser(username: string): Promise<User> {
  const { id } = await admin.api.users.create.mutate({ username, password });
  const credentials = { username, password };
  const [token, otherToken] = await Promise.all([signIn(one.url, credentials), signIn(two.url, credentials)]);
  return { id, token, otherToken };
}

/** An event stream over HTTP, with the moment when it ends. */
async function openStream(url: string, token: string) {
  const response = await fetch(`${url}/trpc/payments.onChange`, { headers: bearer(token) });
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  let ended = false;
  const reader = response.body?.getReader() ?? expect.unreachable();
  const finished = (async () => {
    while (!(await reader.read()).done);
  })().catch(() => undefined);
  void finished.then(() => {
    ended = true;
  });
  return { finished, hasEnded: () => ended, leave: () => reader.cancel() };
}

/** A socket that is being used: its token was checked. */
async function usedSocket(url: string, token: string): Promise<RawSocket> {
  const socket = await openSocket(url, { token });
  await socket.messages(socket.call('subscription', 'payments.onChange'));
  return socket;
}

const changes: { name: string; of: 'session' | 'user'; change(user: User): Promise<unknown> }[] = [
  {
    name: 'signing out',
    of: 'session',
    change: ({ token }) => send(`${one.url}/trpc/auth.logout`, post('', bearer(token))),
  },
  {
    name: 'a new role',
    of: 'user',
    change: ({ id }) => admin.api.users.update.mutate({ id, role: 'admin' }),
  },
  {
    name: 'deactivation',
    of: 'user',
    change: ({ id }) => admin.api.users.update.mutate({ id, active: false }),
  },
  {
    name: 'a password reset',
    of: 'user',
    change: ({ id }) => admin.api.users.resetPassword.mutate({ id, password: 'another-password' }),
  },
  { name: 'deletion', of: 'user', change: ({ id }) => admin.api.users.delete.mutate({ id }) },
];

test.each(changes)(
  '$name closes the sockets and streams of the $of, in every process',
  async ({ name, of, change }) => {
    const user = await newUser(name.replaceAll(' ', '-'));
    await using here = await usedSocket(one.url, user.token);
    await using there = await usedSocket(two.url, user.token);
    await using other = await usedSocket(two.url, user.otherToken);
    await using adminsOwn = await usedSocket(two.url, adminToken);
    const streams = [await openStream(one.url, user.token), await openStream(two.url, user.token)];
    const adminsStream = await openStream(two.url, adminToken);

    await change(user);

    const affected = of === 'user' ? [here, there, other] : [here, there];
    const ends = await Promise.all(affected.map((socket) => closing(socket)));
    expect(ends).toEqual(affected.map(() => ({ code: 4401, reason: 'Access changed' })));
    await Promise.all(streams.map(({ finished }) => finished));

    if (of === 'session') await other.messages(other.call('query', 'auth.me'));
    await adminsOwn.messages(adminsOwn.call('query', 'auth.me'));
    expect(adminsStream.hasEnded()).toBe(false);
    await adminsStream.leave();

    // A stream is refused as one: its one event is the error. A new role leaves the session as it is.
    if (name === 'a new role') return;
    const again = await send(`${two.url}/trpc/payments.onChange`, { headers: bearer(user.token) });
    expect(again.text).toContain('"reason":"session_ended"');
  },
);

test('an API key reads live, and revoking it closes its sockets and streams, in every process', async () => {
  const { id, key } = await admin.api.apiKeys.create.mutate({ name: 'watcher', role: 'viewer' });
  const { key: otherKey } = await admin.api.apiKeys.create.mutate({ name: 'other', role: 'viewer' });
  await using here = await usedSocket(one.url, key);
  await using there = await usedSocket(two.url, key);
  await using other = await usedSocket(two.url, otherKey);
  const streams = [await openStream(one.url, key), await openStream(two.url, key)];

  await admin.api.apiKeys.revoke.mutate({ id });
  const ended = { code: 4401, reason: 'Access changed' };
  expect(await Promise.all([closing(here), closing(there)])).toEqual([ended, ended]);
  await Promise.all(streams.map(({ finished }) => finished));
  await other.messages(other.call('query', 'auth.me'));
  const again = await send(`${two.url}/api/payments/export`, { headers: bearer(key) });
  expect(again.status).toBe(401);
});

test('the sockets and streams of an API key close when it expires', async () => {
  const expiresAt = new Date(Date.now() + 2_000).toISOString();
  const { key } = await admin.api.apiKeys.create.mutate({ name: 'short', role: 'viewer', expiresAt });
  await using socket = await usedSocket(one.url, key);
  const stream = await openStream(two.url, key);
  expect(await closing(socket, 10_000)).toEqual({ code: 4401, reason: 'Token expired' });
  await stream.finished;
});

test('a server that stops ends its sockets and streams at once, so that clients go elsewhere', async () => {
  const stopping = await startTestServer({ database: one.database });
  const token = await signIn(stopping.url);
  await using socket = await usedSocket(stopping.url, token);
  const stream = await openStream(stopping.url, token);
  const silent = await openSocket(stopping.url);
  silent.ws.pause();

  const started = performance.now();
  await stopping[Symbol.asyncDispose]();
  expect(performance.now() - started).toBeLessThan(4_000);
  await stream.finished;
  expect(await closing(socket)).toEqual({ code: 1012, reason: 'Restarting' });
  silent.ws.resume();
  if (silent.closed() === null) await once(silent.ws, 'close');
});
