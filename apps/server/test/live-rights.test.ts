import { createTestDatabase } from '@paydeck/db/testing';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { spawnServer } from '../testing/spawn-server.ts';
import { startTestServer } from '../testing/start-test-server.ts';
import { bearer, post, send, signIn } from './plain-fetch.ts';
import { closing, openSocket, type RawSocket } from './raw-socket.ts';

/** Usually a few milliseconds, but seconds on a busy machine. */
const patienceMs = 10_000;
const password = 'a-password-of-a-user';
const lifetimeSeconds = 10;

/** The URL of the server where rights change. */
let changesUrl: string;
/** The URL of the server that has the sockets. The two servers share only the database. */
let socketsUrl: string;
let adminToken: string;
/** A socket of the admin with a short-lived token, which a third server signed. */
let shortLived: RawSocket;
const scope = new AsyncDisposableStack();
beforeAll(async () => {
  const database = scope.use(await createTestDatabase());
  const [changesServer, socketsServer, signer] = await Promise.all([
    spawnServer({ DATABASE_URL: database.url }),
    spawnServer({ DATABASE_URL: database.url }),
    startTestServer({ database, environment: { JWT_EXPIRES_IN: `${lifetimeSeconds}s` } }),
  ]);
  for (const server of [changesServer, socketsServer, signer]) scope.use(server);
  [changesUrl, socketsUrl] = [changesServer.url, socketsServer.url];
  adminToken = await signIn(changesUrl);
  // Opened first, so that the token expires while the other tests run.
  shortLived = scope.use(await following(await signIn(signer.url), 'payments.onChange'));
});
afterAll(() => scope.disposeAsync());

/** Calls a mutation with the given token; by default as the admin. */
async function mutate(path: string, input: object, token = adminToken): Promise<unknown> {
  const { status, body, text } = await send(`${changesUrl}/trpc/${path}`, post(input, bearer(token)));
  expect(status, text).toBe(200);
  return body;
}

const createdUser = z.object({
  result: z.object({ data: z.object({ json: z.object({ id: z.uuid() }) }) }),
});

type User = { id: string; username: string; token: string; otherToken: string };

/** Creates a user with two sessions, one from each server. */
async function newUser(username: string, role: 'admin' | 'viewer' = 'viewer'): Promise<User> {
  const body = createdUser.parse(await mutate('users.create', { username, password, role }));
  const [token, otherToken] = await Promise.all(
    [changesUrl, socketsUrl].map((url) => signIn(url, { username, password })),
  );
  if (token === undefined || otherToken === undefined) throw new Error('Each sign-in must return a token.');
  return { id: body.result.data.json.id, username, token, otherToken };
}

/** Opens a socket and starts a subscription on it. */
async function following(token: string, path: string, input: object = {}): Promise<RawSocket> {
  const socket = await openSocket(socketsUrl, { token });
  const [started] = await socket.messages(socket.call('subscription', path, input));
  expect(started?.result?.type).toBe('started');
  return socket;
}

const changes: {
  name: string;
  change(user: User): Promise<unknown>;
  /** Which of the user's sessions end. The others stay valid. */
  ends: 'both' | 'the first' | 'the other' | 'none';
  /** Which of the user's sockets are closed, even if the session stays valid with other rights. */
  closes: 'both' | 'the first' | 'the other';
}[] = [
  {
    name: 'signing-out',
    change: ({ token }) => mutate('auth.logout', {}, token),
    ends: 'the first',
    closes: 'the first',
  },
  {
    name: 'another-role',
    change: ({ id }) => mutate('users.update', { id, role: 'admin' }),
    ends: 'none',
    closes: 'both',
  },
  {
    name: 'deactivation',
    change: ({ id }) => mutate('users.update', { id, active: false }),
    ends: 'both',
    closes: 'both',
  },
  {
    name: 'password-change',
    change: ({ token }) =>
      mutate('users.changePassword', { currentPassword: password, newPassword: 'another-password' }, token),
    ends: 'the other',
    closes: 'the other',
  },
  {
    name: 'password-reset',
    change: ({ id }) => mutate('users.resetPassword', { id, password: 'another-password' }),
    ends: 'both',
    closes: 'both',
  },
  { name: 'deletion', change: ({ id }) => mutate('users.delete', { id }), ends: 'both', closes: 'both' },
];

