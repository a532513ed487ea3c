import { createTestDatabase } from '@paydeck/db/testing';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { spawnServer } from '../testing/spawn-server.ts';
import { startTestServer } from '../testing/start-test-server.ts';
import { bearer, post, send, signIn } from './plain-fetch.ts';
import { closing, openSocket, type RawSocket } from './raw-socket.ts';

/** What takes milliseconds may take seconds on a busy machine. */
const patienceMs = 10_000;
const password = 'a-password-of-a-user';
const lifetimeSeconds = 10;

/** Rights change here, … */
let here: string;
/** … and the sockets are there: two processes that share nothing but the database. */
let there: string;
let adminToken: string;
/** Of the admin, with a token that a third server signed, whose tokens are short-lived. */
let brief: RawSocket;
const scope = new AsyncDisposableStack();
beforeAll(async () => {
  const database = scope.use(await createTestDatabase());
  const [one, two, signer] = await Promise.all([
    spawnServer({ DATABASE_URL: database.url }),
    spawnServer({ DATABASE_URL: database.url }),
    startTestServer({ database, environment: { JWT_EXPIRES_IN: `${lifetimeSeconds}s` } }),
  ]);
  for (const server of [one, two, signer]) scope.use(server);
  [here, there] = [one.url, two.url];
  adminToken = await signIn(here);
  // Its time passes while the other tests run.
  brief = scope.use(await following(await signIn(signer.url), 'payments.onChange'));
});
afterAll(() => scope.disposeAsync());

/** A mutation of the admin, or of who the token names. */
async function mutate(path: string, input: object, token = adminToken): Promise<unknown> {
  const { status, body, text } = await send(`${here}/trpc/${path}`, post(input, bearer(token)));
  expect(status, text).toBe(200);
  return body;
}

const createdUser = z.object({
  result: z.object({ data: z.object({ json: z.object({ id: z.uuid() }) }) }),
});

type User = { id: string; username: string; token: string; otherToken: string };

/** A new user with two sessions, one from each server. */
async function newUser(username: string, role: 'admin' | 'viewer' = 'viewer'): Promise<User> {
  const body = createdUser.parse(await mutate('users.create', { username, password, role }));
  const [token, otherToken] = await Promise.all(
    [here, there].map((url) => signIn(url, { username, password })),
  );
  if (token === undefined || otherToken === undefined) throw new Error('Signing in gave no token.');
  return { id: body.result.data.json.id, username, token, otherToken };
}

/** A socket with a subscription that has started. */
async function following(token: string, path: string, input: object = {}): Promise<RawSocket> {
  const socket = await openSocket(there, { token });
  const [started] = await socket.messages(socket.call('subscription', path, input));
  expect(started?.result?.type).toBe('started');
  return socket;
}

const changes: {
  name: string;
  change(user: User): Promise<unknown>;
  /** Which of the user's sessions end; the others may stay as they are. */
  ends: 'both' | 'the first' | 'the other' | 'none';
  /** Which of the user's sockets are closed, even where the session goes on with other rights. */
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
      await using again = await openSocket(there, { token });
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

test('a demoted admin is told of no activity from then on, nor of what was before', async () => {
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
    await using again = await openSocket(there, { token: deputy.token });
    const [refused] = await again.messages(again.call('subscription', 'users.onActivity', { lastEventId }));
    expect(refused?.error?.json.data).toMatchObject({ reason: 'forbidden', httpStatus: 403 });
  }
  await using beside = await openSocket(there, { token: deputy.token });
  const resumed = { path: 'users.onActivity', lastEventId: String(position) };
  beside.ws.send(JSON.stringify({ id: 1, method: 'subscription', params: resumed }));
  expect((await beside.messages(1))[0]?.error?.json.data.reason).toBe('forbidden');
  const stream = await send(`${there}/trpc/users.onActivity`, {
    headers: { ...bearer(deputy.token), 'last-event-id': String(position) },
  });
  expect(stream.text).toContain('"reason":"forbidden"');
  expect(stream.text).not.toContain('user_activity');
});

test('a viewer is refused what admins are told', async () => {
  const viewer = await newUser('viewer');
  await using socket = await openSocket(there, { token: viewer.token });
  for (const input of [{}, { lastEventId: 0 }, { lastEventId: '1' }]) {
    const [refused] = await socket.messages(socket.call('subscription', 'users.onActivity', input));
    expect(refused?.error?.json.data).toMatchObject({ reason: 'forbidden', httpStatus: 403 });
  }
  await newUser('witness');
  await socket.messages(socket.call('query', 'auth.me'));
  expect(socket.received.filter(({ result }) => result?.id !== undefined)).toEqual([]);
});

test('a token that ends closes its socket at every server', async () => {
  await using lasting = await following(adminToken, 'payments.onChange');
  expect(await closing(brief, lifetimeSeconds * 1_000 + patienceMs)).toEqual({
    code: 4401,
    reason: 'Token expired',
  });
  await lasting.messages(lasting.call('query', 'auth.me'));
});

const activity = z.object({ data: z.object({ username: z.string() }) });

/** The names of whom a socket was told, in order. */
const activities = (socket: RawSocket): string[] =>
  socket.received.flatMap(({ result }) =>
    result?.type === 'data' ? [activity.parse(result.data?.json).data.username] : [],
  );

const listed = z.object({ result: z.object({ data: z.object({ json: z.object({ asOf: z.int() }) }) }) });

async function lastPosition(): Promise<number> {
  const { body } = await send(`${there}/trpc/payments.list`, { headers: bearer(adminToken) });
  return listed.parse(body).result.data.json.asOf;
}
