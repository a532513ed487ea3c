import { expect, test } from 'vitest';
import { testTokens } from '../testing/tokens.ts';
import { startWireServer, type WireAnswer, type WireCall } from '../testing/wire-server.ts';
import { type ClientOptions, createClient, isRetryable, reasonOf, withIdempotencyKey } from './index.ts';
import { memoryTokenStore } from './session/tokens.ts';

/** A client that has the token `access-1`, and a wire server that answers a refresh with `access-2`. */
async function setUp(
  answer: (call: WireCall) => WireAnswer,
  deadlineMs?: number,
  options: Partial<ClientOptions> = {},
) {
  const server = await startWireServer((call) => {
    if (call.path === 'auth.refresh')
      return { data: { ...testTokens(2), expiresAt: new Date(Date.now() + 900_000) } };
    return answer(call);
  });
  const tokens = memoryTokenStore();
  await tokens.save(testTokens(1));
  const client = createClient({ url: server.url, tokens, ...(deadlineMs && { deadlineMs }), ...options });
  const callsTo = (path: string) => server.calls.filter((call) => call.path === path);
  return {
    client,
    tokens,
    callsTo,
    [Symbol.asyncDispose]: async () => {
      await client.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

const me = {
  id: '0199e0c4-0000-7000-8000-000000000000',
  username: 'ada',
  role: 'admin',
  createdAt: new Date(0),
};
const payment = { amountMinor: 1_250, method: 'credit_card', receiver: 'Ada' } as const;
const expired: WireAnswer = { status: 401, reason: 'token_expired' };
/** Answers the first call with the first answer, and so on. */
function inTurn(...answers: WireAnswer[]) {
  return (): WireAnswer => answers.shift() ?? { status: 500, reason: 'internal' };
}

test('answers keep their Dates', async () => {
  await using env = await setUp(() => ({ data: me }));
  expect((await env.client.api.auth.me.query()).createdAt).toEqual(new Date(0));
});

test('queries that are sent together share a request, ten at most', async () => {
  await using env = await setUp(() => ({ data: me }));
  await Promise.all(Array.from({ length: 25 }, () => env.client.api.auth.me.query()));
  const sizes = Object.values(Object.groupBy(env.callsTo('auth.me'), (call) => call.requestId));
  expect(sizes.map((calls) => calls?.length)).toEqual([10, 10, 5]);
});

test('thirty calls that find their token expired share one refresh, and all succeed', async () => {
  await using env = await setUp(({ accessToken }) => (accessToken === 'access-2' ? { data: me } : expired));
  const queries = Array.from({ length: 15 }, () => env.client.api.auth.me.query());
  const writes = Array.from({ length: 15 }, () => env.client.api.payments.create.mutate(payment));
  await Promise.all([...queries, ...writes]);
  expect(env.callsTo('auth.refresh')).toMatchObject([
    { input: { refreshToken: 'refresh-1' }, accessToken: null },
  ]);
  expect(await env.tokens.load()).toMatchObject({ accessToken: 'access-2' });
});

test('when the refreshed token is refused too, the call rejects', async () => {
  await using env = await setUp(() => expired);
  const error = await env.client.api.auth.me.query().catch((error: unknown) => error);
  expect(reasonOf(error)).toBe('token_expired');
  expect(env.callsTo('auth.me')).toHaveLength(2);
  expect(env.callsTo('auth.refresh')).toHaveLength(1);
});

test('a payment write keeps one key through a cut connection, a bad gateway and a refresh', async () => {
  await using env = await setUp(inTurn('cut', { bareStatus: 502 }, expired, { data: me }));
  await env.client.api.payments.create.mutate(payment);
  const keys = env.callsTo('payments.create').map((call) => call.idempotencyKey);
  expect(keys).toHaveLength(4);
  expect(keys[0]).toMatch(/^[0-9a-f]{32}$/);
  expect(new Set(keys).size).toBe(1);
});

test('each write has its own key, and the caller may choose it', async () => {
  await using env = await setUp(() => ({ data: me }));
  const { create } = env.client.api.payments;
  await create.mutate(payment);
  await create.mutate(payment);
  await create.mutate(payment, withIdempotencyKey('order-4711'));
  const [first, second, third] = env.callsTo('payments.create');
  expect(first?.idempotencyKey).not.toBe(second?.idempotencyKey);
  expect(third?.idempotencyKey).toBe('order-4711');
  expect(() => withIdempotencyKey('order 4711')).toThrow(TypeError);
});

test.each([
  ['database_unavailable', 503],
  ['overloaded', 503],
  ['disk_full', 503],
  ['shutting_down', 503],
] as const)('a query is retried after %s', async (reason, status) => {
  await using env = await setUp(inTurn({ status, reason }, { status, reason }, { data: me }));
  expect(await env.client.api.auth.me.query()).toMatchObject({ username: 'ada' });
});

test('a query rejects with a retryable error after five tries', async () => {
  await using env = await setUp(() => 'cut');
  const error = await env.client.api.auth.me.query().catch((error: unknown) => error);
  expect(isRetryable(error)).toBe(true);
  expect(reasonOf(error)).toBeNull();
  expect(env.callsTo('auth.me')).toHaveLength(5);
});

test('a write without a key is sent once', async () => {
  await using env = await setUp(() => 'cut');
  await expect(env.client.api.users.delete.mutate({ id: me.id })).rejects.toThrow('unreachable');
  expect(env.callsTo('users.delete')).toMatchObject([{ idempotencyKey: null }]);
});

test('a refusal is not retried', async () => {
  await using env = await setUp(() => ({ status: 409, reason: 'payment_already_settled' }));
  const error = await env.client.api.payments.create.mutate(payment).catch((error: unknown) => error);
  expect(reasonOf(error)).toBe('payment_already_settled');
  expect(env.callsTo('payments.create')).toHaveLength(1);
});

test('a call to a server that never answers rejects at the deadline', async () => {
  await using env = await setUp(() => 'silence', 100);
  await expect(env.client.api.users.delete.mutate({ id: me.id })).rejects.toThrow('within 100 ms');
});

test('an aborted query rejects at once, even if others share its request', async () => {
  await using env = await setUp(() => 'silence');
  const controller = new AbortController();
  const aborted = env.client.api.auth.me.query(undefined, { signal: controller.signal });
  const other = env.client.api.auth.me.query().catch((error: unknown) => error);
  controller.abort();
  await expect(aborted).rejects.toMatchObject({ cause: { name: 'AbortError' } });
  await env.client.close();
  expect(await other).toMatchObject({ message: 'The client was closed.' });
});

test('closing the client rejects running calls, calls that wait for a retry, and later calls', async () => {
  await using env = await setUp(({ path }) => (path === 'auth.me' ? 'cut' : 'silence'));
  const calls = [env.client.api.auth.me.query(), env.client.api.payments.create.mutate(payment)];
  const settled = Promise.allSettled(calls);
  await env.client.close();
  const later = await Promise.allSettled([...calls, env.client.api.auth.me.query()]);
  for (const call of [...(await settled), ...later]) {
    expect(call).toMatchObject({ status: 'rejected', reason: { message: 'The client was closed.' } });
  }
});

test('signing in saves the tokens; signing out deletes them and ends the session', async () => {
  const signedIn = { ...testTokens(5), expiresAt: new Date(Date.now() + 900_000) };
  await using env = await setUp(({ path }) => ({ data: path === 'auth.login' ? signedIn : undefined }));
  const user = await env.client.signIn({ username: 'ada', password: 'secret' });
  expect(user).toEqual(signedIn.user);
  expect(env.client.session.user).toEqual(user);
  expect(await env.tokens.load()).toEqual({ ...signedIn, expiresAt: signedIn.expiresAt.toISOString() });

  expect(await env.client.signOut()).toEqual({ endedOnServer: true });
  expect(env.callsTo('auth.logout')).toMatchObject([{ accessToken: 'access-5' }]);
  expect(env.client.session.user).toBeNull();
  expect(await env.tokens.load()).toBeNull();
});

test('signing out deletes the tokens even if the server is away', async () => {
  await using env = await setUp(() => 'cut');
  expect(await env.client.signOut()).toEqual({ endedOnServer: false });
  expect(await env.tokens.load()).toBeNull();
});

test('signing out with an expired token refreshes it first, to end the session', async () => {
  await using env = await setUp(({ accessToken }) =>
    accessToken === 'access-2' ? { data: undefined } : expired,
  );
  expect(await env.client.signOut()).toEqual({ endedOnServer: true });
  expect(env.callsTo('auth.logout').map((call) => call.accessToken)).toEqual(['access-1', 'access-2']);
  expect(await env.tokens.load()).toBeNull();
});

test('a wrong password rejects with its reason and saves no tokens', async () => {
  await using env = await setUp(() => ({ status: 401, reason: 'invalid_credentials' }));
  await env.tokens.save(null);
  const error = await env.client.signIn({ username: 'ada', password: 'x' }).catch((error: unknown) => error);
  expect(reasonOf(error)).toBe('invalid_credentials');
  expect(env.callsTo('auth.refresh')).toEqual([]);
  expect(await env.client.session.load()).toBeNull();
});

test('a URL that is not absolute throws', () => {
  expect(() => createClient({ url: '/trpc' })).toThrow(TypeError);
});