test.each(changes)(
  '$name closes the sockets at the other server: $closes',
  async ({ name, change, ends, closes }) => {
    const user = await newUser(name);
    await using first = await following(user.token, 'payments.onChange');
    await using second = await following(user.otherToken, 'stats.onUpdate');
    await using bystander = await following(adminToken, 'payments.onChange');

    await change(user);

    const affected = closes === 'both' ? [first, second] : closes === 'the first' ? [first] : [second];
    for (const socket of affected) expect(await closing(socket, patienceMs)).toMatchObject({ code: 4401 });
    for (const [token, which] of [
      [user.token, 'the first'],
      [user.otherToken, 'the other'],
    ] as const) {
      await using again = await openSocket(socketsUrl, { token });
      if (ends === 'both' || ends === which) {
        const [refused] = await again.messages(null);
        expect(refused?.error?.json.data.reason).toBe('session_ended');
        await closing(again, patienceMs);
      } else {
        const [me] = await again.messages(again.call('query', 'auth.me'));
        expect(me?.result?.data?.json).toMatchObject({ username: user.username });
      }
    }
    await bystander.messages(bystander.call('query', 'auth.me'));
  },
);

test('a demoted admin gets no activity any more, not even earlier activity', async () => {
  const deputy = await newUser('deputy', 'admin');
  const position = await lastPosition();
  await using socket = await following(deputy.token, 'users.onActivity', { lastEventId: position });
  await newUser('before');
  await vi.waitFor(() => expect(activities(socket)).toEqual(['before', 'before']), { timeout: patienceMs });

  await mutate('users.update', { id: deputy.id, role: 'viewer' });
  await newUser('after');

  expect(await closing(socket, patienceMs)).toMatchObject({ code: 4401 });
  expect(activities(socket)).toEqual(['before', 'before']);

  for (const lastEventId of [position, 0, String(position), null]) {
    await using again = await openSocket(socketsUrl, { token: deputy.token });
    const [refused] = await again.messages(again.call('subscription', 'users.onActivity', { lastEventId }));
    expect(refused?.error?.json.data).toMatchObject({ reason: 'forbidden', httpStatus: 403 });
  }
  await using beside = await openSocket(socketsUrl, { token: deputy.token });
  const resumed = { path: 'users.onActivity', lastEventId: String(position) };
  beside.ws.send(JSON.stringify({ id: 1, method: 'subscription', params: resumed }));
  expect((await beside.messages(1))[0]?.error?.json.data.reason).toBe('forbidden');
  const stream = await send(`${socketsUrl}/trpc/users.onActivity`, {
    headers: { ...bearer(deputy.token), 'last-event-id': String(position) },
  });
  expect(stream.text).toContain('"reason":"forbidden"');
  expect(stream.text).not.toContain('user_activity');
});

test('a viewer may not subscribe to activity', async () => {
  const viewer = await newUser('viewer');
  await using socket = await openSocket(socketsUrl, { token: viewer.token });
  for (const input of [{}, { lastEventId: 0 }, { lastEventId: '1' }]) {
    const [refused] = await socket.messages(socket.call('subscription', 'users.onActivity', input));
    expect(refused?.error?.json.data).toMatchObject({ reason: 'forbidden', httpStatus: 403 });
  }
  await newUser('witness');
  await socket.messages(socket.call('query', 'auth.me'));
  expect(socket.received.filter(({ result }) => result?.id !== undefined)).toEqual([]);
});

test('an expired token closes its sockets on every server', async () => {
  await using lasting = await following(adminToken, 'payments.onChange');
  expect(await closing(shortLived, lifetimeSeconds * 1_000 + patienceMs)).toEqual({
    code: 4401,
    reason: 'Token expired',
  });
  await lasting.messages(lasting.call('query', 'auth.me'));
});

const activity = z.object({ data: z.object({ username: z.string() }) });

/** The user names in the activity events that a socket got, in order. */
const activities = (socket: RawSocket): string[] =>
  socket.received.flatMap(({ result }) =>
    result?.type === 'data' ? [activity.parse(result.data?.json).data.username] : [],
  );

const listed = z.object({ result: z.object({ data: z.object({ json: z.object({ asOf: z.int() }) }) }) });

async function lastPosition(): Promise<number> {
  const { body } = await send(`${socketsUrl}/trpc/payments.list`, { headers: bearer(adminToken) });
  return listed.parse(body).result.data.json.asOf;
}
