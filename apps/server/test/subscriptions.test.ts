import { once } from 'node:events';
import type { PaydeckClient, RouterOutputs } from '@paydeck/client';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { startTestServer, type TestServer } from '../testing/start-test-server.ts';
import { signIn } from './plain-fetch.ts';
import { openSocket } from './raw-socket.ts';

let server: TestServer;
let admin: PaydeckClient;
let token: string;
beforeAll(async () => {
  server = await startTestServer();
  admin = await server.signedInClient();
  token = await signIn(server.url);
});
afterAll(() => server[Symbol.asyncDispose]());

const payment = {
  amountMinor: 1_250,
  method: 'credit_card',
  status: 'success',
  receiver: 'John Doe',
} as const;
const create = (fields: object = {}) => admin.api.payments.create.mutate({ ...payment, ...fields });

test('a subscription gets each created payment with the position to resume from', async () => {
  await using socket = await openSocket(server.url, { token });
  const id = socket.call('subscription', 'payments.onChange');
  await socket.messages(id);
  const created = [await create(), await create()];

  const [started, first, second] = await socket.messages(id, 3);
  expect(started?.result).toEqual({ type: 'started' });
  for (const [n, message] of [first, second].entries()) {
    const { id, createdAt } = created[n] ?? expect.unreachable();
    const instant = createdAt.toISOString();
    const data = { type: 'payment_created', membership: 'entered', at: instant };
    const shown = { ...payment, id, createdAt: instant };
    expect(message?.result?.data?.json).toMatchObject({ data: { ...data, payment: shown } });
    expect(message?.result?.data?.json).toMatchObject({ id: message?.result?.id });
  }
  expect(Number(second?.result?.id)).toBeGreaterThan(Number(first?.result?.id));

  await using later = await openSocket(server.url, { token });
  const resumed = later.call('subscription', 'payments.onChange', { lastEventId: first?.result?.id });
  const [, replayed] = await later.messages(resumed, 2);
  expect(replayed?.result).toEqual(second?.result);
});

/** The test socket keeps no positions. */
const startedShape = z.object({ result: z.object({ type: z.literal('started'), position: z.number() }) });

test('a subscription resumes from the position at which another one started', async () => {
  await using socket = await openSocket(server.url, { token });
  const message = once(socket.ws, 'message');
  await socket.messages(socket.call('subscription', 'payments.onChange'));
  const [text] = await message;
  const { position } = startedShape.parse(JSON.parse(String(text))).result;
  const { id } = await create();

  await using later = await openSocket(server.url, { token });
  const resume = (callId: number, lastEventId: unknown) => {
    const params = { path: 'payments.onChange', lastEventId };
    later.ws.send(JSON.stringify({ id: callId, method: 'subscription', params }));
    return later.messages(callId, 2);
  };
  for (const [callId, lastEventId] of [position, String(position)].entries()) {
    const [, event] = await resume(callId, lastEventId);
    expect(event?.result?.data?.json).toMatchObject({ data: { payment: { id } } });
  }
});

test.each([[{ a: 1 }], [true], [[1]]])(
  'the lastEventId %j is refused with a message about it',
  async (lastEventId) => {
    await using socket = await openSocket(server.url, { token });
    const params = { path: 'payments.onChange', lastEventId };
    socket.ws.send(JSON.stringify({ id: 7, method: 'subscription', params }));
    const [refused] = await socket.messages(7);
    expect(refused?.error?.json).toMatchObject({
      message: 'lastEventId must be a string or a number.',
      data: { reason: 'invalid_input' },
    });
  },
);

test('a subscription takes the same filter as a list', async () => {
  await using socket = await openSocket(server.url, { token });
  const filter = { search: 'JANE', minAmountMinor: 500 };
  const id = socket.call('subscription', 'payments.onChange', { filter });
  await socket.messages(id);
  await create();
  await create({ receiver: 'Jane Smith', amountMinor: 499 });
  const wanted = await create({ receiver: 'Jane Smith', status: 'pending' });
  await admin.api.payments.update.mutate({ id: wanted.id, status: 'failed', failureCode: 'card_declined' });

  const [, entered, updated] = await socket.messages(id, 3);
  expect(entered?.result?.data?.json).toMatchObject({ data: { payment: { id: wanted.id } } });
  const settled = { id: wanted.id, status: 'failed', failureCode: 'card_declined' };
  expect(updated?.result?.data?.json).toMatchObject({
    data: { type: 'payment_updated', membership: 'updated', payment: settled },
  });
});

