import type { PaydeckClient } from '@paydeck/client';
import { laneConnections } from '@paydeck/db/connection';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startTestServer, type TestServer } from '../testing/start-test-server.ts';
import { bearer, post, type Reply, send, signIn } from './plain-fetch.ts';
import { openSocket } from './raw-socket.ts';

const patience = { timeout: 30_000 };
const password = 'a-password-of-a-viewer';

let server: TestServer;
let admin: PaydeckClient;
beforeAll(async () => {
  server = await startTestServer({ environment: { LONG_READ_TIMEOUT_MS: '30000', MAX_WAIT_MS: '10000' } });
  admin = await server.signedInClient();
});
afterAll(() => server[Symbol.asyncDispose]());

let users = 0;
async function newViewer(): Promise<{ id: string; token: string }> {
  users += 1;
  const credentials = { username: `viewer-${users}`, password };
  const { id } = await admin.api.users.create.mutate(credentials);
  return { id, token: await signIn(server.url, credentials) };
}

/** While the table is locked, all reads of payments wait. */
async function lockPayments(): Promise<AsyncDisposable> {
  const session = server.database.db.dedicatedClient();
  await session.unsafe('begin');
  await session.unsafe('lock table payments in access exclusive mode');
  return { [Symbol.asyncDispose]: () => session.end() };
}

/** How many queries that look for an amount wait for the lock. */
async function stuckReads(): Promise<number> {
  const [row] = await server.database.db.orm.execute<{ count: number }>(`
    select count(*)::int as count from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock' and query like '%amount_minor >=%'`);
  return row?.count ?? 0;
}

/** The query string of an input that the rollups can't answer. */
const query = (minAmountMinor: number) =>
  `?input=${encodeURIComponent(JSON.stringify({ filter: { minAmountMinor } }))}`;

/** Sends a read of payments, and returns the function with which its caller leaves. */
const doors: Readonly<Record<string, (token: string) => Promise<() => void>>> = {
  'a call over HTTP': async (token) => abortable(`/trpc/stats.dashboard${query(1)}`, token),
  'a batch': async (token) => {
    const input = encodeURIComponent(JSON.stringify({ 0: { filter: { minAmountMinor: 2 } }, 1: {} }));
    return abortable(`/trpc/stats.dashboard,auth.me?batch=1&input=${input}`, token);
  },
  REST: async (token) => abortable('/api/payments?minAmount=0.03', token),
  'a call over ws': async (token) => {
    const socket = await openSocket(server.url, { token });
    socket.call('query', 'payments.list', { filter: { minAmountMinor: 4 } });
    return () => socket.ws.terminate();
  },
  'a subscription that is stopped': async (token) => {
    const socket = await openSocket(server.url, { token });
    const input = { filter: { minAmountMinor: 5 } };
    const id = socket.call('subscription', 'stats.onUpdate', input);
    return () => socket.ws.send(JSON.stringify({ id, method: 'subscription.stop' }));
  },
  'an event stream': async (token) => abortable(`/trpc/stats.onUpdate${query(6)}`, token),
};

function abortable(path: string, token: string): () => void {
  const leaving = new AbortController();
  const read = async () => {
    const response = await fetch(`${server.url}${path}`, { headers: bearer(token), signal: leaving.signal });
    await response.text();
  };
  read().catch(() => {});
  return () => leaving.abort();
}

test.each(Object.keys(doors))('the query of %s ends when its caller leaves', async (door) => {
  const { token } = await newViewer();
  await using _lock = await lockPayments();
  const leave = (await doors[door]?.(token)) ?? expect.unreachable();
  await vi.waitFor(async () => expect(await stuckReads()).toBe(1), patience);
  leave();
  await vi.waitFor(async () => expect(await stuckReads()).toBe(0), patience);
});

test('a user who reads too much at once gets 429 with Retry-After, and others wait for one read only', async () => {
  const [busy, other] = [await newViewer(), await newViewer()];
  const lock = await lockPayments();
  const read = async (token: string, amount: number) =>
    send(`${server.url}/trpc/stats.dashboard${query(amount)}`, { headers: bearer(token) });
  const answers: Reply[] = [];
  const reads = Array.from({ length: 40 }, async (_, n) => answers.push(await read(busy.token, 100 + n)));
  await vi.waitFor(() => expect(answers).toHaveLength(36), patience);
  for (const { status, headers } of answers) {
    expect(status).toBe(429);
    expect(headers.get('retry-after')).toBe('2');
  }
  const otherRead = read(other.token, 99);
  await vi.waitFor(async () => expect(await stuckReads()).toBeGreaterThan(0), patience);
  await lock[Symbol.asyncDispose]();
  expect((await otherRead).status).toBe(200);
  await Promise.all(reads);
  expect(answers.slice(36).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
});

test('an admin signs in and stops a user while all connections for reads are in use', async () => {
  const viewer = await newViewer();
  await using socket = await openSocket(server.url, { token: viewer.token });
  await socket.messages(socket.call('subscription', 'payments.onChange'));
  const lock = await lockPayments();
  const many = Array.from({ length: 4 * laneConnections.quick }, (_, n) => n);
  const stuck = many.flatMap((n) => [
    send(`${server.url}/trpc/payments.list?input=${encodeURIComponent(JSON.stringify({ page: n + 1 }))}`, {
      headers: bearer(viewer.token),
    }),
    send(`${server.url}/trpc/stats.dashboard${query(200 + n)}`, { headers: bearer(viewer.token) }),
  ]);
  await vi.waitFor(async () => {
    const [row] = await server.database.db.orm.execute<{ count: number }>(`
      select count(*)::int as count from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`);
    expect(row?.count).toBeGreaterThanOrEqual(laneConnections.quick + 1);
  }, patience);

  const health = await send(`${server.url}/health`);
  expect(health.status).toBe(200);
  const token = await signIn(server.url);
  const deactivate = post({ id: viewer.id, active: false }, bearer(token));
  expect((await send(`${server.url}/trpc/users.update`, deactivate)).status).toBe(200);
  await vi.waitFor(() => expect(socket.closed()).toEqual({ code: 4401, reason: 'Access changed' }), patience);
  const me = await send(`${server.url}/trpc/auth.me`, { headers: bearer(viewer.token) });
  expect(me.status).toBe(401);
  await lock[Symbol.asyncDispose]();
  await Promise.all(stuck);
});