test('after unsubscribing no event arrives, and the socket stays usable', async () => {
  await using socket = await openSocket(server.url, { token });
  const stopped = socket.call('subscription', 'payments.onChange');
  const kept = socket.call('subscription', 'payments.onChange');
  await socket.messages(stopped);
  await socket.messages(kept);
  socket.ws.send(JSON.stringify({ id: stopped, jsonrpc: '2.0', method: 'subscription.stop' }));
  const [, end] = await socket.messages(stopped, 2);
  expect(end?.result).toEqual({ type: 'stopped' });
  await create();
  await socket.messages(kept, 2);
  expect(await socket.messages(stopped, 2)).toHaveLength(2);
  expect(socket.received.filter(({ id }) => id === stopped)).toHaveLength(2);
});

test('admins see who signs in and out', async () => {
  await admin.api.users.create.mutate({ username: 'viewer', password: 'viewer-password' });
  await using socket = await openSocket(server.url, { token });
  const id = socket.call('subscription', 'users.onActivity');
  await socket.messages(id);

  const before = Date.now();
  const viewerToken = await signIn(server.url, { username: 'viewer', password: 'viewer-password' });
  await using viewers = await openSocket(server.url, { token: viewerToken });
  const [refused] = await viewers.messages(viewers.call('subscription', 'users.onActivity'));
  expect(refused?.error?.json.data).toMatchObject({ reason: 'forbidden', httpStatus: 403 });
  await viewers.messages(viewers.call('mutation', 'auth.logout'));

  const [, login, logout] = await socket.messages(id, 3);
  const shape = { type: 'user_activity', username: 'viewer', timestamp: expect.any(String) };
  expect(login?.result?.data?.json).toEqual({ id: login?.result?.id, data: { ...shape, action: 'login' } });
  expect(logout?.result?.data?.json).toEqual({
    id: logout?.result?.id,
    data: { ...shape, action: 'logout' },
  });
  expect(login?.result?.data?.json).toSatisfy((json: { data: { timestamp: string } }) => {
    const at = Date.parse(json.data.timestamp);
    return at >= before - 1_000 && at <= Date.now() + 1_000;
  });
});

type Stats = RouterOutputs['stats']['dashboard'];

test('stats arrive at once and after changes, equal those of the dashboard, and arrive at most once a second', async () => {
  const updates: { stats: Stats; at: number }[] = [];
  const subscription = admin.api.stats.onUpdate.subscribe(
    { timeZone: 'Asia/Kolkata' },
    { onData: ({ data }) => updates.push({ stats: data.stats, at: performance.now() }) },
  );
  const dashboard = () => admin.api.stats.dashboard.query({ timeZone: 'Asia/Kolkata' });
  const latest = () => updates.at(-1)?.stats;
  const upToDate = async () => {
    const now = await dashboard();
    await vi.waitFor(() => expect(latest()).toEqual(now), { interval: 10, timeout: 5_000 });
    return now;
  };

  const before = await upToDate();
  expect(updates).toHaveLength(1);
  await create();
  const after = await upToDate();
  expect(after.totalRevenueMinor).toBe(before.totalRevenueMinor + payment.amountMinor);
  expect(after.asOf).toBeGreaterThan(before.asOf);

  const burst = updates.length;
  const until = performance.now() + 2_000;
  let made = 0;
  while (performance.now() < until) {
    await create();
    made += 1;
  }
  const end = await upToDate();
  expect(end.totalTransactionsToday).toBe(after.totalTransactionsToday + made);
  const seconds = (performance.now() - until + 2_000) / 1_000;
  expect(updates.length - burst).toBeGreaterThan(1);
  expect(updates.length - burst).toBeLessThanOrEqual(Math.ceil(seconds) + 1);
  subscription.unsubscribe();
});
